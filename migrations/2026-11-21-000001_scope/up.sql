-- Who is at work in this transaction. The server sets `app.*` at its start (see src/platform/db.rs); the settings end
-- with the transaction. Unset, nothing of any tenant is visible and nothing can be written.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS btree_gin;
CREATE EXTENSION IF NOT EXISTS fuzzystrmatch;

-- The roles that the server logs in as (src/platform/logins.rs): requests and background work, and what makes or checks credentials.
-- They belong to the whole cluster, so somebody may have made them already.
DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['clientele_app', 'clientele_sign_in'] LOOP
        CONTINUE WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = wanted);
        IF NOT (SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user) THEN
            RAISE EXCEPTION 'the role % is missing, and % may not make it', wanted, current_user
                USING HINT = 'An administrator makes it: see "Another database" in docs/running.md.';
        END IF;
        BEGIN
            EXECUTE format('CREATE ROLE %I NOLOGIN NOBYPASSRLS', wanted);
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
        END;
    END LOOP;
END $$;
GRANT USAGE ON SCHEMA public TO clientele_app, clientele_sign_in;

-- Which servers may use this schema.
CREATE TABLE schema_requirements (
    id            boolean NOT NULL DEFAULT true CONSTRAINT schema_requirements_one CHECK (id),
    oldest_server text NOT NULL CONSTRAINT schema_requirements_oldest_server CHECK (oldest_server ~ '^[0-9]+\.[0-9]+\.[0-9]+$'),
    CONSTRAINT schema_requirements_pkey PRIMARY KEY (id)
);
COMMENT ON TABLE schema_requirements IS 'The oldest version of the server that may use this schema, looked at by each server that starts. The migration that removes what older servers use raises it.';
ALTER TABLE schema_requirements ENABLE ROW LEVEL SECURITY;
INSERT INTO schema_requirements (oldest_server) VALUES ('0.1.0');

-- A function is for nobody until it is granted: one that looks past the policies can't be left open by forgetting it.
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

CREATE FUNCTION current_tenant() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('app.tenant_id', true), '')::uuid;
COMMENT ON FUNCTION current_tenant IS 'The tenant of this transaction, or NULL outside one.';

CREATE FUNCTION current_actor() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('app.user_id', true), '')::uuid;
COMMENT ON FUNCTION current_actor IS 'The user at work, or NULL where it is the system or nobody.';

CREATE FUNCTION current_audience() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
    RETURN coalesce(current_setting('app.audience', true), '');
COMMENT ON FUNCTION current_audience IS 'staff, portal, platform, system, or empty: which policies apply.';

CREATE FUNCTION current_customer() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('app.customer_id', true), '')::uuid;
COMMENT ON FUNCTION current_customer IS 'The customer whose portal user is at work.';

