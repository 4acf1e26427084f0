-- Calls (SPEC §8, §9): what a customer asks for, when it is to be, what came of it; and the phone calls that staff note afterwards.

CREATE FUNCTION note_portal_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.portal_changed_at := now();
    RETURN NEW;
END $$;
COMMENT ON FUNCTION note_portal_change IS 'Keeps when something changed that the portal and its API show.';
CREATE TRIGGER note_portal_change BEFORE UPDATE ON customers FOR EACH ROW WHEN (
    (OLD.name, OLD.customer_type, OLD.lifecycle_stage, OLD.email, OLD.phone, OLD.website, OLD.billing_address, OLD.service_address, OLD.products, OLD.call_requests_allowed)
    IS DISTINCT FROM
    (NEW.name, NEW.customer_type, NEW.lifecycle_stage, NEW.email, NEW.phone, NEW.website, NEW.billing_address, NEW.service_address, NEW.products, NEW.call_requests_allowed))
    EXECUTE FUNCTION note_portal_change();

CREATE TABLE calls (
    id          uuid NOT NULL DEFAULT gen_random_uuid(),
    tenant_id   uuid NOT NULL DEFAULT current_tenant(),
    customer_id uuid NOT NULL,
    requester_id         uuid,
    requester_contact_id uuid,
    requester_name text NOT NULL CONSTRAINT calls_requester_name_length CHECK (char_length(requester_name) BETWEEN 1 AND 201),
    phone       text NOT NULL CONSTRAINT calls_phone_e164 CHECK (phone ~ '^\+[1-9][0-9]{3,14}(;ext=[0-9]{1,10})?$'),
    topic       text NOT NULL CONSTRAINT calls_topic_length CHECK (char_length(topic) BETWEEN 1 AND 500 AND is_line(topic)),
    ticket_id   uuid,
    time_zone   text CONSTRAINT calls_time_zone_form CHECK (time_zone ~ '^[A-Za-z0-9_+/-]{1,64}$'),
    slots       timestamptz[] NOT NULL DEFAULT '{}'
        CONSTRAINT calls_at_most_three_slots CHECK (cardinality(slots) <= 3 AND array_position(slots, NULL) IS NULL)
        CONSTRAINT calls_slots_in_order CHECK (coalesce(slots[1] < slots[2], true) AND coalesce(slots[2] < slots[3], true)),
    slot_minutes integer NOT NULL DEFAULT 30 CONSTRAINT calls_slot_minutes_range CHECK (slot_minutes BETWEEN 15 AND 240),
    status      text NOT NULL DEFAULT 'requested' CONSTRAINT calls_status_known CHECK (status IN ('requested', 'scheduled', 'completed', 'cancelled')),
    direction   text NOT NULL DEFAULT 'outgoing' CONSTRAINT calls_direction_known CHECK (direction IN ('outgoing', 'incoming')),
    assignee_id uuid,
    worker_id   uuid,
    assignee_name text NOT NULL DEFAULT '' CONSTRAINT calls_assignee_name_length CHECK (char_length(assignee_name) <= 200),
    scheduled_at timestamptz,
    scheduled_minutes integer CONSTRAINT calls_scheduled_minutes_range CHECK (scheduled_minutes BETWEEN 1 AND 480),
    outcome     text CONSTRAINT calls_outcome_known CHECK (outcome IN ('settled', 'follow_up', 'voicemail', 'no_answer')),
    cancelled_by      uuid,
    cancelled_by_name text NOT NULL DEFAULT '' CONSTRAINT calls_cancelled_by_name_length CHECK (char_length(cancelled_by_name) <= 200),
    cancel_reason     text NOT NULL DEFAULT '' CONSTRAINT calls_cancel_reason_length CHECK (char_length(cancel_reason) <= 500),
    closed_at   timestamptz,
    created_by  uuid DEFAULT current_member(),
    updated_by  uuid DEFAULT current_member(),
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now(),
    version     integer NOT NULL DEFAULT 1,
    due_at      timestamptz NOT NULL GENERATED ALWAYS AS (CASE status
        WHEN 'requested' THEN coalesce(slots[1], created_at)
        WHEN 'cancelled' THEN closed_at
        ELSE scheduled_at END) STORED,
    CONSTRAINT calls_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT calls_of_customer UNIQUE (tenant_id, customer_id, id),
    CONSTRAINT calls_customer FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id) ON DELETE CASCADE,
    CONSTRAINT calls_requester FOREIGN KEY (tenant_id, customer_id, requester_id) REFERENCES users (tenant_id, customer_id, id) ON UPDATE CASCADE ON DELETE SET NULL (requester_id),
    CONSTRAINT calls_requester_contact FOREIGN KEY (tenant_id, customer_id, requester_contact_id) REFERENCES contacts (tenant_id, customer_id, id) ON UPDATE CASCADE ON DELETE SET NULL (requester_contact_id),
    CONSTRAINT calls_ticket FOREIGN KEY (tenant_id, customer_id, ticket_id) REFERENCES tickets (tenant_id, customer_id, id) ON UPDATE CASCADE ON DELETE SET NULL (ticket_id),
    CONSTRAINT calls_assignee FOREIGN KEY (tenant_id, assignee_id) REFERENCES users (tenant_id, id) ON DELETE SET NULL (assignee_id),
    CONSTRAINT calls_cancelled_by FOREIGN KEY (tenant_id, cancelled_by) REFERENCES users (tenant_id, id) ON DELETE SET NULL (cancelled_by),
    CONSTRAINT calls_created_by FOREIGN KEY (tenant_id, created_by) REFERENCES users (tenant_id, id) ON DELETE SET NULL (created_by),
    CONSTRAINT calls_updated_by FOREIGN KEY (tenant_id, updated_by) REFERENCES users (tenant_id, id) ON DELETE SET NULL (updated_by),
    CONSTRAINT calls_worker_is_assignee CHECK (worker_id IS NULL OR worker_id IS NOT DISTINCT FROM assignee_id),
    CONSTRAINT calls_one_requester CHECK (num_nonnulls(requester_id, requester_contact_id) <= 1),
    CONSTRAINT calls_time_and_length CHECK ((scheduled_at IS NULL) = (scheduled_minutes IS NULL)),
    CONSTRAINT calls_time_when_scheduled CHECK (CASE status WHEN 'requested' THEN scheduled_at IS NULL WHEN 'cancelled' THEN true ELSE scheduled_at IS NOT NULL END),
    CONSTRAINT calls_outcome_when_completed CHECK ((outcome IS NOT NULL) = (status = 'completed')),
    CONSTRAINT calls_closed_when_done CHECK ((closed_at IS NOT NULL) = (status IN ('completed', 'cancelled'))),
    CONSTRAINT calls_cancelled_by_somebody CHECK (status = 'cancelled' OR (cancelled_by_name = '' AND cancel_reason = ''))
);
COMMENT ON TABLE calls IS 'A phone call with a customer: asked for, to come, held or called off.';
COMMENT ON COLUMN calls.requester_id IS 'The portal user who wants it. NULL where a contact does, or whoever asked is gone.';
COMMENT ON COLUMN calls.requester_contact_id IS 'The contact whom staff talk to.';
COMMENT ON COLUMN calls.requester_name IS 'The name of whom staff talk to when it was asked for: it stays when they go.';
COMMENT ON COLUMN calls.phone IS 'E.164, with an extension as in RFC 3966: +12125550123;ext=45.';
COMMENT ON COLUMN calls.time_zone IS 'IANA: the clock that the requester reads; NULL: nobody knows.';
COMMENT ON COLUMN calls.slots IS 'When the requester offered to talk: up to three beginnings, the earliest first.';
COMMENT ON COLUMN calls.slot_minutes IS 'How long each of the offered times is.';
COMMENT ON COLUMN calls.direction IS 'Who rang whom: incoming is the customer.';
COMMENT ON COLUMN calls.worker_id IS 'The assignee, as long as they can act for the customer; NULL: it is in nobody''s hands. Kept by triggers while it is to come.';
COMMENT ON COLUMN calls.assignee_name IS 'The name of the assignee when they were chosen: the portal reads no accounts of staff.';
COMMENT ON COLUMN calls.cancelled_by_name IS 'Their name when they cancelled.';
COMMENT ON COLUMN calls.cancel_reason IS 'Read by both sides.';
COMMENT ON COLUMN calls.due_at IS 'What lists are sorted by: the earliest offered time, the agreed one, when it was held or cancelled.';
CREATE INDEX calls_by_status ON calls (tenant_id, status, due_at, id);
CREATE INDEX calls_by_assignee ON calls (tenant_id, assignee_id, status, due_at, id) WHERE assignee_id IS NOT NULL;
CREATE INDEX calls_by_customer ON calls (tenant_id, customer_id, due_at DESC, id DESC);
CREATE INDEX calls_by_requester ON calls (tenant_id, customer_id, requester_id, due_at DESC, id DESC) WHERE requester_id IS NOT NULL;
CREATE INDEX calls_by_requester_contact ON calls (tenant_id, customer_id, requester_contact_id) WHERE requester_contact_id IS NOT NULL;
CREATE INDEX calls_by_ticket ON calls (tenant_id, customer_id, ticket_id) WHERE ticket_id IS NOT NULL;
CREATE INDEX calls_by_canceller ON calls (tenant_id, cancelled_by) WHERE cancelled_by IS NOT NULL;
CREATE INDEX calls_by_creator ON calls (tenant_id, created_by) WHERE created_by IS NOT NULL;
CREATE INDEX calls_by_changer ON calls (tenant_id, updated_by) WHERE updated_by IS NOT NULL;

