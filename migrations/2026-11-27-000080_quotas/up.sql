-- What somebody did within an hour or a day, of what is limited (src/platform/limits). One row for each person, customer, tenant or address
-- and each limit, however often it is used; a window begins with the first use after the last one.
CREATE TABLE quota_uses (
    key     text NOT NULL CONSTRAINT quota_uses_key_length CHECK (length(key) BETWEEN 1 AND 200),
    used    bigint NOT NULL,
    ends_at timestamptz NOT NULL,
    CONSTRAINT quota_uses_pkey PRIMARY KEY (key)
);
COMMENT ON TABLE quota_uses IS 'How much of a limit was used, until its window ends. Granted to nobody: use_quotas counts.';
COMMENT ON COLUMN quota_uses.key IS 'The limit, the tenant, and whom it is counted for: an id, or the hash of an address.';
CREATE INDEX quota_uses_by_end ON quota_uses (ends_at);
ALTER TABLE quota_uses ENABLE ROW LEVEL SECURITY;

CREATE FUNCTION use_quotas(limits text[], subjects text[], amounts bigint[], most bigint[], seconds bigint[])
    RETURNS TABLE (which integer, wait bigint)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    row_key text;
    until timestamptz;
BEGIN
    -- One after the other, in the order of the caller: whoever counts the same waits here. What is counted already is taken back with the
    -- transaction, which the caller gives up.
    FOR n IN 1 .. cardinality(limits) LOOP
        -- Always of the own tenant, whatever was asked.
        row_key := concat_ws(':', limits[n], coalesce(current_tenant()::text, '-'), subjects[n]);
        INSERT INTO quota_uses AS q (key, used, ends_at)
        SELECT row_key, amounts[n], clock_timestamp() + make_interval(secs => seconds[n])
        WHERE amounts[n] <= most[n]
        ON CONFLICT (key) DO UPDATE SET
            used = CASE WHEN q.ends_at > clock_timestamp() THEN q.used ELSE 0 END + excluded.used,
            ends_at = CASE WHEN q.ends_at > clock_timestamp() THEN q.ends_at ELSE excluded.ends_at END
        WHERE CASE WHEN q.ends_at > clock_timestamp() THEN q.used ELSE 0 END + excluded.used <= most[n];
        IF NOT FOUND THEN
            SELECT q.ends_at INTO until FROM quota_uses q WHERE q.key = row_key;
            which := n;
            wait := greatest(ceil(extract(epoch FROM coalesce(until, clock_timestamp()) - clock_timestamp())), 1);
            RETURN NEXT;
            RETURN;
        END IF;
    END LOOP;
END $$;
COMMENT ON FUNCTION use_quotas IS 'Counts an amount under each limit; no row where all have room, else which has none, and for how many seconds.';

CREATE FUNCTION forget_quota_uses() RETURNS bigint
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT demand_audience('system');
    WITH gone AS (DELETE FROM quota_uses WHERE key IN (
        SELECT q.key FROM quota_uses q WHERE q.ends_at < now() ORDER BY q.ends_at LIMIT 100000 FOR UPDATE SKIP LOCKED) RETURNING key)
    SELECT count(*) FROM gone;
$$;
COMMENT ON FUNCTION forget_quota_uses IS 'Windows that have ended count for nothing.';
GRANT EXECUTE ON FUNCTION use_quotas TO clientele_app, clientele_sign_in;
GRANT EXECUTE ON FUNCTION forget_quota_uses TO clientele_app;

-- How many rows somebody may have in all. Whoever adds one near the end waits for the others who do, so that together they add no more.
CREATE FUNCTION bound_rows() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    most bigint := TG_ARGV[1];
    owned record;
    number bigint;
BEGIN
    FOR owned IN EXECUTE format('SELECT DISTINCT tenant_id, %I AS owner FROM added', TG_ARGV[0]) LOOP
        FOR tries IN 1 .. 2 LOOP
            EXECUTE format('SELECT count(*) FROM %s WHERE tenant_id = $1 AND %I = $2', TG_RELID::regclass, TG_ARGV[0]) INTO number USING owned.tenant_id, owned.owner;
            IF number > most THEN
                RAISE EXCEPTION 'too many rows of % for %', TG_TABLE_NAME, owned.owner USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
            END IF;
            EXIT WHEN number < most / 2 OR tries = 2;
            PERFORM pg_advisory_xact_lock(hashtextextended(concat(TG_TABLE_NAME, owned.owner), 7));
        END LOOP;
    END LOOP;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION bound_rows IS 'Refuses more rows than the second argument for one value of the column that is the first.';
CREATE TRIGGER most_tags AFTER INSERT ON tags REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION bound_rows('tenant_id', '1000');
CREATE TRIGGER most_saved_views AFTER INSERT ON saved_views REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION bound_rows('user_id', '200');
CREATE TRIGGER most_saved_replies AFTER INSERT ON saved_replies REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION bound_rows('tenant_id', '500');
CREATE TRIGGER most_domains AFTER INSERT ON registration_domains REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION bound_rows('customer_id', '50');

-- One import of a tenant at a time.
DROP INDEX imports_running;
CREATE UNIQUE INDEX imports_one_running ON imports (tenant_id) WHERE state = 'running';
