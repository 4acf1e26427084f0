REVOKE INSERT (id, created_at) ON registration_settings, registration_domains FROM clientele_app;
DROP POLICY restoring ON attachments;
DROP POLICY restoring ON ticket_messages;

CREATE OR REPLACE FUNCTION log_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET enable_nestloop = off AS $$
DECLARE
    hidden text[] := TG_ARGV[2:];
    audience text := coalesce(nullif(current_setting('app.audience', true), ''), 'system');
    actor uuid := nullif(current_setting('app.user_id', true), '')::uuid;
    request text := nullif(current_setting('app.request_id', true), '');
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO events (tenant_id, topic, entity, entity_id, customer_id, actor_id, audience, operation, after, request_id)
        SELECT coalesce(doc->>'tenant_id', CASE TG_ARGV[1] WHEN 'tenant' THEN doc->>'id' END)::uuid, TG_ARGV[0] || '_CREATED', TG_ARGV[1],
               coalesce(CASE TG_ARGV[1] WHEN 'session' THEN doc->>'user_id' END, doc->>'id', doc->>'ticket_id', doc->>'customer_id', doc->>'user_id')::uuid,
               coalesce(doc->>'customer_id', CASE TG_ARGV[1] WHEN 'customer' THEN doc->>'id' END)::uuid,
               actor, audience, 'insert', doc, request
        FROM (SELECT jsonb_strip_nulls(to_jsonb(n)) - hidden AS doc FROM new_rows n OFFSET 0) AS rows;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO events (tenant_id, topic, entity, entity_id, customer_id, actor_id, audience, operation, before, request_id)
        SELECT coalesce(doc->>'tenant_id', CASE TG_ARGV[1] WHEN 'tenant' THEN doc->>'id' END)::uuid, TG_ARGV[0] || '_DELETED', TG_ARGV[1],
               coalesce(CASE TG_ARGV[1] WHEN 'session' THEN doc->>'user_id' END, doc->>'id', doc->>'ticket_id', doc->>'customer_id', doc->>'user_id')::uuid,
               coalesce(doc->>'customer_id', CASE TG_ARGV[1] WHEN 'customer' THEN doc->>'id' END)::uuid,
               actor, audience, 'delete', doc, request
        FROM (SELECT jsonb_strip_nulls(to_jsonb(o)) - hidden AS doc FROM old_rows o OFFSET 0) AS rows;
    ELSE
        INSERT INTO events (tenant_id, topic, entity, entity_id, customer_id, actor_id, audience, operation, before, after, changed, request_id)
        SELECT coalesce(new_doc->>'tenant_id', CASE TG_ARGV[1] WHEN 'tenant' THEN new_doc->>'id' END)::uuid,
               -- That a customer's access is switched off, or on again, is no ordinary update (SPEC §6).
               CASE WHEN TG_ARGV[1] = 'customer' AND 'is_disabled' = ANY (changed)
                    THEN CASE new_doc->>'is_disabled' WHEN 'true' THEN 'CUSTOMER_DEACTIVATED' ELSE 'CUSTOMER_REACTIVATED' END
                    ELSE TG_ARGV[0] || '_UPDATED' END, TG_ARGV[1],
               coalesce(CASE TG_ARGV[1] WHEN 'session' THEN new_doc->>'user_id' END, new_doc->>'id')::uuid,
               coalesce(new_doc->>'customer_id', CASE TG_ARGV[1] WHEN 'customer' THEN new_doc->>'id' END)::uuid,
               actor, audience, 'update', old_doc, new_doc, changed, request
        FROM (
            SELECT old_doc, new_doc, ARRAY(
                SELECT key FROM jsonb_each(new_doc)
                WHERE value IS DISTINCT FROM old_doc->key AND key NOT IN ('version', 'updated_at', 'updated_by')
                ORDER BY key) AS changed
            FROM (SELECT to_jsonb(n) - hidden AS new_doc FROM new_rows n OFFSET 0) AS news
            JOIN (SELECT to_jsonb(o) - hidden AS old_doc FROM old_rows o OFFSET 0) AS olds ON old_doc->>'id' = new_doc->>'id'
            OFFSET 0
        ) AS pairs
        WHERE changed <> '{}';
    END IF;
    RETURN NULL;
END $$;

DROP FUNCTION is_restoring;
