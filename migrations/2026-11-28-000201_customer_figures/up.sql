-- What lists and heads show of a customer beside its own columns, ready to be read: kept in the transaction that changes what it is made of,
-- and outside of the customer's row, which counts what people edit.
CREATE TABLE customer_figures (
    tenant_id       uuid NOT NULL,
    customer_id     uuid NOT NULL,
    contacts        integer NOT NULL DEFAULT 0 CONSTRAINT customer_figures_contacts CHECK (contacts >= 0),
    tickets         integer NOT NULL DEFAULT 0 CONSTRAINT customer_figures_tickets CHECK (tickets >= 0),
    open_tickets    integer NOT NULL DEFAULT 0 CONSTRAINT customer_figures_open_tickets CHECK (open_tickets BETWEEN 0 AND tickets),
    waiting_since   timestamptz NOT NULL DEFAULT 'infinity',
    last_contact_at timestamptz NOT NULL DEFAULT '-infinity',
    next_call_at    timestamptz NOT NULL DEFAULT 'infinity',
    tag_ids         uuid[] NOT NULL DEFAULT '{}',
    CONSTRAINT customer_figures_pkey PRIMARY KEY (tenant_id, customer_id),
    CONSTRAINT customer_figures_customer FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id) ON UPDATE CASCADE ON DELETE CASCADE
);
COMMENT ON TABLE customer_figures IS 'Figures of each customer, worked out of its contacts, tickets, calls and tags by triggers. recount_figures() finds and corrects what is wrong, which nothing should be.';
COMMENT ON COLUMN customer_figures.open_tickets IS 'Those that are open or pending.';
COMMENT ON COLUMN customer_figures.waiting_since IS 'Since when the customer waits for an answer to one of its tickets, the longest; infinity: it does not. Never NULL, so that a list can be in its order.';
COMMENT ON COLUMN customer_figures.last_contact_at IS 'When one side last wrote to the other, or a call took place; -infinity: never.';
COMMENT ON COLUMN customer_figures.next_call_at IS 'For when the next call is arranged; infinity: none is.';
COMMENT ON COLUMN customer_figures.tag_ids IS 'Its tags, in no order.';
-- Rows change often and are small: room for the new version beside the old one.
ALTER TABLE customer_figures SET (fillfactor = 80);
CREATE INDEX customer_figures_by_wait ON customer_figures (tenant_id, waiting_since, customer_id);
CREATE INDEX customer_figures_by_contact ON customer_figures (tenant_id, last_contact_at, customer_id);
CALL belongs_to_customer('customer_figures');
GRANT SELECT ON customer_figures TO clientele_app;

-- The truth, counted anew.
CREATE VIEW counted_figures AS
    SELECT c.tenant_id, c.id AS customer_id, coalesce(p.contacts, 0)::integer AS contacts, coalesce(t.tickets, 0)::integer AS tickets,
        coalesce(t.open_tickets, 0)::integer AS open_tickets, coalesce(t.waiting_since, 'infinity') AS waiting_since,
        greatest(coalesce(t.spoke_at, '-infinity'), coalesce(k.called_at, '-infinity')) AS last_contact_at,
        coalesce(k.next_call_at, 'infinity') AS next_call_at, coalesce(g.tag_ids, '{}') AS tag_ids
    FROM customers c
    LEFT JOIN (SELECT tenant_id, customer_id, count(*) AS contacts FROM contacts GROUP BY 1, 2) p ON p.tenant_id = c.tenant_id AND p.customer_id = c.id
    LEFT JOIN (SELECT tenant_id, customer_id, count(*) AS tickets, count(*) FILTER (WHERE status IN ('open', 'pending')) AS open_tickets,
                   min(waiting_since) AS waiting_since, max(spoke_at) AS spoke_at
               FROM tickets GROUP BY 1, 2) t ON t.tenant_id = c.tenant_id AND t.customer_id = c.id
    LEFT JOIN (SELECT tenant_id, customer_id, max(due_at) FILTER (WHERE status = 'completed') AS called_at,
                   min(due_at) FILTER (WHERE status = 'scheduled') AS next_call_at
               FROM calls GROUP BY 1, 2) k ON k.tenant_id = c.tenant_id AND k.customer_id = c.id
    LEFT JOIN (SELECT tenant_id, customer_id, array_agg(tag_id ORDER BY tag_id) AS tag_ids
               FROM customer_tags GROUP BY 1, 2) g ON g.tenant_id = c.tenant_id AND g.customer_id = c.id;