CREATE FUNCTION takes_call_requests(customer uuid) RETURNS boolean LANGUAGE sql STABLE
    RETURN EXISTS (SELECT FROM customers c WHERE c.id = customer AND c.call_requests_allowed);
COMMENT ON FUNCTION takes_call_requests IS 'Whether a customer that the person at work sees may ask for calls.';
GRANT EXECUTE ON FUNCTION takes_call_requests TO clientele_app;

ALTER TABLE calls ENABLE ROW LEVEL SECURITY;
CREATE POLICY staff ON calls USING (tenant_id = (SELECT current_tenant()) AND ((SELECT sees_all_customers())
    OR ((SELECT is_staff()) AND EXISTS (SELECT FROM customers c WHERE c.tenant_id = calls.tenant_id AND c.id = calls.customer_id OFFSET 0))));
-- As tickets: a customer_admin sees all of the customer, anybody else their own.
CREATE POLICY portal_read ON calls FOR SELECT USING (
    tenant_id = (SELECT current_tenant()) AND (SELECT current_audience()) = 'portal' AND customer_id = (SELECT current_customer())
    AND ((SELECT has_role('customer_admin')) OR requester_id = (SELECT current_actor())));
-- The ticket must be one that they see: the foreign key looks past the policies.
CREATE POLICY portal_request ON calls FOR INSERT WITH CHECK (
    tenant_id = (SELECT current_tenant()) AND (SELECT current_audience()) = 'portal' AND customer_id = (SELECT current_customer())
    AND requester_id = (SELECT current_actor()) AND status = 'requested' AND assignee_id IS NULL AND assignee_name = '' AND direction = 'outgoing'
    AND takes_call_requests(customer_id)
    AND (ticket_id IS NULL OR EXISTS (SELECT FROM tickets t WHERE t.tenant_id = calls.tenant_id AND t.id = calls.ticket_id OFFSET 0)));
