-- Notifications (SPEC §9): what somebody should know of, in the app and by email. Made by tasks from the log, never by a page.
GRANT SELECT (phone), UPDATE (phone) ON users TO clientele_app;

CREATE TABLE notifications (
    id         uuid NOT NULL DEFAULT gen_random_uuid(),
    tenant_id  uuid NOT NULL DEFAULT current_tenant(),
    user_id    uuid NOT NULL,
    kind       text NOT NULL CONSTRAINT notifications_kind_known CHECK (kind IN ('ticket_created', 'message_received', 'ticket_assigned', 'reply_received', 'call_requested', 'call_arranged')),
    ticket_id  uuid,
    message_id uuid,
    call_id    uuid,
    text       text NOT NULL CONSTRAINT notifications_text_length CHECK (char_length(text) BETWEEN 1 AND 600),
    in_app     boolean NOT NULL DEFAULT true,
    by_email   boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    read_at    timestamptz,
    mailed_at  timestamptz,
    CONSTRAINT notifications_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT notifications_user FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE,
    CONSTRAINT notifications_ticket FOREIGN KEY (tenant_id, ticket_id) REFERENCES tickets (tenant_id, id) ON DELETE CASCADE,
    CONSTRAINT notifications_call FOREIGN KEY (tenant_id, call_id) REFERENCES calls (tenant_id, id) ON DELETE CASCADE,
    CONSTRAINT notifications_message FOREIGN KEY (tenant_id, message_id) REFERENCES ticket_messages (tenant_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE notifications IS 'Something that somebody should know of. It names no customer of its own: who may not see the ticket any more does not see it either.';
COMMENT ON COLUMN notifications.text IS 'In words, as it was: "Carol Winter wrote on #1042 Printer is on fire".';
COMMENT ON COLUMN notifications.in_app IS 'Shown in the app. Where it is not, the row is there for the email alone.';
COMMENT ON COLUMN notifications.mailed_at IS 'When it was put into an email, or was found to need none.';
CREATE INDEX notifications_by_user ON notifications (tenant_id, user_id, created_at DESC, id DESC);
CREATE INDEX notifications_unread ON notifications (tenant_id, user_id) WHERE read_at IS NULL AND in_app;
CREATE INDEX notifications_to_mail ON notifications (tenant_id, user_id, created_at) WHERE by_email AND mailed_at IS NULL;
CREATE INDEX notifications_by_ticket ON notifications (tenant_id, ticket_id) WHERE ticket_id IS NOT NULL;
CREATE INDEX notifications_by_call ON notifications (tenant_id, call_id) WHERE call_id IS NOT NULL;
CREATE INDEX notifications_by_message ON notifications (tenant_id, message_id) WHERE message_id IS NOT NULL;
ALTER TABLE notifications ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON notifications USING (tenant_id = (SELECT current_tenant()) AND (SELECT current_audience()) IN ('staff', 'portal')
    AND user_id = (SELECT current_actor()) AND in_app
    AND (ticket_id IS NULL OR EXISTS (SELECT FROM tickets t WHERE t.tenant_id = notifications.tenant_id AND t.id = notifications.ticket_id OFFSET 0))
    AND (call_id IS NULL OR EXISTS (SELECT FROM calls c WHERE c.tenant_id = notifications.tenant_id AND c.id = notifications.call_id OFFSET 0)))
    WITH CHECK (user_id = (SELECT current_actor()) AND tenant_id = (SELECT current_tenant()));
CREATE POLICY background ON notifications USING (tenant_id = (SELECT current_tenant()) AND (SELECT current_audience()) = 'system');
GRANT SELECT, INSERT, DELETE, UPDATE (read_at, mailed_at) ON notifications TO clientele_app;
-- That somebody has read one, or that it was mailed, is no news to anybody.
CALL log_changes_of('notifications', 'NOTIFICATION', 'notification', 'read_at', 'mailed_at');

-- The policy above lets people add to their own; only background work does.
CREATE POLICY made_in_background ON notifications AS RESTRICTIVE FOR INSERT WITH CHECK ((SELECT current_audience()) = 'system');

CREATE TABLE notification_choices (
    id        uuid NOT NULL DEFAULT gen_random_uuid(),
    tenant_id uuid NOT NULL DEFAULT current_tenant(),
    user_id   uuid NOT NULL,
    kind      text NOT NULL CONSTRAINT notification_choices_kind_known CHECK (kind IN ('ticket_created', 'message_received', 'ticket_assigned', 'reply_received', 'call_requested', 'call_arranged')),
    in_app    boolean NOT NULL,
    by_email  boolean NOT NULL,
    CONSTRAINT notification_choices_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT notification_choices_once UNIQUE (tenant_id, user_id, kind),
    CONSTRAINT notification_choices_user FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE notification_choices IS 'Of what somebody wants to hear, and how. Without a row: of everything, both ways.';
CREATE INDEX notification_choices_by_user ON notification_choices (tenant_id, user_id);
ALTER TABLE notification_choices ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON notification_choices USING (tenant_id = (SELECT current_tenant()) AND (SELECT current_audience()) IN ('staff', 'portal') AND user_id = (SELECT current_actor()));
CREATE POLICY background ON notification_choices FOR SELECT USING (tenant_id = (SELECT current_tenant()) AND (SELECT current_audience()) = 'system');
GRANT SELECT, INSERT, UPDATE, DELETE ON notification_choices TO clientele_app;
CALL log_changes_of('notification_choices', 'NOTIFICATION_CHOICE', 'notification_choice');

-- Who sees a ticket or a call is written once, in their policies: so they are asked, as each of the people.
CREATE FUNCTION who_sees(of_users uuid[], of_ticket uuid, of_call uuid) RETURNS SETOF uuid LANGUAGE plpgsql AS $$
DECLARE
    people jsonb;
    person jsonb;
BEGIN
    IF current_audience() <> 'system' THEN
        RAISE EXCEPTION 'only background work asks what others see' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT jsonb_agg(jsonb_build_object('id', id, 'customer', customer_id, 'roles', array_to_string(roles, ',')) ORDER BY id) INTO people
    FROM users u WHERE u.tenant_id = current_tenant() AND u.id = ANY (of_users) AND u.disabled_at IS NULL
      AND (u.customer_id IS NULL OR can_act_for(u.id, u.customer_id));
    FOR person IN SELECT * FROM jsonb_array_elements(coalesce(people, '[]')) LOOP
        PERFORM set_config('app.audience', CASE WHEN person->>'customer' IS NULL THEN 'staff' ELSE 'portal' END, true),
                set_config('app.user_id', person->>'id', true), set_config('app.roles', person->>'roles', true),
                set_config('app.customer_id', coalesce(person->>'customer', ''), true);
        IF (of_ticket IS NULL OR EXISTS (SELECT FROM tickets WHERE tenant_id = current_tenant() AND id = of_ticket))
           AND (of_call IS NULL OR EXISTS (SELECT FROM calls WHERE tenant_id = current_tenant() AND id = of_call)) THEN
            RETURN NEXT (person->>'id')::uuid;
        END IF;
    END LOOP;
    PERFORM set_config('app.audience', 'system', true), set_config('app.user_id', '', true),
            set_config('app.roles', '', true), set_config('app.customer_id', '', true);
END $$;
COMMENT ON FUNCTION who_sees IS 'Those of the people who may see a ticket and a call, whichever are given, at this moment; nobody who can''t act for it.';
GRANT EXECUTE ON FUNCTION who_sees TO clientele_app;

-- The portal reads no accounts but one's own. These two tell the names that it shows.
CREATE FUNCTION colleagues() RETURNS TABLE (id uuid, name text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT u.id, u.name FROM users u
    WHERE u.tenant_id = current_tenant() AND u.customer_id = current_customer() AND current_audience() = 'portal' AND u.disabled_at IS NULL
    ORDER BY u.name, u.id LIMIT 200;
$$;
COMMENT ON FUNCTION colleagues IS 'Who else uses the portal for the customer of the portal user at work; themselves too.';

CREATE FUNCTION contact_people() RETURNS TABLE (name text, email text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT u.name, u.email FROM customer_success_owned_customers o JOIN users u ON u.tenant_id = o.tenant_id AND u.id = o.user_id
    WHERE o.tenant_id = current_tenant() AND o.customer_id = current_customer() AND current_audience() = 'portal' AND can_act_for(u.id, o.customer_id)
    ORDER BY o.created_at, u.id LIMIT 3;
$$;
COMMENT ON FUNCTION contact_people IS 'Who looks after the customer of the portal user at work, and can.';
REVOKE EXECUTE ON FUNCTION colleagues, contact_people FROM PUBLIC;
GRANT EXECUTE ON FUNCTION colleagues, contact_people TO clientele_app;
