-- Free-text search. Behind a policy `@@` and `%` can't use their indexes (they are not leakproof), so these functions run as
-- the owner, apply tenant and visibility themselves, and return ids, which are then read under the policies (SPEC §3).
CREATE TABLE search_words (
    tenant_id uuid NOT NULL,
    word      text COLLATE "C" NOT NULL,
    transaction_id bigint NOT NULL DEFAULT (pg_current_xact_id()::text)::bigint,
    CONSTRAINT search_words_pkey PRIMARY KEY (tenant_id, word, transaction_id),
    CONSTRAINT search_words_tenant FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE CASCADE
);
COMMENT ON TABLE search_words IS 'Each word that a tenant''s customers and contacts are found by: what a misspelt word is compared with. It grows far more slowly than the customers do.';
COMMENT ON COLUMN search_words.transaction_id IS 'Who learnt it: two that learn a word at once both keep it, so that nobody waits for the end of an import.';
CREATE INDEX search_words_by_trigram ON search_words USING gin (tenant_id, word gin_trgm_ops) WITH (fastupdate = off);
ALTER TABLE search_words ENABLE ROW LEVEL SECURITY;
CREATE POLICY staff ON search_words FOR SELECT USING (tenant_id = (SELECT current_tenant()) AND (SELECT is_staff()));

