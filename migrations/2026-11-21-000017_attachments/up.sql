-- Files that came with messages. The file itself lies in the store under "<tenant>/<id>" (src/platform/files.rs): its row decides who may have it.
CREATE TABLE attachments (
    id           uuid NOT NULL DEFAULT gen_random_uuid(),
    tenant_id    uuid NOT NULL DEFAULT current_tenant(),
    customer_id  uuid NOT NULL,
    ticket_id    uuid NOT NULL,
    message_id   uuid NOT NULL,
    name         text NOT NULL CONSTRAINT attachments_name_form CHECK (char_length(name) BETWEEN 1 AND 200 AND name !~ '[[:cntrl:]/\\]'),
    content_type text NOT NULL CONSTRAINT attachments_content_type_form CHECK (content_type ~ '^[a-z]+/[a-z0-9.+-]{1,100}$'),
    size         bigint NOT NULL CONSTRAINT attachments_size_positive CHECK (size > 0),
    sha256       text NOT NULL CONSTRAINT attachments_sha256_form CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    created_by   uuid DEFAULT current_member(),
    created_at   timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT attachments_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT attachments_message FOREIGN KEY (tenant_id, customer_id, ticket_id, message_id)
        REFERENCES ticket_messages (tenant_id, customer_id, ticket_id, id) ON UPDATE CASCADE ON DELETE CASCADE,
    CONSTRAINT attachments_created_by FOREIGN KEY (tenant_id, created_by) REFERENCES users (tenant_id, id) ON DELETE SET NULL (created_by)
);
COMMENT ON TABLE attachments IS 'A file that came with a message. Who sees the message may have it. Never changed.';
COMMENT ON COLUMN attachments.name IS 'As its sender called it, without a path and what nobody sees.';
COMMENT ON COLUMN attachments.content_type IS 'What it is by its first bytes, not by what its sender said.';
CREATE INDEX attachments_by_message ON attachments (tenant_id, customer_id, ticket_id, message_id);
CREATE INDEX attachments_by_creator ON attachments (tenant_id, created_by) WHERE created_by IS NOT NULL;
ALTER TABLE attachments ENABLE ROW LEVEL SECURITY;
CREATE POLICY staff_read ON attachments FOR SELECT USING (tenant_id = (SELECT current_tenant()) AND ((SELECT sees_all_customers())
    OR ((SELECT is_staff()) AND EXISTS (SELECT FROM ticket_messages m WHERE m.tenant_id = attachments.tenant_id AND m.id = attachments.message_id OFFSET 0))));
CREATE POLICY staff_write ON attachments FOR INSERT WITH CHECK (tenant_id = (SELECT current_tenant()) AND (SELECT is_staff())
    AND created_by IS NOT DISTINCT FROM (SELECT current_member())
    AND EXISTS (SELECT FROM ticket_messages m WHERE m.tenant_id = attachments.tenant_id AND m.id = attachments.message_id OFFSET 0));
CREATE POLICY portal_read ON attachments FOR SELECT USING (
    tenant_id = (SELECT current_tenant()) AND (SELECT current_audience()) = 'portal' AND customer_id = (SELECT current_customer())
    AND EXISTS (SELECT FROM ticket_messages m WHERE m.tenant_id = attachments.tenant_id AND m.id = attachments.message_id OFFSET 0));
CREATE POLICY portal_write ON attachments FOR INSERT WITH CHECK (
    tenant_id = (SELECT current_tenant()) AND (SELECT current_audience()) = 'portal' AND customer_id = (SELECT current_customer())
    AND created_by = (SELECT current_actor())
    AND EXISTS (SELECT FROM ticket_messages m WHERE m.tenant_id = attachments.tenant_id AND m.id = attachments.message_id AND m.author_id = (SELECT current_actor()) OFFSET 0));
GRANT SELECT, INSERT ON attachments TO clientele_app;
CALL log_changes_of('attachments', 'ATTACHMENT', 'attachment');

-- The store is swept over all tenants: what lies there without a row was never sent, or is gone.
CREATE FUNCTION kept_files(tenants uuid[], ids uuid[]) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF current_audience() <> 'system' OR current_tenant() IS NOT NULL THEN
        RAISE EXCEPTION 'only the server sweeps its files' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN QUERY SELECT a.id FROM unnest(tenants, ids) AS wanted (tenant_id, id) JOIN attachments a USING (tenant_id, id);
END $$;
COMMENT ON FUNCTION kept_files IS 'Those of the files that some attachment is.';
REVOKE EXECUTE ON FUNCTION kept_files FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kept_files TO clientele_app;

-- A message says something: in words, or by a file. Files come after the message, in the same transaction.
CREATE FUNCTION check_message_says_something() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM attachments a WHERE a.tenant_id = NEW.tenant_id AND a.customer_id = NEW.customer_id AND a.ticket_id = NEW.ticket_id AND a.message_id = NEW.id) THEN
        RAISE EXCEPTION 'a message without words needs a file' USING ERRCODE = 'check_violation', CONSTRAINT = 'ticket_messages_say_something';
    END IF;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION check_message_says_something IS 'Refuses a message that has neither words nor a file.';
CREATE CONSTRAINT TRIGGER says_something AFTER INSERT ON ticket_messages DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.body = '') EXECUTE FUNCTION check_message_says_something();
