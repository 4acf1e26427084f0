-- Who is at work in this transaction. The server sets `app.*` at its start (see src/platform/db.rs); the settings end
-- with the transaction. Unset, nothing of any tenant is visible and nothing can be written.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS btree_gin;
CREATE EXTENSION IF NOT EXISTS fuzzystrmatch;

-- The role that the server becomes. It belongs to the whole cluster, so another database may have made it already.
DO $$
BEGIN
    CREATE ROLE clientele_app NOLOGIN NOBYPASSRLS;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
DO $$
BEGIN
    IF NOT pg_has_role(current_user, 'clientele_app', 'MEMBER') THEN
        EXECUTE format('GRANT clientele_app TO %I', current_user);
    END IF;
END $$;
GRANT USAGE ON SCHEMA public TO clientele_app;

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

CREATE FUNCTION words(VARIADIC parts text[]) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN array_remove(regexp_split_to_array(
        left(regexp_replace(fold(array_to_string(parts, ' ')), '[''’`]', '', 'g'), 4000), '[^[:alnum:]]+'), '');
COMMENT ON FUNCTION words IS 'The words of some texts, folded: what search finds them by.';

CREATE FUNCTION phone_words(phone text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN concat_ws(' ', right(phone, -1), right(phone, 10), right(phone, 9), right(phone, 8), right(phone, 7));
COMMENT ON FUNCTION phone_words IS 'A number as people type it: whole, without country, without area.';

CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.version := OLD.version + 1;
    NEW.updated_at := now();
    RETURN NEW;
END $$;
COMMENT ON FUNCTION touch IS 'Counts the version up, by which an edit form notices that somebody else saved first.';
