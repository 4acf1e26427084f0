-- Switching a customer's access off, with a grace period in which it can be switched on again, and what they said about it (SPEC §6).
CREATE TABLE deactivations (
    id             uuid NOT NULL DEFAULT gen_random_uuid(),
    tenant_id      uuid NOT NULL DEFAULT current_tenant(),
    customer_id    uuid NOT NULL,
    grace_ends_at  timestamptz NOT NULL,
    reason         text NOT NULL CONSTRAINT deactivations_reason_known CHECK (reason IN
        ('price', 'missing_feature', 'poor_support', 'switched_competitor', 'business_closed', 'not_using', 'other')),
    explanation    text NOT NULL DEFAULT '' CONSTRAINT deactivations_explanation_length CHECK (char_length(explanation) <= 4000),
    likelihood     smallint CONSTRAINT deactivations_likelihood_range CHECK (likelihood BETWEEN 0 AND 10),
    context        text NOT NULL DEFAULT '' CONSTRAINT deactivations_context_length CHECK (char_length(context) <= 4000),
    requested_by   text NOT NULL DEFAULT '' CONSTRAINT deactivations_requested_by_length CHECK (char_length(requested_by) <= 200),
    asked_at       timestamptz,
    asked_by       uuid,
    asked_words    text NOT NULL DEFAULT '' CONSTRAINT deactivations_asked_words_length CHECK (char_length(asked_words) <= 2000),
    reactivated_at timestamptz,
    reactivated_by uuid,
    churned_at     timestamptz,
    ended_at       timestamptz GENERATED ALWAYS AS (coalesce(reactivated_at, churned_at)) STORED,
    created_by     uuid DEFAULT current_member(),
    created_at     timestamptz NOT NULL DEFAULT now(),
    updated_at     timestamptz NOT NULL DEFAULT now(),
    version        integer NOT NULL DEFAULT 1,
    CONSTRAINT deactivations_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT deactivations_customer FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id) ON DELETE CASCADE,
    CONSTRAINT deactivations_created_by FOREIGN KEY (tenant_id, created_by) REFERENCES users (tenant_id, id) ON DELETE SET NULL (created_by),
    CONSTRAINT deactivations_asked_by FOREIGN KEY (tenant_id, asked_by) REFERENCES users (tenant_id, id) ON DELETE SET NULL (asked_by),
    CONSTRAINT deactivations_reactivated_by FOREIGN KEY (tenant_id, reactivated_by) REFERENCES users (tenant_id, id) ON DELETE SET NULL (reactivated_by),
    CONSTRAINT deactivations_end_after_begin CHECK (grace_ends_at > created_at)
);
COMMENT ON TABLE deactivations IS 'A customer''s access was switched off: until when it can be switched on again, why, and how it ended.';
COMMENT ON COLUMN deactivations.grace_ends_at IS 'Until then it can be taken back; then a clock makes the customer churned.';
COMMENT ON COLUMN deactivations.reactivated_at IS 'When it was taken back; after churned_at: when the customer was won back.';
COMMENT ON COLUMN deactivations.explanation IS 'The reason in the customer''s words.';
COMMENT ON COLUMN deactivations.likelihood IS 'How likely they are to recommend us, 0 to 10; NULL where they were not asked.';
COMMENT ON COLUMN deactivations.context IS 'What staff add to it.';
COMMENT ON COLUMN deactivations.requested_by IS 'Who asked for it, by name.';
COMMENT ON COLUMN deactivations.asked_at IS 'When a customer_admin last asked to be switched on again.';
COMMENT ON COLUMN deactivations.churned_at IS 'When the grace period ended without a return.';
COMMENT ON COLUMN deactivations.ended_at IS 'When it was taken back or became final; NULL while it is neither.';
CREATE UNIQUE INDEX deactivations_one_standing ON deactivations (tenant_id, customer_id) WHERE reactivated_at IS NULL;
CREATE INDEX deactivations_by_customer ON deactivations (tenant_id, customer_id, created_at DESC);
CREATE INDEX deactivations_by_time ON deactivations (tenant_id, created_at DESC, id DESC);
CREATE INDEX deactivations_by_end ON deactivations (grace_ends_at) WHERE reactivated_at IS NULL AND churned_at IS NULL;
CREATE INDEX deactivations_by_creator ON deactivations (tenant_id, created_by) WHERE created_by IS NOT NULL;
CREATE INDEX deactivations_by_asker ON deactivations (tenant_id, asked_by) WHERE asked_by IS NOT NULL;
CREATE INDEX deactivations_by_reactivator ON deactivations (tenant_id, reactivated_by) WHERE reactivated_by IS NOT NULL;
ALTER TABLE deactivations ENABLE ROW LEVEL SECURITY;
CREATE POLICY staff ON deactivations USING (tenant_id = (SELECT current_tenant()) AND ((SELECT sees_all_customers())
    OR ((SELECT is_staff()) AND EXISTS (SELECT FROM customers c WHERE c.tenant_id = deactivations.tenant_id AND c.id = deactivations.customer_id OFFSET 0))));
GRANT SELECT, INSERT, UPDATE (reactivated_at, reactivated_by) ON deactivations TO clientele_app;
CREATE TRIGGER touch BEFORE UPDATE ON deactivations FOR EACH ROW EXECUTE FUNCTION touch();
CALL log_changes_of('deactivations', 'CUSTOMER_DEACTIVATION', 'deactivation', 'ended_at');

