-- What changes nothing and still has to be known: failed sign-ins, refusals, exports, files that were read, and what platform admins read
-- inside a tenant (OWASP ASVS 16.3). It stands in the one log, as events whose operation is 'access', and is kept as long as the tenant says.
-- The one way in. It runs as the owner, since nobody else writes the log; tenant, actor and audience are those of the transaction.
CREATE FUNCTION log_access(of_topic text, of_entity text, of_id uuid, detail jsonb) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF of_topic NOT IN ('SIGN_IN_FAILED', 'ACCESS_REFUSED', 'EXPORTED', 'ATTACHMENT_READ', 'TENANT_READ') THEN
        RAISE EXCEPTION 'the topic % is not one of accesses', of_topic USING ERRCODE = 'check_violation';
    ELSIF octet_length(detail::text) > 4000 THEN
        RAISE EXCEPTION 'too much detail for the log' USING ERRCODE = 'check_violation';
    END IF;
    INSERT INTO events (tenant_id, topic, entity, entity_id, actor_id, audience, operation, after, request_id)
    VALUES (current_tenant(), of_topic, of_entity, of_id, current_actor(), coalesce(nullif(current_audience(), ''), 'nobody'), 'access',
            jsonb_strip_nulls(detail), nullif(current_setting('app.request_id', true), ''));
END $$;
COMMENT ON FUNCTION log_access IS 'Writes to the log that the person at work read something, or was refused.';

-- Signed out there is no tenant: it is that of the accounts which the address belongs to. Of an address without an account only the platform
-- learns, and not which it was: people type their passwords there.
CREATE FUNCTION log_failed_sign_in(for_email text, on_host text, for_user uuid, detail jsonb) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF octet_length(detail::text) > 4000 THEN
        RAISE EXCEPTION 'too much detail for the log' USING ERRCODE = 'check_violation';
    END IF;
    INSERT INTO events (tenant_id, topic, entity, entity_id, audience, operation, after, request_id)
    SELECT u.tenant_id, 'SIGN_IN_FAILED', 'user', u.id, 'nobody', 'access', jsonb_strip_nulls(detail) || jsonb_build_object('name', u.name),
           nullif(current_setting('app.request_id', true), '')
    FROM users u LEFT JOIN tenants t ON t.id = u.tenant_id
    WHERE u.id = for_user OR for_user IS NULL AND u.email = for_email AND (t.host = on_host OR NOT EXISTS (SELECT FROM tenants h WHERE h.host = on_host))
    LIMIT 10;
    IF NOT FOUND THEN
        INSERT INTO events (topic, entity, entity_id, audience, operation, after, request_id)
        VALUES ('SIGN_IN_FAILED', 'user', '00000000-0000-0000-0000-000000000000', 'nobody', 'access', jsonb_strip_nulls(detail),
                nullif(current_setting('app.request_id', true), ''));
    END IF;
END $$;
COMMENT ON FUNCTION log_failed_sign_in IS 'Writes to the log that a sign-in with this address failed, for each account that has it on this host.';

-- One mail an hour about a burst.
CREATE TABLE access_alerts (
    id         uuid NOT NULL DEFAULT gen_random_uuid(),
    tenant_id  uuid DEFAULT current_tenant(),
    hour       timestamptz NOT NULL DEFAULT date_trunc('hour', now(), 'UTC'),
    count      integer NOT NULL CONSTRAINT access_alerts_count CHECK (count > 0),
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT access_alerts_pkey PRIMARY KEY (id),
    CONSTRAINT access_alerts_one_each UNIQUE NULLS NOT DISTINCT (tenant_id, hour),
    CONSTRAINT access_alerts_tenant FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE CASCADE
);
COMMENT ON TABLE access_alerts IS 'That the admins of a tenant (NULL: of the platform) were written to about many failed sign-ins and refusals, at most once an hour.';
ALTER TABLE access_alerts ENABLE ROW LEVEL SECURITY;
CREATE POLICY background ON access_alerts USING ((SELECT current_audience()) = 'system' AND tenant_id IS NOT DISTINCT FROM (SELECT current_tenant()));
CREATE POLICY admins ON access_alerts FOR SELECT USING (tenant_id = (SELECT current_tenant()) AND (SELECT current_audience()) = 'staff'
    AND ((SELECT has_role('tenant_admin')) OR (SELECT has_role('platform_admin'))));