CREATE POLICY portal_cancel ON calls FOR UPDATE USING (
    tenant_id = (SELECT current_tenant()) AND (SELECT current_audience()) = 'portal' AND customer_id = (SELECT current_customer())
    AND ((SELECT has_role('customer_admin')) OR requester_id = (SELECT current_actor())));
GRANT SELECT, INSERT, UPDATE, DELETE ON calls TO clientele_app;

-- Columns are granted to the server as a whole, so what the portal may not change is kept here.
CREATE FUNCTION keep_call_from_portal() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    theirs text[] := ARRAY['status', 'cancelled_by', 'cancelled_by_name', 'cancel_reason', 'closed_at', 'due_at', 'worker_id', 'version', 'updated_at', 'updated_by'];
BEGIN
    IF to_jsonb(NEW) - theirs IS DISTINCT FROM to_jsonb(OLD) - theirs
       OR OLD.status NOT IN ('requested', 'scheduled') OR NEW.status <> 'cancelled' THEN
        RAISE EXCEPTION 'the portal cancels calls that are still to come, and changes nothing else of them' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION keep_call_from_portal IS 'What a portal user may change of a call: cancel it while it is to come.';
CREATE TRIGGER keep_call_from_portal BEFORE UPDATE ON calls FOR EACH ROW WHEN (current_audience() = 'portal') EXECUTE FUNCTION keep_call_from_portal();
CREATE TRIGGER check_assignee BEFORE INSERT OR UPDATE OF assignee_id, status ON calls FOR EACH ROW EXECUTE FUNCTION check_assignee();
CREATE TRIGGER touch BEFORE UPDATE ON calls FOR EACH ROW
    WHEN (OLD.worker_id IS NOT DISTINCT FROM NEW.worker_id OR OLD.assignee_id IS DISTINCT FROM NEW.assignee_id OR OLD.status <> NEW.status)
    EXECUTE FUNCTION touch_by();
CALL log_changes_of('calls', 'CALL', 'call', 'due_at', 'closed_at', 'assignee_name', 'cancelled_by_name', 'worker_id');

