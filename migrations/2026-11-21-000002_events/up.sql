-- One log: every change of every table, written by the database with the change itself (SPEC §15).
CREATE TABLE events (
    id             bigint GENERATED ALWAYS AS IDENTITY,
    tenant_id      uuid,
    topic          text NOT NULL,
    entity         text NOT NULL,
    entity_id      uuid NOT NULL,
    customer_id    uuid,
    actor_id       uuid,
    audience       text NOT NULL,
    operation      text NOT NULL CONSTRAINT events_operation CHECK (operation IN ('insert', 'update', 'delete', 'access')),
    before         jsonb,
    after          jsonb,
    changed        text[] NOT NULL DEFAULT '{}',
    request_id     text,
    transaction_id bigint NOT NULL DEFAULT (pg_current_xact_id()::text)::bigint,
    occurred_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT events_pkey PRIMARY KEY (id, occurred_at)
) PARTITION BY RANGE (occurred_at);
COMMENT ON TABLE events IS 'The append-only log of all changes, a partition a month. Newest first means ORDER BY occurred_at DESC, id DESC.';
COMMENT ON COLUMN events.tenant_id IS 'NULL for what belongs to the platform.';
COMMENT ON COLUMN events.topic IS 'What happened, as subscribers name it: CUSTOMER_CREATED.';
COMMENT ON COLUMN events.entity IS 'The kind of record: customer, contact, tag ...';
COMMENT ON COLUMN events.customer_id IS 'The customer on whose timeline it stands, if any. No foreign key: the log outlives what it tells of.';
COMMENT ON COLUMN events.actor_id IS 'The user at work, or NULL for the system.';
COMMENT ON COLUMN events.audience IS 'In which capacity the actor worked.';
COMMENT ON COLUMN events.operation IS 'What was done to the record; access: nothing was changed, somebody read it or was refused (see the migration access_log).';
COMMENT ON COLUMN events.before IS 'The record before, without secrets.';
COMMENT ON COLUMN events.after IS 'The record after, without secrets.';
COMMENT ON COLUMN events.changed IS 'The fields that differ, but for bookkeeping.';
COMMENT ON COLUMN events.transaction_id IS 'All changes of one transaction share it: what was done together can be undone together.';

CREATE INDEX events_by_customer ON events (tenant_id, customer_id, occurred_at DESC, id DESC);
CREATE INDEX events_by_entity ON events (tenant_id, entity_id, occurred_at DESC, id DESC);
CREATE INDEX events_by_time ON events (tenant_id, occurred_at DESC, id DESC);
CREATE INDEX events_by_topic ON events (tenant_id, topic, occurred_at DESC, id DESC);
CREATE INDEX events_by_actor ON events (tenant_id, actor_id, occurred_at DESC, id DESC);
-- What platform admins read: a handful among millions.
CREATE INDEX events_of_platform ON events (occurred_at DESC, id DESC) WHERE tenant_id IS NULL OR entity IN ('tenant', 'tenant_entry');
-- For the parts of one transaction, and for all that began since another did.
CREATE INDEX events_by_transaction ON events (transaction_id, tenant_id);

ALTER TABLE events ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON events TO clientele_app;

-- Arguments: the topic's stem, the entity, then the columns that stay out of the log. A session stands under its user's id: what
-- happened to an account and where it signed in are one history.
-- OFFSET 0 keeps each row's JSON from being built anew for every field that is read from it. Nested loops are off because a
-- connection keeps the plan of its first update: made for one row, it would pair 100,000 old rows with 100,000 new ones one by one.
CREATE FUNCTION log_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET enable_nestloop = off AS $$
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
COMMENT ON FUNCTION log_change IS 'Writes the events of one statement. Runs as the owner: nobody else can write the log.';

-- Adds the three triggers that write a table's events.
CREATE PROCEDURE log_changes_of(tracked regclass, topic text, entity text, VARIADIC hidden text[] DEFAULT '{}') LANGUAGE plpgsql AS $$
DECLARE
    arguments text := concat_ws(', ', quote_literal(topic), quote_literal(entity),
        (SELECT string_agg(quote_literal(column_name), ', ') FROM unnest(hidden) AS column_name));
