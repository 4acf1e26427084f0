CREATE TABLE imports (
    id             uuid NOT NULL DEFAULT gen_random_uuid(),
    tenant_id      uuid NOT NULL DEFAULT current_tenant(),
    created_by     uuid DEFAULT current_member(),
    file_name      text NOT NULL CONSTRAINT imports_file_name_length CHECK (char_length(file_name) BETWEEN 1 AND 200),
    reading        jsonb NOT NULL DEFAULT '{}',
    mapping        jsonb NOT NULL DEFAULT '{}',
    outcome        jsonb NOT NULL DEFAULT '{}',
    skip_bad       boolean NOT NULL DEFAULT false,
    state          text NOT NULL DEFAULT 'uploaded' CONSTRAINT imports_state_known CHECK (state IN ('uploaded', 'mapped', 'running', 'done', 'failed', 'undone')),
    problem        text,
    rows_total     integer NOT NULL DEFAULT 0,
    rows_done      integer NOT NULL DEFAULT 0,
    rows_created   integer NOT NULL DEFAULT 0,
    rows_updated   integer NOT NULL DEFAULT 0,
    rows_skipped   integer NOT NULL DEFAULT 0,
    transaction_id bigint,
    started_at     timestamptz,
    finished_at    timestamptz,
    undone_at      timestamptz,
    created_at     timestamptz NOT NULL DEFAULT now(),
    updated_at     timestamptz NOT NULL DEFAULT now(),
    version        integer NOT NULL DEFAULT 1,
    CONSTRAINT imports_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT imports_tenant FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE CASCADE,
    CONSTRAINT imports_created_by FOREIGN KEY (tenant_id, created_by) REFERENCES users (tenant_id, id) ON DELETE SET NULL (created_by)
);
COMMENT ON TABLE imports IS 'A CSV file on its way into customers: uploaded, mapped, run in one transaction, perhaps undone.';
COMMENT ON COLUMN imports.reading IS 'How the file is read: encoding, separator, quotation mark, line of the header; what is missing is found out.';
COMMENT ON COLUMN imports.mapping IS 'Which column of the file fills which field: field to column number.';
COMMENT ON COLUMN imports.outcome IS 'What the last check found and what an undo took back: totals, and the first rows to show.';
COMMENT ON COLUMN imports.skip_bad IS 'Import the good rows and leave out the others, rather than import nothing.';
COMMENT ON COLUMN imports.rows_done IS 'Progress, written by a connection of its own, since the run''s transaction shows nothing before its end.';
COMMENT ON COLUMN imports.transaction_id IS 'The transaction of the run: its events are what an undo takes back.';
CREATE INDEX imports_by_time ON imports (tenant_id, created_at DESC, id DESC);
CREATE INDEX imports_running ON imports (state) WHERE state = 'running';
ALTER TABLE imports ENABLE ROW LEVEL SECURITY;
CREATE POLICY staff ON imports USING (tenant_id = (SELECT current_tenant()) AND (SELECT is_staff())
    AND ((SELECT sees_all_customers()) OR created_by = (SELECT current_actor())));
GRANT SELECT, INSERT, UPDATE, DELETE ON imports TO clientele_app;
CREATE TRIGGER touch BEFORE UPDATE ON imports FOR EACH ROW EXECUTE FUNCTION touch();
CALL log_changes_of('imports', 'IMPORT', 'import', 'reading', 'mapping', 'outcome', 'rows_done');

CREATE TABLE import_files (
    tenant_id uuid NOT NULL DEFAULT current_tenant(),
    import_id uuid NOT NULL,
    content   bytea NOT NULL CONSTRAINT import_files_size CHECK (octet_length(content) <= 67108864),
    problems  bytea NOT NULL DEFAULT '',
    CONSTRAINT import_files_pkey PRIMARY KEY (tenant_id, import_id),
    CONSTRAINT import_files_import FOREIGN KEY (tenant_id, import_id) REFERENCES imports (tenant_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE import_files IS 'The content of an import, apart from it: the log keeps rows as JSON, and a file is no reading matter. Writes no event.';
COMMENT ON COLUMN import_files.content IS 'What was uploaded, byte for byte: it may have to be read anew in another encoding.';
COMMENT ON COLUMN import_files.problems IS 'A CSV of the rows that the last check found wrong, each with the reason.';
ALTER TABLE import_files ENABLE ROW LEVEL SECURITY;
CREATE POLICY staff ON import_files USING (tenant_id = (SELECT current_tenant())
    AND EXISTS (SELECT FROM imports i WHERE i.tenant_id = import_files.tenant_id AND i.id = import_files.import_id OFFSET 0));
GRANT SELECT, INSERT, UPDATE, DELETE ON import_files TO clientele_app;

-- External ids are unique in the tenant, also among customers that the person at work doesn't see: without this, such a row would
-- be refused by the database, and the whole run with it.
CREATE FUNCTION external_ids_out_of_sight(wanted text[]) RETURNS SETOF text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT c.external_id FROM unnest(wanted) AS w (external_id) JOIN customers c ON c.tenant_id = current_tenant() AND c.external_id = w.external_id
    WHERE is_staff() AND may_see_customer(c.tenant_id, c.id, c.created_by) IS NOT TRUE
$$;
REVOKE EXECUTE ON FUNCTION external_ids_out_of_sight FROM PUBLIC;
GRANT EXECUTE ON FUNCTION external_ids_out_of_sight TO clientele_app;

-- A run holds this lock until it ends. Where nobody holds it, the server that ran it is gone, and its transaction with it.
CREATE FUNCTION fail_abandoned_imports() RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    failed integer;
BEGIN
    PERFORM demand_audience('system', 'staff');
    UPDATE imports SET state = 'failed', finished_at = now(), rows_done = 0,
        problem = 'The server stopped while this import ran. No row was imported; you can run it again.'
    WHERE state = 'running' AND pg_try_advisory_xact_lock(hashtextextended(id::text, 1));
    GET DIAGNOSTICS failed = ROW_COUNT;
    RETURN failed;
END $$;
REVOKE EXECUTE ON FUNCTION fail_abandoned_imports FROM PUBLIC;
GRANT EXECUTE ON FUNCTION fail_abandoned_imports TO clientele_app;

-- Forgets a throw-away tenant with all that it had, its part of the log too. For isolation-check.
CREATE PROCEDURE purge_tenant(throwaway uuid) LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM tenants WHERE id = throwaway AND is_throwaway) THEN
        RAISE EXCEPTION 'only a throw-away tenant can be purged';
    END IF;
    -- The customers go before the users: a creator who goes is struck from his customers, and that change would teach words to a tenant
    -- that is gone.
    DELETE FROM customers WHERE tenant_id = throwaway;
    DELETE FROM tenants WHERE id = throwaway;
    DELETE FROM tasks WHERE tenant_id = throwaway;
    PERFORM set_config('app.purging', throwaway::text, true);
    DELETE FROM events WHERE tenant_id = throwaway;
    PERFORM set_config('app.purging', '', true);
END $$;
REVOKE EXECUTE ON PROCEDURE purge_tenant FROM PUBLIC;
