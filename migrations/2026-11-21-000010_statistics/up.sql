-- The figures of the statistics page. Behind the policy on customers no index alone can answer (the policy asks who made a customer
-- and who owns it), so that a count would read the whole table: 0.9 s at a million rows. Staff who see every customer are counted
-- for by this function instead, which runs as the owner and applies the tenant itself (SPEC §3). Others count under the policy.
CREATE INDEX customers_by_kind ON customers (tenant_id, lifecycle_stage, customer_type, source, company_id);

CREATE FUNCTION tally_customers(of_company uuid, months timestamptz[]) RETURNS TABLE (kind text, key text, amount bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    tenant uuid := current_tenant();
    -- Owners who can't act count as nobody.
    gone uuid[] := ARRAY(SELECT u.id FROM users u WHERE u.tenant_id = tenant AND u.customer_id IS NULL
        AND (u.disabled_at IS NOT NULL OR NOT u.roles && '{tenant_admin,agent,customer_success}'));
BEGIN
    IF tenant IS NULL OR NOT sees_all_customers() THEN RETURN; END IF;

    RETURN QUERY
        SELECT CASE WHEN grouping(stage) = 0 THEN 'stage' WHEN grouping(type) = 0 THEN 'type' WHEN grouping(source) = 0 THEN 'source'
                    WHEN grouping(company) = 0 THEN 'company' ELSE 'total' END,
               coalesce(stage, type, source, company::text, ''), coalesce(sum(n), 0)::bigint
        FROM (SELECT c.lifecycle_stage AS stage, c.customer_type AS type, c.source, c.company_id AS company, count(*) AS n
              FROM customers c
              WHERE c.tenant_id = tenant AND (of_company IS NULL OR c.company_id = of_company)
              GROUP BY 1, 2, 3, 4) AS kinds
        GROUP BY GROUPING SETS ((), (stage), (type), (source), (company));

    RETURN QUERY
        SELECT 'new', (at - 1)::text, (SELECT count(*) FROM customers c WHERE c.tenant_id = tenant
               AND c.created_at >= months[at - 1] AND c.created_at < months[at] AND (of_company IS NULL OR c.company_id = of_company))
        FROM generate_series(2, cardinality(months)) AS at
        UNION ALL
        SELECT 'churned', (at - 1)::text, (SELECT count(*) FROM customers c WHERE c.tenant_id = tenant
               AND c.churned_at >= months[at - 1] AND c.churned_at < months[at] AND (of_company IS NULL OR c.company_id = of_company))
        FROM generate_series(2, cardinality(months)) AS at;

    IF of_company IS NULL THEN
        RETURN QUERY
            SELECT 'owner', o.user_id::text, count(*) FROM customer_success_owned_customers o WHERE o.tenant_id = tenant AND o.user_id <> ALL (gone) GROUP BY o.user_id
            UNION ALL
            SELECT 'owned', '', count(*) FROM (SELECT FROM customer_success_owned_customers o WHERE o.tenant_id = tenant AND o.user_id <> ALL (gone) GROUP BY o.customer_id) AS owned;
    ELSE
        RETURN QUERY
            WITH owned AS MATERIALIZED (
                SELECT o.user_id, o.customer_id FROM customers c
                JOIN customer_success_owned_customers o ON o.tenant_id = tenant AND o.customer_id = c.id AND o.user_id <> ALL (gone)
                WHERE c.tenant_id = tenant AND c.company_id = of_company)
            SELECT 'owner', user_id::text, count(*) FROM owned GROUP BY user_id
            UNION ALL
            SELECT 'owned', '', count(DISTINCT customer_id) FROM owned;
    END IF;
END $$;
COMMENT ON FUNCTION tally_customers IS 'How many customers there are of each kind, new and churned between each two of the moments, and per owner: for those who see them all.';
REVOKE EXECUTE ON FUNCTION tally_customers FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tally_customers TO clientele_app;