-- In whose hands tickets and calls are, when what somebody can do changes. What is over stays as it is: a ticket is looked at again when
-- it is opened again.
CREATE FUNCTION keep_workers_of_user() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE tickets t SET worker_id = CASE WHEN may_work_on(t.assignee_id, t.customer_id) THEN t.assignee_id END
    WHERE t.tenant_id = NEW.tenant_id AND t.assignee_id = NEW.id AND t.status IN ('open', 'pending')
      AND (t.worker_id IS NOT NULL) <> may_work_on(t.assignee_id, t.customer_id);
    UPDATE calls k SET worker_id = CASE WHEN may_work_on(k.assignee_id, k.customer_id) THEN k.assignee_id END
    WHERE k.tenant_id = NEW.tenant_id AND k.assignee_id = NEW.id AND k.status IN ('requested', 'scheduled')
      AND (k.worker_id IS NOT NULL) <> may_work_on(k.assignee_id, k.customer_id);
    RETURN NULL;
END $$;
COMMENT ON FUNCTION keep_workers_of_user IS 'What somebody holds is in nobody''s hands once they are disabled or lose their role, and theirs again when that is taken back.';
CREATE TRIGGER keep_workers AFTER UPDATE OF roles, disabled_at ON users FOR EACH ROW
    WHEN (NEW.tenant_id IS NOT NULL AND NEW.customer_id IS NULL AND (NEW.roles, NEW.disabled_at IS NULL) IS DISTINCT FROM (OLD.roles, OLD.disabled_at IS NULL))
    EXECUTE FUNCTION keep_workers_of_user();

CREATE FUNCTION keep_workers_of_assignments() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE tickets t SET worker_id = CASE WHEN may_work_on(t.assignee_id, t.customer_id) THEN t.assignee_id END
    FROM (SELECT DISTINCT tenant_id, user_id, customer_id FROM concerned) o
    WHERE t.tenant_id = o.tenant_id AND t.customer_id = o.customer_id AND t.assignee_id = o.user_id AND t.status IN ('open', 'pending')
      AND (t.worker_id IS NOT NULL) <> may_work_on(t.assignee_id, t.customer_id);
    UPDATE calls k SET worker_id = CASE WHEN may_work_on(k.assignee_id, k.customer_id) THEN k.assignee_id END
    FROM (SELECT DISTINCT tenant_id, user_id, customer_id FROM concerned) o
    WHERE k.tenant_id = o.tenant_id AND k.customer_id = o.customer_id AND k.assignee_id = o.user_id AND k.status IN ('requested', 'scheduled')
      AND (k.worker_id IS NOT NULL) <> may_work_on(k.assignee_id, k.customer_id);
    RETURN NULL;
END $$;
COMMENT ON FUNCTION keep_workers_of_assignments IS 'The same for a rep who is taken off a customer, or put on it again.';
CREATE TRIGGER keep_workers_insert AFTER INSERT ON customer_success_owned_customers REFERENCING NEW TABLE AS concerned
    FOR EACH STATEMENT EXECUTE FUNCTION keep_workers_of_assignments();
CREATE TRIGGER keep_workers_delete AFTER DELETE ON customer_success_owned_customers REFERENCING OLD TABLE AS concerned
    FOR EACH STATEMENT EXECUTE FUNCTION keep_workers_of_assignments();

CREATE TABLE call_notes (
    id          uuid NOT NULL,
    tenant_id   uuid NOT NULL DEFAULT current_tenant(),
    customer_id uuid NOT NULL,
    note        text NOT NULL CONSTRAINT call_notes_note_length CHECK (char_length(note) BETWEEN 1 AND 5000),
    created_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT call_notes_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT call_notes_call FOREIGN KEY (tenant_id, customer_id, id) REFERENCES calls (tenant_id, customer_id, id) ON UPDATE CASCADE ON DELETE CASCADE
);
COMMENT ON TABLE call_notes IS 'What staff noted of a call. Apart from the call, so that no policy of the portal shows it.';
COMMENT ON COLUMN call_notes.id IS 'The call''s own.';
CREATE INDEX call_notes_by_call ON call_notes (tenant_id, customer_id, id);
ALTER TABLE call_notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY staff ON call_notes USING (tenant_id = (SELECT current_tenant()) AND (SELECT is_staff())
    AND EXISTS (SELECT FROM calls c WHERE c.tenant_id = call_notes.tenant_id AND c.id = call_notes.id OFFSET 0));
GRANT SELECT, INSERT, UPDATE, DELETE ON call_notes TO clientele_app;
CALL log_changes_of('call_notes', 'CALL_NOTE', 'call_note');
