CREATE TABLE saved_views (
    id         uuid NOT NULL DEFAULT gen_random_uuid(),
    tenant_id  uuid NOT NULL DEFAULT current_tenant(),
    user_id    uuid NOT NULL,
    name       text NOT NULL CONSTRAINT saved_views_name_length CHECK (char_length(name) BETWEEN 1 AND 60 AND is_line(name)),
    query      text NOT NULL CONSTRAINT saved_views_query_length CHECK (char_length(query) <= 2000),
    is_shared  boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version    integer NOT NULL DEFAULT 1,
    CONSTRAINT saved_views_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT saved_views_name_taken UNIQUE (tenant_id, user_id, name),
    CONSTRAINT saved_views_user FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE saved_views IS 'A list of customers that somebody keeps: its search, filters and order under a name.';
COMMENT ON COLUMN saved_views.query IS 'The query string of the list, in canonical order.';
CREATE INDEX saved_views_shared ON saved_views (tenant_id, name) WHERE is_shared;
ALTER TABLE saved_views ENABLE ROW LEVEL SECURITY;
CREATE POLICY readers ON saved_views FOR SELECT USING (tenant_id = (SELECT current_tenant()) AND (SELECT is_staff()) AND (is_shared OR user_id = (SELECT current_actor())));
CREATE POLICY owner ON saved_views USING (tenant_id = (SELECT current_tenant()) AND (SELECT is_staff()) AND user_id = (SELECT current_actor()));
-- What a colleague shared who can't sign in any more is the admins' to change.
CREATE POLICY orphaned ON saved_views USING (tenant_id = (SELECT current_tenant()) AND (SELECT is_staff()) AND (SELECT has_role('tenant_admin')) AND is_shared
    AND EXISTS (SELECT FROM users u WHERE u.tenant_id = saved_views.tenant_id AND u.id = saved_views.user_id AND u.disabled_at IS NOT NULL OFFSET 0));
GRANT SELECT, INSERT, UPDATE, DELETE ON saved_views TO clientele_app;
CREATE TRIGGER touch BEFORE UPDATE ON saved_views FOR EACH ROW EXECUTE FUNCTION touch();
CALL log_changes_of('saved_views', 'SAVED_VIEW', 'saved_view');

CREATE TABLE saved_view_pins (
    tenant_id uuid NOT NULL DEFAULT current_tenant(),
    user_id   uuid NOT NULL,
    view_id   uuid NOT NULL,
    CONSTRAINT saved_view_pins_pkey PRIMARY KEY (tenant_id, user_id, view_id),
    CONSTRAINT saved_view_pins_user FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE,
    CONSTRAINT saved_view_pins_view FOREIGN KEY (tenant_id, view_id) REFERENCES saved_views (tenant_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE saved_view_pins IS 'The saved views that somebody keeps in their side bar.';
CREATE INDEX saved_view_pins_by_view ON saved_view_pins (tenant_id, view_id);
ALTER TABLE saved_view_pins ENABLE ROW LEVEL SECURITY;
CREATE POLICY self ON saved_view_pins USING (tenant_id = (SELECT current_tenant()) AND (SELECT is_staff()) AND user_id = (SELECT current_actor()));
GRANT SELECT, INSERT, DELETE ON saved_view_pins TO clientele_app;
CALL log_changes_of('saved_view_pins', 'SAVED_VIEW_PIN', 'saved_view_pin');

CREATE TABLE customer_visits (
    tenant_id   uuid NOT NULL DEFAULT current_tenant(),
    user_id     uuid NOT NULL,
    customer_id uuid NOT NULL,
    visited_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT customer_visits_pkey PRIMARY KEY (tenant_id, user_id, customer_id),
    CONSTRAINT customer_visits_user FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE,
    CONSTRAINT customer_visits_customer FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE customer_visits IS 'When somebody last opened a customer: their recently viewed. Not a change of anything, so it writes no event.';
CREATE INDEX customer_visits_by_time ON customer_visits (tenant_id, user_id, visited_at DESC);
CREATE INDEX customer_visits_by_customer ON customer_visits (tenant_id, customer_id);
ALTER TABLE customer_visits ENABLE ROW LEVEL SECURITY;
CREATE POLICY self ON customer_visits USING (tenant_id = (SELECT current_tenant()) AND (SELECT is_staff()) AND user_id = (SELECT current_actor()));
GRANT SELECT, INSERT, UPDATE, DELETE ON customer_visits TO clientele_app;

-- Session, user, tenant and pinned views in one round trip.
CREATE FUNCTION session_resolve(token bytea, is_used boolean) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    found jsonb;
    seen timestamptz;
BEGIN
    SELECT s.last_seen_at, jsonb_build_object(
        'session_id', s.id, 'user_id', u.id, 'tenant_id', coalesce(u.tenant_id, e.tenant_id), 'is_visiting', e.tenant_id IS NOT NULL, 'tenant_name', coalesce(t.name, ''), 'country', coalesce(t.country, 'US'),
        'customer_id', u.customer_id, 'name', u.name, 'email', u.email, 'roles', u.roles, 'time_zone', u.time_zone, 'compact', u.compact, 'products', u.products, 'claims_version', u.claims_version,
        'state', s.state,
        'unread', (SELECT count(*) FROM (SELECT FROM notifications n WHERE n.tenant_id = u.tenant_id AND n.user_id = u.id AND n.read_at IS NULL AND n.in_app LIMIT 100) AS first),
        'pinned', coalesce((SELECT jsonb_agg(jsonb_build_object('name', v.name, 'query', v.query) ORDER BY v.name)
                            FROM saved_view_pins p JOIN saved_views v ON v.tenant_id = p.tenant_id AND v.id = p.view_id
                            WHERE p.tenant_id = u.tenant_id AND p.user_id = u.id AND (v.is_shared OR v.user_id = u.id)), '[]'))
    INTO seen, found
    FROM sessions s JOIN users u ON u.id = s.user_id
    -- Which tenant a platform admin has entered, if they have.
    LEFT JOIN tenant_entries e ON u.tenant_id IS NULL AND e.session_id = s.id AND e.left_at IS NULL
    LEFT JOIN tenants t ON t.id = coalesce(u.tenant_id, e.tenant_id)
    WHERE s.token_hash = sha256(token) AND is_session_open(s.expires_at, s.last_seen_at, s.is_browser, s.tenant_id) AND u.disabled_at IS NULL AND (u.tenant_id IS NULL OR t.disabled_at IS NULL)
      -- Whoever signed in while their customer was being deactivated is out as well.
      AND NOT EXISTS (SELECT FROM customers c WHERE c.tenant_id = u.tenant_id AND c.id = u.customer_id AND c.is_disabled);
    -- What a page fetches by itself is no sign of its reader.
    IF is_used AND seen < now() - interval '1 minute' THEN
        UPDATE sessions SET last_seen_at = now() WHERE token_hash = sha256(token);
    END IF;
    RETURN found;
END $$;
COMMENT ON FUNCTION session_resolve IS 'Who holds the token of a session, with what a page shows of them; is_used: a person asks, so that the session goes on.';
REVOKE EXECUTE ON FUNCTION session_resolve FROM PUBLIC;
GRANT EXECUTE ON FUNCTION session_resolve TO clientele_app;