-- Whoever is deactivated is out: sessions end, and tokens are refused because their claims are of yesterday. It looks past the policies,
-- which let nobody end another's session, and acts only on customers that are deactivated already.
CREATE FUNCTION end_access_of_disabled(of_customer uuid) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    ended integer;
BEGIN
    IF NOT is_staff() OR NOT EXISTS (SELECT FROM customers WHERE tenant_id = current_tenant() AND id = of_customer AND is_disabled) THEN
        RETURN 0;
    END IF;
    UPDATE users SET claims_version = claims_version + 1 WHERE tenant_id = current_tenant() AND customer_id = of_customer;
    DELETE FROM sessions s USING users u
    WHERE u.tenant_id = current_tenant() AND u.customer_id = of_customer AND s.user_id = u.id;
    GET DIAGNOSTICS ended = ROW_COUNT;
    RETURN ended;
END $$;
COMMENT ON FUNCTION end_access_of_disabled IS 'Ends the sessions and outdates the tokens of the users of a deactivated customer; returns how many sessions.';

CREATE FUNCTION count_access(of_customer uuid, OUT users bigint, OUT sessions bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT count(DISTINCT u.id), count(s.id) FROM users u LEFT JOIN sessions s ON s.user_id = u.id AND s.expires_at > now()
    WHERE is_staff() AND u.tenant_id = current_tenant() AND u.customer_id = of_customer AND u.disabled_at IS NULL;
$$;
COMMENT ON FUNCTION count_access IS 'How many users of a customer can sign in, and how many sessions of theirs are open.';

-- What somebody with the right password is told in place of being let in.
CREATE FUNCTION deactivation_notice(for_user uuid)
    RETURNS TABLE (tenant_id uuid, customer_id uuid, roles text[], user_name text, tenant_name text, customer_name text, time_zone text,
                   grace_ends_at timestamptz, is_over boolean, asked_at timestamptz, staff text[])
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT c.tenant_id, c.id, u.roles, u.name, t.name, c.name, u.time_zone, d.grace_ends_at,
           coalesce(d.churned_at IS NOT NULL OR d.grace_ends_at <= now(), true), d.asked_at,
           coalesce(nullif(ARRAY(
               SELECT o.name || ' <' || o.email || '>' FROM customer_success_owned_customers a JOIN users o ON o.tenant_id = a.tenant_id AND o.id = a.user_id
               WHERE a.tenant_id = c.tenant_id AND a.customer_id = c.id AND can_act_for(o.id, c.id) ORDER BY o.name LIMIT 3), '{}'),
           ARRAY(SELECT o.name || ' <' || o.email || '>' FROM users o
               WHERE o.tenant_id = c.tenant_id AND o.customer_id IS NULL AND o.roles @> '{tenant_admin}' AND o.disabled_at IS NULL ORDER BY o.name LIMIT 3))
    FROM users u JOIN customers c ON c.tenant_id = u.tenant_id AND c.id = u.customer_id JOIN tenants t ON t.id = u.tenant_id
    LEFT JOIN deactivations d ON d.tenant_id = c.tenant_id AND d.customer_id = c.id AND d.reactivated_at IS NULL
    WHERE u.id = for_user AND c.is_disabled;
$$;
COMMENT ON FUNCTION deactivation_notice IS 'Why a user with the right password is not let in: nothing where they are.';

CREATE FUNCTION ask_for_reactivation(words text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE deactivations SET asked_at = now(), asked_by = current_actor(), asked_words = left(words, 2000)
    WHERE tenant_id = current_tenant() AND customer_id = current_customer() AND current_audience() = 'portal' AND has_role('customer_admin')
      AND ended_at IS NULL AND grace_ends_at > now();
    RETURN FOUND;
END $$;
COMMENT ON FUNCTION ask_for_reactivation IS 'A customer_admin asks for their own customer''s return; false where it is too late.';

CREATE FUNCTION end_grace_periods(at timestamptz, most integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    ended integer;
BEGIN
    IF current_audience() <> 'system' THEN
        RAISE EXCEPTION 'only background work ends grace periods' USING ERRCODE = 'insufficient_privilege';
    END IF;
    WITH due AS (
        SELECT tenant_id, id FROM deactivations WHERE reactivated_at IS NULL AND churned_at IS NULL AND grace_ends_at <= at
        ORDER BY grace_ends_at LIMIT most FOR UPDATE SKIP LOCKED),
    final AS (
        UPDATE deactivations d SET churned_at = at FROM due WHERE d.tenant_id = due.tenant_id AND d.id = due.id RETURNING d.tenant_id, d.customer_id)
    UPDATE customers c SET lifecycle_stage = 'churned', churned_at = coalesce(c.churned_at, at) FROM final
    WHERE c.tenant_id = final.tenant_id AND c.id = final.customer_id;
    GET DIAGNOSTICS ended = ROW_COUNT;
    RETURN ended;
END $$;
COMMENT ON FUNCTION end_grace_periods IS 'Makes customers churned whose grace period is over at this moment, up to so many; returns how many.';
REVOKE EXECUTE ON FUNCTION end_access_of_disabled, count_access, deactivation_notice, ask_for_reactivation, end_grace_periods FROM PUBLIC;
GRANT EXECUTE ON FUNCTION end_access_of_disabled, count_access, ask_for_reactivation, end_grace_periods TO clientele_app;
GRANT EXECUTE ON FUNCTION deactivation_notice TO clientele_sign_in;