CREATE FUNCTION has_role(wanted text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    RETURN wanted = ANY (string_to_array(coalesce(current_setting('app.roles', true), ''), ','));
COMMENT ON FUNCTION has_role IS 'Whether the user at work holds this role.';

CREATE FUNCTION is_staff() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    RETURN current_audience() IN ('staff', 'system');
COMMENT ON FUNCTION is_staff IS 'Staff of the tenant, a platform admin who entered it, or background work for it.';

CREATE FUNCTION sees_all_customers() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    RETURN is_staff() AND (current_audience() = 'system' OR has_role('tenant_admin') OR has_role('agent') OR has_role('platform_admin'));
COMMENT ON FUNCTION sees_all_customers IS 'Every customer of the tenant, rather than only assigned or created ones (SPEC §2).';

CREATE FUNCTION manages_assignments() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    RETURN is_staff() AND (current_audience() = 'system' OR has_role('tenant_admin') OR has_role('platform_admin'));
COMMENT ON FUNCTION manages_assignments IS 'May insert and delete assignments (S000).';

-- Text as it is compared: without case and accents. unaccent() is only STABLE because its dictionary might be edited.
CREATE FUNCTION fold(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    RETURN lower(public.unaccent('public.unaccent'::regdictionary, value)) COLLATE "C";
COMMENT ON FUNCTION fold IS 'Lower case without accents, in an order that every machine shares.';

-- Text is cleaned before it comes here (src/values/text.rs). What gets past that must still not turn, hide or break what stands beside it.
CREATE FUNCTION is_line(value text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN value !~ '[\u0001-\u001f\u007f-\u00a0\u00ad\u200b\u200e\u200f\u2028-\u202f\u2060-\u206f\u3000\ufeff]|^ | $|  ';
COMMENT ON FUNCTION is_line IS 'Whether a text is one line, without control characters, directions, hidden characters and needless spaces.';

CREATE FUNCTION is_person_name(value text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN is_line(value) AND char_length(value) <= 80 AND value !~* '://|www\.';
COMMENT ON FUNCTION is_person_name IS 'A name of a person: one line of at most 80 characters without a web address, since mails greet with it.';

CREATE FUNCTION is_unspaced(value text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN octet_length(value) > char_length(value) AND value ~ '[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005\u3041-\u30fa\u30fc-\u30fe\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff]';
COMMENT ON FUNCTION is_unspaced IS 'Whether something is written in a script that puts no spaces between words, or joins them: Thai, Lao, Burmese, Khmer, Japanese, Chinese, Korean.';

CREATE FUNCTION unspaced_words(folded text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ARRAY(
        SELECT piece.word FROM regexp_split_to_table(regexp_replace(folded, '([\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005\u3041-\u30fa\u30fc-\u30fe\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff]+)', ' \1 ', 'g'), '[^[:alnum:]\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005\u3041-\u30fa\u30fc-\u30fe\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff]+') AS run (word)
        CROSS JOIN LATERAL (
            SELECT run.word WHERE NOT is_unspaced(run.word) AND run.word <> ''
            UNION ALL SELECT substr(run.word, at, 2) FROM generate_series(1, CASE WHEN is_unspaced(run.word) THEN char_length(run.word) ELSE 0 END) AS at) AS piece);
COMMENT ON FUNCTION unspaced_words IS 'The words of a folded text in which such scripts are: of these each two signs that stand together, and the last one.';

-- Behind an apostrophe a word begins: L'Atelier is found by `latelier` and by `atelier`, O'Brien by `obrien` and by `brien`. Names are
-- qualified, since a restored dump works these out without a search path.
CREATE FUNCTION words(VARIADIC parts text[]) RETURNS text[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    folded text := left(public.fold(array_to_string(parts, ' ')), 4000);
BEGIN
    IF folded ~ '[''’‘ʼ`´]' THEN
        folded := regexp_replace(folded, '([[:alnum:]]+)[''’‘ʼ`´]([[:alnum:]]{2,})', '\1\2 \2', 'g');
        folded := regexp_replace(folded, '[''’‘ʼ`´]', '', 'g');
    END IF;
    IF octet_length(folded) > char_length(folded) AND public.is_unspaced(folded) THEN RETURN public.unspaced_words(folded); END IF;
    RETURN array_remove(regexp_split_to_array(folded, '[^[:alnum:]]+'), '');
END $$;
COMMENT ON FUNCTION words IS 'The words of some texts, folded: what search finds them by.';

CREATE FUNCTION phone_words(phone text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (SELECT concat_ws(' ', digits,
        ltrim(substr(digits, 1 + CASE WHEN digits ~ '^[17]' THEN 1
            WHEN digits ~ '^(2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])' THEN 2 ELSE 3 END), '0'),
        -- Argentina writes its mobile numbers with a 9 abroad and without it at home.
        CASE WHEN digits LIKE '549%' THEN substr(digits, 4) END,
        right(digits, 8), right(digits, 7))
        FROM substr(split_part(phone, ';', 1), 2) AS digits);
COMMENT ON FUNCTION phone_words IS 'A number as people type it: with its country, without it, without the area. Country codes by ITU-T E.164: the first digits tell how many they are.';

CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.version := OLD.version + 1;
    NEW.updated_at := now();
    RETURN NEW;
END $$;
COMMENT ON FUNCTION touch IS 'Counts the version up, by which an edit form notices that somebody else saved first.';

CREATE FUNCTION demand_audience(VARIADIC wanted text[]) RETURNS void LANGUAGE plpgsql STABLE AS $$
BEGIN
    -- Whoever may become the owner of the calling function does as they must: migrations, and people at psql.
    IF current_audience() <> ALL (wanted) AND NOT pg_has_role(session_user, current_user, 'USAGE') THEN
        RAISE EXCEPTION 'not for this audience' USING ERRCODE = 'insufficient_privilege';
    END IF;
END $$;
COMMENT ON FUNCTION demand_audience IS 'Only for the functions that look past the policies: they are called by one of these audiences.';

-- What policies, defaults, checks and generated columns ask, as whoever is at work.
GRANT EXECUTE ON FUNCTION current_tenant, current_actor, current_audience, current_customer, has_role, is_staff, sees_all_customers, manages_assignments,
    fold, words, unspaced_words, is_unspaced, phone_words, is_line, is_person_name TO clientele_app, clientele_sign_in;
