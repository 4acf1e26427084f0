-- What the search page finds (SPEC §14): kept by tasks from the log, and made anew by `clientele search rebuild`.
CREATE TABLE search_documents (
    tenant_id   uuid NOT NULL DEFAULT current_tenant(),
    entity      text NOT NULL CONSTRAINT search_documents_entity_known CHECK (entity IN ('customer', 'contact')),
    entity_id   uuid NOT NULL,
    customer_id uuid NOT NULL,
    title       text NOT NULL,
    detail      text NOT NULL DEFAULT '',
    search      tsvector NOT NULL,
    title_key   text COLLATE "C" NOT NULL GENERATED ALWAYS AS (fold(title)) STORED,
    CONSTRAINT search_documents_pkey PRIMARY KEY (tenant_id, entity, entity_id),
    CONSTRAINT search_documents_customer FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE search_documents IS 'One row for each record that search finds. Worked out of other tables in the background, so it lags behind them for a moment.';
COMMENT ON COLUMN search_documents.customer_id IS 'Whoever sees this customer may find it.';
COMMENT ON COLUMN search_documents.title IS 'What the result is called.';
COMMENT ON COLUMN search_documents.detail IS 'What tells it from others of the same name.';
COMMENT ON COLUMN search_documents.search IS 'The words that it is found by.';
CREATE INDEX search_documents_by_title ON search_documents (tenant_id, title_key, entity, entity_id);
CREATE INDEX search_documents_by_customer ON search_documents (tenant_id, customer_id);
CREATE INDEX search_documents_by_word ON search_documents USING gin (tenant_id, search) WITH (fastupdate = off);
ALTER TABLE search_documents ENABLE ROW LEVEL SECURITY;
CREATE POLICY background ON search_documents USING (tenant_id = (SELECT current_tenant()) AND (SELECT current_audience()) = 'system');
CREATE POLICY staff ON search_documents FOR SELECT USING (tenant_id = (SELECT current_tenant()) AND ((SELECT sees_all_customers())
    OR ((SELECT is_staff()) AND EXISTS (SELECT FROM customers c WHERE c.tenant_id = search_documents.tenant_id AND c.id = search_documents.customer_id OFFSET 0))));
GRANT SELECT, INSERT, UPDATE, DELETE ON search_documents TO clientele_app;

-- What is to be found, as it stands now. The functions below are the only ones that know what of a record is searched.
CREATE VIEW searchable WITH (security_invoker = true) AS
    SELECT tenant_id, 'customer' AS entity, id AS entity_id, id AS customer_id, name AS title,
           concat_ws(' · ', coalesce(email, email_domain), external_id, nullif(concat_ws(', ', billing_address->>'city', billing_address->>'country'), '')) AS detail,
           array_to_tsvector(words(name, email, email_domain, external_id, website, phone_words(phone), billing_address->>'city', service_address->>'city')) AS search
    FROM customers
    UNION ALL
    SELECT tenant_id, 'contact', id, customer_id, btrim(first_name || ' ' || last_name),
           concat_ws(' · ', nullif(job_role, ''), email),
           array_to_tsvector(words(first_name, last_name, email, job_role, phone_words(phone)))
    FROM contacts;
COMMENT ON VIEW searchable IS 'What search_documents is worked out of.';
GRANT SELECT ON searchable TO clientele_app;

CREATE FUNCTION index_documents(of_entity text, ids uuid[]) RETURNS void
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    -- In the order of their ids, so that two workers with the same records wait for one another rather than crosswise.
    PERFORM FROM search_documents d WHERE d.tenant_id = current_tenant() AND d.entity = of_entity AND d.entity_id = ANY (ids)
        ORDER BY d.entity_id FOR UPDATE;
    DELETE FROM search_documents d WHERE d.tenant_id = current_tenant() AND d.entity = of_entity AND d.entity_id = ANY (ids)
        AND NOT EXISTS (SELECT FROM searchable s WHERE s.tenant_id = d.tenant_id AND s.entity = of_entity AND s.entity_id = d.entity_id);
    INSERT INTO search_documents AS d (tenant_id, entity, entity_id, customer_id, title, detail, search)
    SELECT s.tenant_id, s.entity, s.entity_id, s.customer_id, s.title, s.detail, s.search FROM searchable s
    WHERE s.tenant_id = current_tenant() AND s.entity = of_entity AND s.entity_id = ANY (ids) ORDER BY s.entity_id
    ON CONFLICT ON CONSTRAINT search_documents_pkey DO UPDATE
    SET customer_id = excluded.customer_id, title = excluded.title, detail = excluded.detail, search = excluded.search
    WHERE (d.customer_id, d.title, d.detail, d.search) IS DISTINCT FROM (excluded.customer_id, excluded.title, excluded.detail, excluded.search);
END $$;
COMMENT ON FUNCTION index_documents IS 'Brings the search index up to date with these records: whichever is gone goes. Works under the policies of whoever calls it.';
GRANT EXECUTE ON FUNCTION index_documents TO clientele_app;

CREATE FUNCTION rebuild_search(of_tenant uuid) RETURNS bigint LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    found bigint;
BEGIN
    LOCK TABLE search_documents IN SHARE ROW EXCLUSIVE MODE;
    DELETE FROM search_documents WHERE tenant_id = of_tenant;
    INSERT INTO search_documents (tenant_id, entity, entity_id, customer_id, title, detail, search)
    SELECT tenant_id, entity, entity_id, customer_id, title, detail, search FROM searchable WHERE tenant_id = of_tenant;
    GET DIAGNOSTICS found = ROW_COUNT;
    RETURN found;
END $$;
COMMENT ON FUNCTION rebuild_search IS 'Makes a tenant''s part of the index anew, while searches go on in the old one. For the owner of the tables.';
REVOKE EXECUTE ON FUNCTION rebuild_search FROM PUBLIC;

-- New words of documents are learnt where their records teach them; job roles and cities are learnt here.
CREATE TRIGGER learn_inserted AFTER INSERT ON search_documents REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION learn_words();
CREATE TRIGGER learn_updated AFTER UPDATE ON search_documents REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION learn_words();

CREATE FUNCTION find_documents(query tsquery, folded text, of_entity text, whole boolean, most integer)
    RETURNS TABLE (entity text, entity_id uuid, customer_id uuid, title text, detail text, rank integer)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    -- As find_by_words: whoever sees everything searches everything, a rep what belongs to their own customers.
    WITH own AS MATERIALIZED (
        SELECT o.customer_id AS id FROM customer_success_owned_customers o
        WHERE NOT sees_all_customers() AND is_staff() AND o.tenant_id = current_tenant() AND o.user_id = current_actor()
        UNION
        SELECT c.id FROM customers c
        WHERE NOT sees_all_customers() AND is_staff() AND c.tenant_id = current_tenant() AND c.created_by = current_actor()
    ), found AS (
        (SELECT d.entity, d.entity_id FROM search_documents d
         WHERE sees_all_customers() AND d.tenant_id = current_tenant() AND d.title_key >= folded AND d.title_key < folded || chr(1114111)
           AND (of_entity = '' OR d.entity = of_entity)
         ORDER BY d.title_key LIMIT 100)
        UNION
        (SELECT d.entity, d.entity_id FROM search_documents d
         WHERE sees_all_customers() AND d.tenant_id = current_tenant() AND d.search @@ query AND (of_entity = '' OR d.entity = of_entity) LIMIT 500)
        UNION
        (SELECT d.entity, d.entity_id FROM own JOIN search_documents d ON d.tenant_id = current_tenant() AND d.customer_id = own.id
         WHERE (d.search @@ query OR starts_with(d.title_key, folded)) AND (of_entity = '' OR d.entity = of_entity))
    )
    SELECT d.entity, d.entity_id, d.customer_id, d.title, d.detail,
           CASE WHEN d.title_key = folded THEN 0 WHEN whole AND d.search @@ query THEN 1 WHEN starts_with(d.title_key, folded) THEN CASE WHEN whole THEN 2 ELSE 1 END
                WHEN array_to_tsvector(words(d.title)) @@ query THEN 2 ELSE 3 END AS rank
    FROM found f JOIN search_documents d ON d.tenant_id = current_tenant() AND d.entity = f.entity AND d.entity_id = f.entity_id
    ORDER BY rank, d.entity = 'contact', char_length(d.title), d.title_key, d.entity_id LIMIT most;
$$;

CREATE FUNCTION search_everything(typed text, of_entity text, most integer)
    RETURNS TABLE (entity text, entity_id uuid, customer_id uuid, title text, detail text, rank integer)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    tokens text[] := typed_words(typed);
    folded text := btrim(fold(left(typed, 200)));
BEGIN
    IF current_tenant() IS NULL OR NOT is_staff() OR cardinality(tokens) = 0 THEN RETURN; END IF;
    -- A short beginning is shared by very many words: of two letters whole words are the answer, then the titles that begin so.
    IF char_length(folded) < 3 AND NOT is_unspaced(folded) THEN
        RETURN QUERY SELECT * FROM find_documents(CASE WHEN char_length(folded) = 2 THEN whole_query(tokens) END, folded, of_entity, true, most);
        RETURN;
    END IF;
    RETURN QUERY SELECT * FROM find_documents(beginning_query(tokens), folded, of_entity, false, most);
    IF FOUND OR is_unspaced(folded) THEN RETURN; END IF;
    RETURN QUERY SELECT * FROM find_documents(near_query(tokens), folded, of_entity, false, most);
END $$;
COMMENT ON FUNCTION search_everything IS 'What matches what was typed, of one kind or (empty) of all, best first: words by their beginning, then words that come near.';
REVOKE EXECUTE ON FUNCTION find_documents, search_everything FROM PUBLIC;
GRANT EXECUTE ON FUNCTION search_everything TO clientele_app;