CREATE FUNCTION is_learnt(word text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN word !~ '^[0-9]+$' AND char_length(word) BETWEEN 3 AND 60;
COMMENT ON FUNCTION is_learnt IS 'Whether it is a word that somebody might misspell.';

CREATE FUNCTION learn_words() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO search_words (tenant_id, word)
    SELECT DISTINCT new_rows.tenant_id, found.word FROM new_rows, unnest(tsvector_to_array(new_rows.search)) AS found (word)
    WHERE is_learnt(found.word)
      AND NOT EXISTS (SELECT FROM search_words known WHERE known.tenant_id = new_rows.tenant_id AND known.word = found.word COLLATE "C")
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER learn_inserted AFTER INSERT ON customers REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION learn_words();
CREATE TRIGGER learn_updated AFTER UPDATE ON customers REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION learn_words();
CREATE TRIGGER learn_inserted AFTER INSERT ON contacts REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION learn_words();
CREATE TRIGGER learn_updated AFTER UPDATE ON contacts REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION learn_words();

CREATE FUNCTION may_see_customer(tenant uuid, customer uuid, creator uuid) RETURNS boolean LANGUAGE sql STABLE
    RETURN sees_all_customers() OR (is_staff() AND (creator = current_actor() OR EXISTS (
        SELECT FROM customer_success_owned_customers o WHERE o.tenant_id = tenant AND o.customer_id = customer AND o.user_id = current_actor())));
COMMENT ON FUNCTION may_see_customer IS 'The rule of the policy on customers, for functions that run as the owner.';

CREATE FUNCTION find_by_words(query tsquery, folded text, whole boolean, most integer) RETURNS TABLE (id uuid, rank integer, name_key text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    -- Whoever sees everything searches everything; a rep searches their own, rather than everything for the few that are theirs.
    -- Of a word that very many share only some are looked at: nobody reads more, and the names that begin so are always among them.
    WITH own AS MATERIALIZED (
        SELECT o.customer_id AS id FROM customer_success_owned_customers o
        WHERE NOT sees_all_customers() AND is_staff() AND o.tenant_id = current_tenant() AND o.user_id = current_actor()
        UNION
        SELECT c.id FROM customers c
        WHERE NOT sees_all_customers() AND is_staff() AND c.tenant_id = current_tenant() AND c.created_by = current_actor()
    ), found AS (
        (SELECT c.id, CASE WHEN c.name_key = folded THEN 0 WHEN whole THEN 4 ELSE 1 END AS rank, c.name_key FROM customers c
         WHERE sees_all_customers() AND c.tenant_id = current_tenant() AND c.name_key >= folded AND c.name_key < folded || chr(1114111)
         ORDER BY c.name_key LIMIT 100)
        UNION ALL
        (SELECT c.id, CASE WHEN lower(c.external_id) = folded OR c.email = folded THEN 0 ELSE 2 END, c.name_key FROM customers c
         WHERE sees_all_customers() AND c.tenant_id = current_tenant() AND c.search @@ query LIMIT 500)
        UNION ALL
        (SELECT c.id, 3, c.name_key FROM (SELECT DISTINCT p.customer_id FROM (SELECT customer_id FROM contacts
            WHERE sees_all_customers() AND tenant_id = current_tenant() AND search @@ query LIMIT 500) p) hit
         JOIN customers c ON c.tenant_id = current_tenant() AND c.id = hit.customer_id)
        UNION ALL
        (SELECT c.id, CASE WHEN c.name_key = folded OR lower(c.external_id) = folded OR c.email = folded THEN 0
                           WHEN NOT whole AND starts_with(c.name_key, folded) THEN 1 WHEN c.search @@ query THEN 2 ELSE 4 END, c.name_key
         FROM own JOIN customers c ON c.tenant_id = current_tenant() AND c.id = own.id WHERE c.search @@ query OR starts_with(c.name_key, folded))
        UNION ALL
        (SELECT c.id, 3, c.name_key FROM own JOIN contacts p ON p.tenant_id = current_tenant() AND p.customer_id = own.id
         JOIN customers c ON c.tenant_id = current_tenant() AND c.id = own.id WHERE p.search @@ query)
    )
    SELECT id, min(rank), min(name_key) FROM found GROUP BY id ORDER BY min(rank), char_length(min(name_key)), min(name_key), id LIMIT most;
$$;

-- Each word that nothing begins with is replaced by those that come nearest, by letters shared and then by letters to change in as
-- much of the word as was typed.
CREATE FUNCTION near_query(tokens text[]) RETURNS tsquery
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET pg_trgm.word_similarity_threshold = 0.45 AS $$
DECLARE
    terms text := '';
    token text;
    near text;
BEGIN
    FOREACH token IN ARRAY tokens LOOP
        near := NULL;
        IF NOT EXISTS (SELECT FROM search_words w WHERE w.tenant_id = current_tenant() AND w.word >= token AND w.word < token || chr(1114111)) THEN
            SELECT string_agg(quote_literal(nearest.word), ' | ') INTO near FROM (
                SELECT ranked.word FROM (
                    SELECT close.word, close.distance, min(close.distance) OVER () AS least FROM (
                        SELECT DISTINCT w.word, least(levenshtein(token, left(w.word, char_length(token))),
                                             levenshtein(token, left(w.word, char_length(token) - 1)),
                                             levenshtein(token, left(w.word, char_length(token) + 1))) AS distance
                        FROM search_words w
                        WHERE w.tenant_id = current_tenant() AND token <% w.word AND char_length(token) <= 60) AS close) AS ranked
                WHERE ranked.distance = ranked.least
                ORDER BY char_length(ranked.word), ranked.word
                LIMIT 10) AS nearest;
        END IF;
        terms := terms || CASE WHEN terms = '' THEN '' ELSE ' & ' END || '(' || coalesce(near, quote_literal(token) || ':*') || ')';
    END LOOP;
    RETURN terms::tsquery;
END $$;

-- The digits of what looks like a phone number, without the prefixes and the optional zero that people write before or in it.
CREATE FUNCTION typed_phone(typed text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (SELECT CASE WHEN number ~ '^[-+0-9 ()./\u00a0\u2010-\u2015]+$' AND char_length(digits) BETWEEN 6 AND 17 THEN digits END
        FROM regexp_replace(btrim(left(typed, 80)), '[ ,]*(ext[.]?|x|#)[ .]*[0-9]{1,10}$', '', 'i') AS number,
             ltrim(regexp_replace(regexp_replace(number, '\( *0 *\)', ''), '[^0-9]', '', 'g'), '0') AS digits);
COMMENT ON FUNCTION typed_phone IS 'NULL where it is no phone number.';

-- What was typed, as words; a phone number is one word, however it is spaced. An apostrophe in it parts nothing.
CREATE FUNCTION typed_words(typed text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN typed_phone(typed) IS NOT NULL THEN ARRAY[typed_phone(typed)]
        ELSE (words(regexp_replace(left(typed, 200), '[''’‘ʼ`´]', '', 'g')))[:8] END;

-- A number may begin with what is dialled before it: 8 in Russia, 06 in Hungary, 01 in Mexico, 011 and 010 for abroad.
CREATE FUNCTION word_query(token text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN token ~ '^(11|10)[0-9]{9,}$' THEN format('(%s:* | %s:* | %s:*)', quote_literal(token), quote_literal(substr(token, 2)), quote_literal(substr(token, 3)))
        WHEN token ~ '^[168][0-9]{8,}$' THEN format('(%s:* | %s:*)', quote_literal(token), quote_literal(substr(token, 2)))
        ELSE quote_literal(token) || ':*' END;
COMMENT ON FUNCTION word_query IS 'Words that begin so.';

CREATE FUNCTION beginning_query(tokens text[]) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (SELECT string_agg(word_query(t), ' & ') FROM unnest(tokens) AS t)::tsquery;

CREATE FUNCTION whole_query(tokens text[]) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (SELECT string_agg(quote_literal(t), ' & ') FROM unnest(tokens) AS t)::tsquery;

CREATE FUNCTION search_customers(typed text, most integer) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    tokens text[] := typed_words(typed);
    folded text := btrim(fold(left(typed, 200)));
BEGIN
    IF current_tenant() IS NULL OR NOT is_staff() OR cardinality(tokens) = 0 THEN RETURN; END IF;

    -- A short beginning is shared by very many: of two letters whole words are the answer (Li, Ng), then the first by name.
    IF char_length(folded) < 3 AND NOT is_unspaced(folded) THEN
        RETURN QUERY SELECT f.id FROM find_by_words(CASE WHEN char_length(folded) = 2 THEN whole_query(tokens) END, folded, true, most) f;
        RETURN;
    END IF;

    RETURN QUERY SELECT f.id FROM find_by_words(beginning_query(tokens), folded, false, most) f;
    IF FOUND OR is_unspaced(folded) THEN RETURN; END IF;
    RETURN QUERY SELECT f.id FROM find_by_words(near_query(tokens), folded, false, most) f;
END $$;
COMMENT ON FUNCTION search_customers IS 'The customers that match what was typed, best first: words by their beginning, then words that come near.';
REVOKE EXECUTE ON FUNCTION find_by_words, near_query FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION search_customers FROM PUBLIC;
GRANT EXECUTE ON FUNCTION search_customers TO clientele_app;
-- Plain functions of text, for whoever asks.
GRANT EXECUTE ON FUNCTION typed_phone, word_query, whole_query TO clientele_app;