BEGIN
    EXECUTE format('CREATE TRIGGER log_insert AFTER INSERT ON %s REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION log_change(%s)', tracked, arguments);
    EXECUTE format('CREATE TRIGGER log_update AFTER UPDATE ON %s REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION log_change(%s)', tracked, arguments);
    EXECUTE format('CREATE TRIGGER log_delete AFTER DELETE ON %s REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION log_change(%s)', tracked, arguments);
END $$;

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- `purge_tenant` alone may forget, and only the tenant that it names; `forget_accesses` what changed nothing.
    IF TG_OP = 'DELETE' AND (OLD.tenant_id = nullif(current_setting('app.purging', true), '')::uuid
                             OR OLD.operation = 'access' AND current_setting('app.forgetting', true) = 'access')
       AND pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE') THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'the log is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON events FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON events FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The server's role has no way into this schema: the log is read through the policies of the whole.
CREATE SCHEMA event_months;
COMMENT ON SCHEMA event_months IS 'The partitions of the log: m2026_11 is November 2026 (UTC), other what no month was made for.';

CREATE FUNCTION guard_event_partition(part regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', part);
    EXECUTE format('CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change()', part);
END $$;
COMMENT ON FUNCTION guard_event_partition IS 'What a partition does not have from the whole.';

CREATE TABLE event_months.other PARTITION OF events DEFAULT;
SELECT guard_event_partition('event_months.other');

-- Several servers may ask at once: one makes, the others wait and find it made.
CREATE FUNCTION make_event_partitions(since timestamptz, until timestamptz) RETURNS integer LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    month timestamp;
    part text;
    range text;
    made integer := 0;
BEGIN
    FOR month IN SELECT generate_series(date_trunc('month', since AT TIME ZONE 'UTC'), until AT TIME ZONE 'UTC', interval '1 month') LOOP
        part := format('event_months.m%s', to_char(month, 'YYYY_MM'));
        CONTINUE WHEN to_regclass(part) IS NOT NULL;
        LOCK TABLE events IN SHARE UPDATE EXCLUSIVE MODE;
        CONTINUE WHEN to_regclass(part) IS NOT NULL;
        EXECUTE format('CREATE TABLE %s (LIKE events INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', part);
        PERFORM guard_event_partition(part);
        -- What came before its month was made moves over.
        LOCK TABLE event_months.other IN ACCESS EXCLUSIVE MODE;
        range := format('occurred_at >= %L AND occurred_at < %L', month AT TIME ZONE 'UTC', (month + interval '1 month') AT TIME ZONE 'UTC');
        EXECUTE format('INSERT INTO %s SELECT * FROM event_months.other WHERE %s', part, range);
        ALTER TABLE event_months.other DISABLE TRIGGER append_only;
        EXECUTE format('DELETE FROM event_months.other WHERE %s', range);
        ALTER TABLE event_months.other ENABLE TRIGGER append_only;
        EXECUTE format('ALTER TABLE events ATTACH PARTITION %s FOR VALUES FROM (%L) TO (%L)',
            part, month AT TIME ZONE 'UTC', (month + interval '1 month') AT TIME ZONE 'UTC');
        made := made + 1;
    END LOOP;
    RETURN made;
END $$;
COMMENT ON FUNCTION make_event_partitions IS 'Makes the partitions that are missing for the months from the one of `since` to the one of `until`.';

CREATE FUNCTION make_coming_event_partitions() RETURNS integer LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT make_event_partitions(now(), now() + interval '3 months');
$$;
COMMENT ON FUNCTION make_coming_event_partitions IS 'Called when a server starts, and by a clock while it runs.';
REVOKE EXECUTE ON FUNCTION guard_event_partition, make_event_partitions, make_coming_event_partitions FROM PUBLIC;
GRANT EXECUTE ON FUNCTION make_coming_event_partitions TO clientele_app;

SELECT make_event_partitions(now() - interval '1 month', now() + interval '3 months');