COMMENT ON VIEW counted_figures IS 'What customer_figures has to say. Only for the functions that keep it.';

-- Those that are concerned are locked in the order of their ids: statements that concern the same customers wait for one another, and the
-- counting that follows sees what those before them have done.
CREATE FUNCTION lock_figures(of_tenants uuid[], of_customers uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM customer_figures f JOIN unnest(of_tenants, of_customers) AS x (tenant_id, customer_id) USING (tenant_id, customer_id)
    ORDER BY f.tenant_id, f.customer_id FOR NO KEY UPDATE OF f;
END $$;
COMMENT ON FUNCTION lock_figures IS 'Only for the functions that keep the figures.';

CREATE FUNCTION figures_of_customers() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO customer_figures (tenant_id, customer_id) SELECT tenant_id, id FROM new_rows;
    RETURN NULL;
END $$;
CREATE TRIGGER figures_insert AFTER INSERT ON customers REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION figures_of_customers();

CREATE FUNCTION figures_of_contacts() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    tenants uuid[];
    customers uuid[];
    added integer[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(tenant_id), array_agg(customer_id), array_agg(n) INTO tenants, customers, added
        FROM (SELECT tenant_id, customer_id, count(*) AS n FROM new_rows GROUP BY 1, 2) d;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(tenant_id), array_agg(customer_id), array_agg(-n) INTO tenants, customers, added
        FROM (SELECT tenant_id, customer_id, count(*) AS n FROM old_rows GROUP BY 1, 2) d;
    ELSE
        SELECT array_agg(tenant_id), array_agg(customer_id), array_agg(n) INTO tenants, customers, added
        FROM (SELECT tenant_id, customer_id, sum(n) AS n FROM (SELECT tenant_id, customer_id, 1 AS n FROM new_rows UNION ALL SELECT tenant_id, customer_id, -1 FROM old_rows) x
              GROUP BY 1, 2 HAVING sum(n) <> 0) d;
    END IF;
    IF tenants IS NULL THEN RETURN NULL; END IF;
    PERFORM lock_figures(tenants, customers);
    UPDATE customer_figures f SET contacts = f.contacts + x.added
    FROM unnest(tenants, customers, added) AS x (tenant_id, customer_id, added) WHERE f.tenant_id = x.tenant_id AND f.customer_id = x.customer_id;
    RETURN NULL;
END $$;
CREATE TRIGGER figures_insert AFTER INSERT ON contacts REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION figures_of_contacts();
CREATE TRIGGER figures_update AFTER UPDATE ON contacts REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION figures_of_contacts();
CREATE TRIGGER figures_delete AFTER DELETE ON contacts REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION figures_of_contacts();

-- Counts go up and down by what changed, since a customer may have many tickets; the times are looked up, each at the end of an index.
CREATE FUNCTION figures_of_tickets() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    tenants uuid[];
    customers uuid[];
    added integer[];
    opened integer[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(tenant_id), array_agg(customer_id), array_agg(n), array_agg(o) INTO tenants, customers, added, opened
        FROM (SELECT tenant_id, customer_id, count(*) AS n, count(*) FILTER (WHERE status IN ('open', 'pending')) AS o FROM new_rows GROUP BY 1, 2) d;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(tenant_id), array_agg(customer_id), array_agg(-n), array_agg(-o) INTO tenants, customers, added, opened
        FROM (SELECT tenant_id, customer_id, count(*) AS n, count(*) FILTER (WHERE status IN ('open', 'pending')) AS o FROM old_rows GROUP BY 1, 2) d;
    ELSE
        SELECT array_agg(tenant_id), array_agg(customer_id), array_agg(n), array_agg(o) INTO tenants, customers, added, opened
        FROM (SELECT tenant_id, customer_id, sum(n) AS n, coalesce(sum(n) FILTER (WHERE status IN ('open', 'pending')), 0) AS o
              FROM (SELECT t.tenant_id, unnest(ARRAY[t.customer_id, o.customer_id]) AS customer_id, unnest(ARRAY[t.status, o.status]) AS status, unnest(ARRAY[1, -1]) AS n
                    FROM new_rows t JOIN old_rows o ON o.tenant_id = t.tenant_id AND o.id = t.id
                    -- A row that is as it was in what counts here concerns nobody.
                    WHERE (t.customer_id, t.status, t.waiting_since, t.spoke_at) IS DISTINCT FROM (o.customer_id, o.status, o.waiting_since, o.spoke_at)) x
              GROUP BY 1, 2) d;
    END IF;
    IF tenants IS NULL THEN RETURN NULL; END IF;
    PERFORM lock_figures(tenants, customers);
    UPDATE customer_figures f SET tickets = f.tickets + x.added, open_tickets = f.open_tickets + x.opened,
        waiting_since = coalesce((SELECT t.waiting_since FROM tickets t WHERE t.tenant_id = f.tenant_id AND t.customer_id = f.customer_id AND t.waiting_since IS NOT NULL
                                  ORDER BY t.waiting_since LIMIT 1), 'infinity'),
        last_contact_at = last_contact(f.tenant_id, f.customer_id)
    FROM unnest(tenants, customers, added, opened) AS x (tenant_id, customer_id, added, opened) WHERE f.tenant_id = x.tenant_id AND f.customer_id = x.customer_id;
    RETURN NULL;
END $$;

CREATE FUNCTION last_contact(of_tenant uuid, of_customer uuid) RETURNS timestamptz LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN greatest(
        coalesce((SELECT t.spoke_at FROM tickets t WHERE t.tenant_id = of_tenant AND t.customer_id = of_customer ORDER BY t.spoke_at DESC, t.id DESC LIMIT 1), '-infinity'),
        coalesce((SELECT k.due_at FROM calls k WHERE k.tenant_id = of_tenant AND k.customer_id = of_customer AND k.status = 'completed' ORDER BY k.due_at DESC, k.id DESC LIMIT 1), '-infinity'));
END $$;
COMMENT ON FUNCTION last_contact IS 'Only for the functions that keep the figures.';
CREATE TRIGGER figures_insert AFTER INSERT ON tickets REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION figures_of_tickets();
CREATE TRIGGER figures_update AFTER UPDATE ON tickets REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION figures_of_tickets();
CREATE TRIGGER figures_delete AFTER DELETE ON tickets REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION figures_of_tickets();

CREATE FUNCTION figures_of_calls() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    tenants uuid[];
    customers uuid[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(tenant_id), array_agg(customer_id) INTO tenants, customers FROM (SELECT DISTINCT tenant_id, customer_id FROM new_rows) d;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(tenant_id), array_agg(customer_id) INTO tenants, customers FROM (SELECT DISTINCT tenant_id, customer_id FROM old_rows) d;
    ELSE
        SELECT array_agg(tenant_id), array_agg(customer_id) INTO tenants, customers
        FROM (SELECT tenant_id, customer_id FROM new_rows UNION SELECT tenant_id, customer_id FROM old_rows) d;
    END IF;
    IF tenants IS NULL THEN RETURN NULL; END IF;
    PERFORM lock_figures(tenants, customers);
    UPDATE customer_figures f SET last_contact_at = last_contact(f.tenant_id, f.customer_id),
        next_call_at = coalesce((SELECT min(k.due_at) FROM calls k WHERE k.tenant_id = f.tenant_id AND k.customer_id = f.customer_id AND k.status = 'scheduled'), 'infinity')
    FROM unnest(tenants, customers) AS x (tenant_id, customer_id) WHERE f.tenant_id = x.tenant_id AND f.customer_id = x.customer_id;
    RETURN NULL;
END $$;
CREATE TRIGGER figures_insert AFTER INSERT ON calls REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION figures_of_calls();
CREATE TRIGGER figures_update AFTER UPDATE ON calls REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION figures_of_calls();
CREATE TRIGGER figures_delete AFTER DELETE ON calls REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION figures_of_calls();

CREATE FUNCTION figures_of_tags() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    tenants uuid[];
    customers uuid[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(tenant_id), array_agg(customer_id) INTO tenants, customers FROM (SELECT DISTINCT tenant_id, customer_id FROM new_rows) d;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(tenant_id), array_agg(customer_id) INTO tenants, customers FROM (SELECT DISTINCT tenant_id, customer_id FROM old_rows) d;
    ELSE
        SELECT array_agg(tenant_id), array_agg(customer_id) INTO tenants, customers
        FROM (SELECT tenant_id, customer_id FROM new_rows UNION SELECT tenant_id, customer_id FROM old_rows) d;
    END IF;
    IF tenants IS NULL THEN RETURN NULL; END IF;
    PERFORM lock_figures(tenants, customers);
    UPDATE customer_figures f SET tag_ids = ARRAY(SELECT g.tag_id FROM customer_tags g WHERE g.tenant_id = f.tenant_id AND g.customer_id = f.customer_id ORDER BY g.tag_id)
    FROM unnest(tenants, customers) AS x (tenant_id, customer_id) WHERE f.tenant_id = x.tenant_id AND f.customer_id = x.customer_id;
    RETURN NULL;
END $$;
CREATE TRIGGER figures_insert AFTER INSERT ON customer_tags REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION figures_of_tags();
CREATE TRIGGER figures_update AFTER UPDATE ON customer_tags REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION figures_of_tags();
CREATE TRIGGER figures_delete AFTER DELETE ON customer_tags REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION figures_of_tags();

-- One statement sees the figures and what they are made of at one moment, so that whatever differs is wrong.
CREATE FUNCTION recount_figures() RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    tenants uuid[];
    customers uuid[];
BEGIN
    PERFORM demand_audience('system');
    SELECT array_agg(k.tenant_id), array_agg(k.customer_id) INTO tenants, customers
    FROM (SELECT * FROM counted_figures WHERE current_tenant() IS NULL OR tenant_id = current_tenant()
          EXCEPT SELECT * FROM customer_figures LIMIT 1000) k;
    IF tenants IS NULL THEN RETURN 0; END IF;
    PERFORM lock_figures(tenants, customers);
    INSERT INTO customer_figures AS f SELECT k.* FROM counted_figures k JOIN unnest(tenants, customers) AS x (tenant_id, customer_id) USING (tenant_id, customer_id)
    ON CONFLICT ON CONSTRAINT customer_figures_pkey DO UPDATE SET contacts = excluded.contacts, tickets = excluded.tickets, open_tickets = excluded.open_tickets,
        waiting_since = excluded.waiting_since, last_contact_at = excluded.last_contact_at, next_call_at = excluded.next_call_at, tag_ids = excluded.tag_ids;
    RETURN cardinality(tenants);
END $$;
COMMENT ON FUNCTION recount_figures IS 'Counts the figures of customers anew, of the tenant at work or of all, corrects those that are wrong (1,000 at a time) and returns how many were.';
GRANT EXECUTE ON FUNCTION recount_figures TO clientele_app;

INSERT INTO customer_figures SELECT * FROM counted_figures;
ANALYZE customer_figures;