GRANT SELECT, INSERT (tenant_id, hour, count), DELETE ON access_alerts TO clientele_app;

-- Background work for the platform (no tenant) sees no events and no users by the policies: these two tell it what it needs.
CREATE FUNCTION access_burst(minutes integer) RETURNS TABLE (topic text, entity_id uuid, after jsonb)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF current_audience() <> 'system' THEN
        RAISE EXCEPTION 'only background work looks for bursts' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN QUERY SELECT e.topic, e.entity_id, e.after FROM events e
        WHERE e.tenant_id IS NOT DISTINCT FROM current_tenant() AND e.topic IN ('SIGN_IN_FAILED', 'ACCESS_REFUSED')
          AND e.occurred_at > now() - make_interval(mins => minutes) ORDER BY e.occurred_at DESC LIMIT 10000;
END $$;
COMMENT ON FUNCTION access_burst IS 'Failed sign-ins and refusals of the last minutes in the tenant of the transaction; without one, those of no tenant.';

CREATE FUNCTION security_contacts() RETURNS TABLE (tenant text, name text, email text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF current_audience() <> 'system' THEN
        RAISE EXCEPTION 'only background work writes to all admins' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN QUERY SELECT coalesce(t.name, ''), u.name, u.email FROM users u LEFT JOIN tenants t ON t.id = u.tenant_id
        WHERE u.tenant_id IS NOT DISTINCT FROM current_tenant() AND u.customer_id IS NULL AND u.disabled_at IS NULL
          AND u.roles @> CASE WHEN current_tenant() IS NULL THEN '{platform_admin}' ELSE '{tenant_admin}' END::text[]
        ORDER BY u.name LIMIT 50;
END $$;
COMMENT ON FUNCTION security_contacts IS 'Who is written to when something is tried: the admins of the tenant of the transaction; without one, of the platform.';

-- By topic and time, so the index finds what is too old. A bounded number at once: nobody waits long for it.
CREATE FUNCTION forget_accesses(most integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    gone integer := 0;
    found integer;
    topic_of text;
    tenant_of record;
BEGIN
    IF current_audience() <> 'system' THEN
        RAISE EXCEPTION 'only the clock forgets' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM set_config('app.forgetting', 'access', true);
    FOREACH topic_of IN ARRAY ARRAY['SIGN_IN_FAILED', 'ACCESS_REFUSED', 'EXPORTED', 'ATTACHMENT_READ', 'TENANT_READ'] LOOP
        FOR tenant_of IN SELECT id, access_log_days AS days FROM tenants UNION ALL SELECT NULL, 365 LOOP
            IF tenant_of.id IS NULL THEN
                DELETE FROM events e USING (SELECT id, occurred_at FROM events WHERE tenant_id IS NULL AND topic = topic_of
                    AND occurred_at < now() - interval '365 days' ORDER BY occurred_at LIMIT most - gone) old
                WHERE e.id = old.id AND e.occurred_at = old.occurred_at;
            ELSE
                DELETE FROM events e USING (SELECT id, occurred_at FROM events WHERE tenant_id = tenant_of.id AND topic = topic_of
                    AND occurred_at < now() - make_interval(days => tenant_of.days) ORDER BY occurred_at LIMIT most - gone) old
                WHERE e.id = old.id AND e.occurred_at = old.occurred_at;
            END IF;
            GET DIAGNOSTICS found = ROW_COUNT;
            gone := gone + found;
            EXIT WHEN gone >= most;
        END LOOP;
    END LOOP;
    PERFORM set_config('app.forgetting', '', true);
    RETURN gone;
END $$;
COMMENT ON FUNCTION forget_accesses IS 'Deletes accesses that are older than their tenant keeps them (the platform: a year), and says how many. It alone may delete from the log, and nothing but accesses.';

GRANT EXECUTE ON FUNCTION log_access, access_burst, security_contacts, forget_accesses TO clientele_app;
GRANT EXECUTE ON FUNCTION log_access, log_failed_sign_in TO clientele_sign_in;
