-- Tickets (SPEC §8, §9): who sees which is decided here, in one policy for each side. Whatever hangs on a ticket asks the ticket.
ALTER TABLE users ADD CONSTRAINT users_of_customer UNIQUE (tenant_id, customer_id, id);
ALTER TABLE contacts ADD CONSTRAINT contacts_of_customer UNIQUE (tenant_id, customer_id, id);

CREATE TABLE ticket_numbers (
    tenant_id   uuid NOT NULL,
    last_number bigint NOT NULL DEFAULT 1000,
    CONSTRAINT ticket_numbers_pkey PRIMARY KEY (tenant_id),
    CONSTRAINT ticket_numbers_tenant FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE CASCADE
);
COMMENT ON TABLE ticket_numbers IS 'The last ticket number that a tenant gave: a row that is locked until the ticket is there, so that numbers have no gaps.';
ALTER TABLE ticket_numbers ENABLE ROW LEVEL SECURITY;
CREATE POLICY staff ON ticket_numbers FOR SELECT USING (tenant_id = (SELECT current_tenant()) AND (SELECT is_staff()));
GRANT SELECT ON ticket_numbers TO clientele_app;

CREATE TABLE tickets (
    id          uuid NOT NULL DEFAULT gen_random_uuid(),
    tenant_id   uuid NOT NULL DEFAULT current_tenant(),
    customer_id uuid NOT NULL,
    number      bigint NOT NULL CONSTRAINT tickets_number_positive CHECK (number > 0),
    subject     text NOT NULL CONSTRAINT tickets_subject_length CHECK (char_length(subject) BETWEEN 1 AND 200 AND is_line(subject)),
    status      text NOT NULL DEFAULT 'open' CONSTRAINT tickets_status_known CHECK (status IN ('open', 'pending', 'solved', 'closed')),
    priority    text NOT NULL DEFAULT 'normal' CONSTRAINT tickets_priority_known CHECK (priority IN ('low', 'normal', 'high', 'urgent')),
    requester_id         uuid,
    requester_contact_id uuid,
    requester_name       text NOT NULL CONSTRAINT tickets_requester_name_length CHECK (char_length(requester_name) BETWEEN 1 AND 201),
    requested_priority   text NOT NULL DEFAULT 'normal' CONSTRAINT tickets_requested_priority_known CHECK (requested_priority IN ('low', 'normal', 'high', 'urgent')),
    assignee_id uuid,
    worker_id   uuid,
    waiting_since         timestamptz,
    first_replied_at      timestamptz,
    resolved_at           timestamptz,
    customer_wrote_at     timestamptz,
    staff_wrote_at        timestamptz,
    activity_at timestamptz NOT NULL DEFAULT now(),
    created_by  uuid DEFAULT current_member(),
    updated_by  uuid DEFAULT current_member(),
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now(),
    version     integer NOT NULL DEFAULT 1,
    search      tsvector NOT NULL GENERATED ALWAYS AS (array_to_tsvector(words(number::text, subject, requester_name))) STORED,
    spoke_at    timestamptz NOT NULL GENERATED ALWAYS AS (greatest(created_at, customer_wrote_at, staff_wrote_at)) STORED,
    CONSTRAINT tickets_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT tickets_number_taken UNIQUE (tenant_id, number),
    CONSTRAINT tickets_of_customer UNIQUE (tenant_id, customer_id, id),
    CONSTRAINT tickets_customer FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id) ON DELETE CASCADE,
    CONSTRAINT tickets_requester FOREIGN KEY (tenant_id, customer_id, requester_id) REFERENCES users (tenant_id, customer_id, id) ON UPDATE CASCADE ON DELETE SET NULL (requester_id),
    CONSTRAINT tickets_requester_contact FOREIGN KEY (tenant_id, customer_id, requester_contact_id) REFERENCES contacts (tenant_id, customer_id, id) ON UPDATE CASCADE ON DELETE SET NULL (requester_contact_id),
    CONSTRAINT tickets_assignee FOREIGN KEY (tenant_id, assignee_id) REFERENCES users (tenant_id, id) ON DELETE SET NULL (assignee_id),
    CONSTRAINT tickets_created_by FOREIGN KEY (tenant_id, created_by) REFERENCES users (tenant_id, id) ON DELETE SET NULL (created_by),
    CONSTRAINT tickets_updated_by FOREIGN KEY (tenant_id, updated_by) REFERENCES users (tenant_id, id) ON DELETE SET NULL (updated_by),
    CONSTRAINT tickets_worker_is_assignee CHECK (worker_id IS NULL OR worker_id IS NOT DISTINCT FROM assignee_id),
    CONSTRAINT tickets_one_requester CHECK (num_nonnulls(requester_id, requester_contact_id) <= 1),
    CONSTRAINT tickets_wait_while_open CHECK (waiting_since IS NULL OR status = 'open'),
    CONSTRAINT tickets_resolved_when_done CHECK ((resolved_at IS NOT NULL) = (status IN ('solved', 'closed')))
);
COMMENT ON TABLE tickets IS 'Something that a customer asks of the tenant, with the conversation about it.';
COMMENT ON COLUMN tickets.number IS 'How people call it: #1042. Counted for each tenant, without gaps.';
COMMENT ON COLUMN tickets.requester_id IS 'The portal user who asks. NULL where a contact asks, or whoever asked is gone.';
COMMENT ON COLUMN tickets.requester_contact_id IS 'The contact in whose name staff opened it.';
COMMENT ON COLUMN tickets.assignee_id IS 'Who of the staff works on it; NULL: nobody yet.';
COMMENT ON COLUMN tickets.requested_priority IS 'As it was asked for. What staff make of it is among staff.';
COMMENT ON COLUMN tickets.worker_id IS 'The assignee, as long as they can act for the customer; NULL: it is in nobody''s hands. Kept by triggers while it is open or pending.';
COMMENT ON COLUMN tickets.requester_name IS 'The requester''s name when they asked: it stays when they go.';
COMMENT ON COLUMN tickets.waiting_since IS 'Since when the customer waits for an answer; NULL while they do not.';
COMMENT ON COLUMN tickets.first_replied_at IS 'When staff first answered.';
COMMENT ON COLUMN tickets.resolved_at IS 'When it was last solved, or closed unsolved; NULL while it is neither.';
COMMENT ON COLUMN tickets.customer_wrote_at IS 'The last public message of the customer''s side.';
COMMENT ON COLUMN tickets.staff_wrote_at IS 'The last public message of staff.';
COMMENT ON COLUMN tickets.spoke_at IS 'The last public message: the order of the portal, which must not tell of notes.';
COMMENT ON COLUMN tickets.activity_at IS 'The last message or note: the order of the inbox.';
COMMENT ON COLUMN tickets.search IS 'The words that search finds it by.';

CREATE INDEX tickets_by_status ON tickets (tenant_id, status, activity_at DESC, id DESC);
CREATE INDEX tickets_by_assignee ON tickets (tenant_id, assignee_id, status, activity_at DESC, id DESC) WHERE assignee_id IS NOT NULL;
CREATE INDEX tickets_unassigned ON tickets (tenant_id, status, activity_at DESC, id DESC) WHERE worker_id IS NULL;
CREATE INDEX tickets_by_wait ON tickets (tenant_id, waiting_since, id) WHERE waiting_since IS NOT NULL;
CREATE INDEX tickets_by_wait_of_customer ON tickets (tenant_id, customer_id, waiting_since) WHERE waiting_since IS NOT NULL;
CREATE INDEX tickets_by_creation ON tickets (tenant_id, created_at DESC, id DESC);
CREATE INDEX tickets_by_customer ON tickets (tenant_id, customer_id, activity_at DESC, id DESC);
CREATE INDEX tickets_by_message ON tickets (tenant_id, customer_id, spoke_at DESC, id DESC);
CREATE INDEX tickets_in_portal ON tickets (tenant_id, customer_id, status, spoke_at DESC, id DESC);
CREATE INDEX tickets_by_requester ON tickets (tenant_id, customer_id, requester_id, activity_at DESC, id DESC) WHERE requester_id IS NOT NULL;
CREATE INDEX tickets_by_requester_contact ON tickets (tenant_id, customer_id, requester_contact_id) WHERE requester_contact_id IS NOT NULL;
CREATE INDEX tickets_by_word ON tickets USING gin (tenant_id, search) WITH (fastupdate = off);
CREATE INDEX tickets_by_creator ON tickets (tenant_id, created_by) WHERE created_by IS NOT NULL;
CREATE INDEX tickets_by_changer ON tickets (tenant_id, updated_by) WHERE updated_by IS NOT NULL;

CREATE FUNCTION give_ticket_number() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO ticket_numbers AS n (tenant_id, last_number) VALUES (NEW.tenant_id, 1001)
    ON CONFLICT ON CONSTRAINT ticket_numbers_pkey DO UPDATE SET last_number = n.last_number + 1
    RETURNING last_number INTO NEW.number;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION give_ticket_number IS 'The next number of the tenant. Whoever comes second waits for the first to commit.';
CREATE TRIGGER give_ticket_number BEFORE INSERT ON tickets FOR EACH ROW WHEN (NEW.number IS NULL) EXECUTE FUNCTION give_ticket_number();

-- As whoever asks: the trigger sees every account, a person at work their own tenant's.
CREATE FUNCTION can_act_for(of_user uuid, of_customer uuid) RETURNS boolean LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM users u WHERE u.id = of_user AND u.disabled_at IS NULL
        AND NOT EXISTS (SELECT FROM tenants t WHERE t.id = u.tenant_id AND t.disabled_at IS NOT NULL)
        AND CASE WHEN u.customer_id IS NOT NULL THEN
            u.customer_id = of_customer AND EXISTS (SELECT FROM customers c WHERE c.tenant_id = u.tenant_id AND c.id = of_customer AND NOT c.is_disabled)
        ELSE u.roles && '{tenant_admin,agent}' OR u.roles && '{customer_success}' AND (
            EXISTS (SELECT FROM customer_success_owned_customers o WHERE o.tenant_id = u.tenant_id AND o.user_id = u.id AND o.customer_id = of_customer)
            OR EXISTS (SELECT FROM customers c WHERE c.tenant_id = u.tenant_id AND c.id = of_customer AND c.created_by = u.id)) END);
$$;
COMMENT ON FUNCTION can_act_for IS 'Whether somebody can do anything for a customer now: their account and tenant are in use, and they see the customer by their role, their assignment or as its own. Who can''t counts as nobody.';
GRANT EXECUTE ON FUNCTION can_act_for TO clientele_app;

CREATE FUNCTION may_work_on(of_user uuid, of_customer uuid) RETURNS boolean LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM users u WHERE u.id = of_user AND u.customer_id IS NULL) AND can_act_for(of_user, of_customer);
$$;
COMMENT ON FUNCTION may_work_on IS 'Whether somebody may be given the tickets and calls of a customer: staff who can act for it.';
GRANT EXECUTE ON FUNCTION may_work_on TO clientele_app;

-- The person who is given a ticket is of the tenant's staff and sees its customer. Whoever held it before keeps it, though they can't
-- act any more: then it is in nobody's hands.
CREATE FUNCTION check_assignee() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    NEW.worker_id := CASE WHEN NEW.assignee_id IS NOT NULL AND may_work_on(NEW.assignee_id, NEW.customer_id) THEN NEW.assignee_id END;
    IF NEW.assignee_id IS NULL OR NEW.worker_id IS NOT NULL OR TG_OP = 'UPDATE' AND NEW.assignee_id IS NOT DISTINCT FROM OLD.assignee_id THEN
        RETURN NEW;
    END IF;
    -- An account of elsewhere is the foreign key's to refuse.
    IF EXISTS (SELECT FROM users u WHERE u.tenant_id = NEW.tenant_id AND u.id = NEW.assignee_id) THEN
        RAISE EXCEPTION 'the assignee is nobody of the staff who sees this customer' USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_assignee_is_staff';
    END IF;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION check_assignee IS 'Refuses portal users, disabled accounts, and CS reps who do not see the customer; and says in whose hands it is.';
CREATE TRIGGER check_assignee BEFORE INSERT OR UPDATE OF assignee_id, status ON tickets FOR EACH ROW EXECUTE FUNCTION check_assignee();

CREATE TABLE ticket_copies (
    tenant_id   uuid NOT NULL DEFAULT current_tenant(),
    customer_id uuid NOT NULL,
    ticket_id   uuid NOT NULL,
    user_id     uuid NOT NULL,
    CONSTRAINT ticket_copies_pkey PRIMARY KEY (tenant_id, ticket_id, user_id),
    CONSTRAINT ticket_copies_ticket FOREIGN KEY (tenant_id, customer_id, ticket_id) REFERENCES tickets (tenant_id, customer_id, id) ON UPDATE CASCADE ON DELETE CASCADE,
    CONSTRAINT ticket_copies_user FOREIGN KEY (tenant_id, customer_id, user_id) REFERENCES users (tenant_id, customer_id, id) ON UPDATE CASCADE ON DELETE CASCADE
);
COMMENT ON TABLE ticket_copies IS 'Colleagues of the requester who read and write along.';
CREATE INDEX ticket_copies_by_ticket ON ticket_copies (tenant_id, customer_id, ticket_id);
CREATE INDEX ticket_copies_by_user ON ticket_copies (tenant_id, customer_id, user_id, ticket_id);

CREATE FUNCTION copied_tickets() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT ticket_id FROM ticket_copies
    WHERE tenant_id = current_tenant() AND customer_id = current_customer() AND user_id = current_actor();
$$;
COMMENT ON FUNCTION copied_tickets IS 'The tickets on which the portal user at work is in copy. Looks past the policies, which ask it: the tickets'' policy can''t ask a table that asks the tickets.';
REVOKE EXECUTE ON FUNCTION copied_tickets FROM PUBLIC;
GRANT EXECUTE ON FUNCTION copied_tickets TO clientele_app;

ALTER TABLE tickets ENABLE ROW LEVEL SECURITY;
CREATE POLICY staff ON tickets USING (tenant_id = (SELECT current_tenant()) AND ((SELECT sees_all_customers())
    OR ((SELECT is_staff()) AND EXISTS (SELECT FROM customers c WHERE c.tenant_id = tickets.tenant_id AND c.id = tickets.customer_id OFFSET 0))));
-- Whose tickets a portal user sees: a customer_admin all of the customer, anybody else their own and those they are in copy of.
CREATE POLICY portal_read ON tickets FOR SELECT USING (
    tenant_id = (SELECT current_tenant()) AND (SELECT current_audience()) = 'portal' AND customer_id = (SELECT current_customer())
    AND ((SELECT has_role('customer_admin')) OR requester_id = (SELECT current_actor()) OR id IN (SELECT copied_tickets())));
CREATE POLICY portal_open ON tickets FOR INSERT WITH CHECK (
    tenant_id = (SELECT current_tenant()) AND (SELECT current_audience()) = 'portal' AND customer_id = (SELECT current_customer())
    AND requester_id = (SELECT current_actor()) AND assignee_id IS NULL AND status = 'open');
CREATE POLICY portal_move ON tickets FOR UPDATE USING (
    tenant_id = (SELECT current_tenant()) AND (SELECT current_audience()) = 'portal' AND customer_id = (SELECT current_customer())
    AND ((SELECT has_role('customer_admin')) OR requester_id = (SELECT current_actor()) OR id IN (SELECT copied_tickets())));
GRANT SELECT, INSERT, UPDATE, DELETE ON tickets TO clientele_app;

-- Columns are granted to the server as a whole, so what the portal may not change is kept here.
CREATE FUNCTION keep_from_portal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.tenant_id, NEW.customer_id, NEW.number, NEW.subject, NEW.priority, NEW.requested_priority, NEW.requester_id, NEW.requester_contact_id, NEW.requester_name, NEW.assignee_id, NEW.created_by, NEW.first_replied_at, NEW.staff_wrote_at)
        IS DISTINCT FROM (OLD.id, OLD.tenant_id, OLD.customer_id, OLD.number, OLD.subject, OLD.priority, OLD.requested_priority, OLD.requester_id, OLD.requester_contact_id, OLD.requester_name, OLD.assignee_id, OLD.created_by, OLD.first_replied_at, OLD.staff_wrote_at)
       OR NEW.status NOT IN ('open', 'closed') AND NEW.status <> OLD.status THEN
        RAISE EXCEPTION 'the portal writes to a ticket, closes it and opens it again, and nothing else' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION keep_from_portal IS 'What a portal user may change of a ticket: that it is open or closed, and when their side wrote.';
CREATE TRIGGER keep_from_portal BEFORE UPDATE ON tickets FOR EACH ROW WHEN (current_audience() = 'portal') EXECUTE FUNCTION keep_from_portal();
-- That its assignee can't act any more, or can again, is no change of the ticket.
CREATE TRIGGER touch BEFORE UPDATE ON tickets FOR EACH ROW
    WHEN (OLD.worker_id IS NOT DISTINCT FROM NEW.worker_id OR OLD.assignee_id IS DISTINCT FROM NEW.assignee_id OR OLD.status <> NEW.status)
    EXECUTE FUNCTION touch_by();
CALL log_changes_of('tickets', 'TICKET', 'ticket', 'activity_at', 'customer_wrote_at', 'staff_wrote_at', 'search', 'spoke_at', 'requested_priority', 'worker_id');

ALTER TABLE ticket_copies ENABLE ROW LEVEL SECURITY;
CREATE POLICY whoever_sees_the_ticket ON ticket_copies USING (tenant_id = (SELECT current_tenant()) AND (SELECT current_audience()) <> ''
    AND EXISTS (SELECT FROM tickets t WHERE t.tenant_id = ticket_copies.tenant_id AND t.id = ticket_copies.ticket_id OFFSET 0));
GRANT SELECT, INSERT, DELETE ON ticket_copies TO clientele_app;
CALL log_changes_of('ticket_copies', 'TICKET_COPY', 'ticket_copy');

CREATE TABLE ticket_messages (
    id          uuid NOT NULL DEFAULT gen_random_uuid(),
    tenant_id   uuid NOT NULL DEFAULT current_tenant(),
    customer_id uuid NOT NULL,
    ticket_id   uuid NOT NULL,
    is_internal boolean NOT NULL DEFAULT false,
    from_staff  boolean NOT NULL,
    author_id   uuid DEFAULT current_member(),
    author_name text NOT NULL CONSTRAINT ticket_messages_author_name_length CHECK (char_length(author_name) BETWEEN 1 AND 201),
    body        text NOT NULL CONSTRAINT ticket_messages_body_length CHECK (char_length(body) <= 20000),
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT ticket_messages_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT ticket_messages_of_ticket UNIQUE (tenant_id, customer_id, ticket_id, id),
    CONSTRAINT ticket_messages_ticket FOREIGN KEY (tenant_id, customer_id, ticket_id) REFERENCES tickets (tenant_id, customer_id, id) ON UPDATE CASCADE ON DELETE CASCADE,
    CONSTRAINT ticket_messages_author FOREIGN KEY (tenant_id, author_id) REFERENCES users (tenant_id, id) ON DELETE SET NULL (author_id),
    CONSTRAINT ticket_messages_notes_are_of_staff CHECK (from_staff OR NOT is_internal)
);
COMMENT ON TABLE ticket_messages IS 'What was written about a ticket: to the customer, by the customer, or among staff. Never changed afterwards.';
COMMENT ON COLUMN ticket_messages.is_internal IS 'A note among staff: no policy of the portal shows it.';
COMMENT ON COLUMN ticket_messages.author_id IS 'NULL where the author is gone, or the system wrote.';
COMMENT ON COLUMN ticket_messages.author_name IS 'The author''s name when they wrote: the portal reads no accounts of staff.';
CREATE INDEX ticket_messages_by_ticket ON ticket_messages (tenant_id, ticket_id, created_at, id);
CREATE INDEX ticket_messages_by_author ON ticket_messages (tenant_id, author_id) WHERE author_id IS NOT NULL;
ALTER TABLE ticket_messages ENABLE ROW LEVEL SECURITY;
CREATE POLICY staff_read ON ticket_messages FOR SELECT USING (tenant_id = (SELECT current_tenant()) AND ((SELECT sees_all_customers())
    OR ((SELECT is_staff()) AND EXISTS (SELECT FROM tickets t WHERE t.tenant_id = ticket_messages.tenant_id AND t.id = ticket_messages.ticket_id OFFSET 0))));
CREATE POLICY staff_write ON ticket_messages FOR INSERT WITH CHECK (tenant_id = (SELECT current_tenant()) AND (SELECT is_staff())
    AND from_staff AND author_id IS NOT DISTINCT FROM (SELECT current_member())
    AND EXISTS (SELECT FROM tickets t WHERE t.tenant_id = ticket_messages.tenant_id AND t.id = ticket_messages.ticket_id OFFSET 0));
CREATE POLICY portal_read ON ticket_messages FOR SELECT USING (
    tenant_id = (SELECT current_tenant()) AND (SELECT current_audience()) = 'portal' AND customer_id = (SELECT current_customer()) AND NOT is_internal
    AND EXISTS (SELECT FROM tickets t WHERE t.tenant_id = ticket_messages.tenant_id AND t.id = ticket_messages.ticket_id OFFSET 0));
CREATE POLICY portal_write ON ticket_messages FOR INSERT WITH CHECK (
    tenant_id = (SELECT current_tenant()) AND (SELECT current_audience()) = 'portal' AND customer_id = (SELECT current_customer())
    AND NOT is_internal AND NOT from_staff AND author_id = (SELECT current_actor())
    AND EXISTS (SELECT FROM tickets t WHERE t.tenant_id = ticket_messages.tenant_id AND t.id = ticket_messages.ticket_id OFFSET 0));
GRANT SELECT, INSERT ON ticket_messages TO clientele_app;
CALL log_changes_of('ticket_messages', 'TICKET_MESSAGE', 'message');

CREATE TABLE ticket_tags (
    tenant_id   uuid NOT NULL DEFAULT current_tenant(),
    customer_id uuid NOT NULL,
    ticket_id   uuid NOT NULL,
    tag_id      uuid NOT NULL,
    CONSTRAINT ticket_tags_pkey PRIMARY KEY (tenant_id, ticket_id, tag_id),
    CONSTRAINT ticket_tags_ticket FOREIGN KEY (tenant_id, customer_id, ticket_id) REFERENCES tickets (tenant_id, customer_id, id) ON UPDATE CASCADE ON DELETE CASCADE,
    CONSTRAINT ticket_tags_tag FOREIGN KEY (tenant_id, tag_id) REFERENCES tags (tenant_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE ticket_tags IS 'Which of the tenant''s tags a ticket carries.';
CREATE INDEX ticket_tags_by_ticket ON ticket_tags (tenant_id, customer_id, ticket_id);
CREATE INDEX ticket_tags_by_tag ON ticket_tags (tenant_id, tag_id, ticket_id);
ALTER TABLE ticket_tags ENABLE ROW LEVEL SECURITY;
CREATE POLICY staff ON ticket_tags USING (tenant_id = (SELECT current_tenant()) AND (SELECT is_staff())
    AND EXISTS (SELECT FROM tickets t WHERE t.tenant_id = ticket_tags.tenant_id AND t.id = ticket_tags.ticket_id OFFSET 0));
GRANT SELECT, INSERT, DELETE ON ticket_tags TO clientele_app;
CALL log_changes_of('ticket_tags', 'TICKET_TAG', 'ticket_tag');

CREATE TABLE ticket_readers (
    tenant_id  uuid NOT NULL DEFAULT current_tenant(),
    ticket_id  uuid NOT NULL,
    user_id    uuid NOT NULL,
    read_at    timestamptz NOT NULL DEFAULT now(),
    writing_at timestamptz,
    CONSTRAINT ticket_readers_pkey PRIMARY KEY (tenant_id, ticket_id, user_id),
    CONSTRAINT ticket_readers_ticket FOREIGN KEY (tenant_id, ticket_id) REFERENCES tickets (tenant_id, id) ON DELETE CASCADE,
    CONSTRAINT ticket_readers_user FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE ticket_readers IS 'How far somebody has read a ticket, and whether they are writing. Not logged: it is no change of anything.';
COMMENT ON COLUMN ticket_readers.writing_at IS 'When they last typed an answer: a colleague who opens the ticket is told.';
CREATE INDEX ticket_readers_by_user ON ticket_readers (tenant_id, user_id);
ALTER TABLE ticket_readers ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON ticket_readers USING (tenant_id = (SELECT current_tenant()) AND (SELECT current_audience()) IN ('staff', 'portal') AND user_id = (SELECT current_actor()))
    WITH CHECK (tenant_id = (SELECT current_tenant()) AND (SELECT current_audience()) IN ('staff', 'portal') AND user_id = (SELECT current_actor())
        AND EXISTS (SELECT FROM tickets t WHERE t.tenant_id = ticket_readers.tenant_id AND t.id = ticket_readers.ticket_id OFFSET 0));
CREATE POLICY colleagues ON ticket_readers FOR SELECT USING (tenant_id = (SELECT current_tenant()) AND (SELECT is_staff())
    AND EXISTS (SELECT FROM tickets t WHERE t.tenant_id = ticket_readers.tenant_id AND t.id = ticket_readers.ticket_id OFFSET 0));
GRANT SELECT, INSERT, UPDATE, DELETE ON ticket_readers TO clientele_app;

CREATE TABLE ticket_drafts (
    tenant_id   uuid NOT NULL DEFAULT current_tenant(),
    ticket_id   uuid NOT NULL,
    user_id     uuid NOT NULL,
    is_internal boolean NOT NULL,
    body        text NOT NULL CONSTRAINT ticket_drafts_body_length CHECK (char_length(body) <= 20000),
    updated_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT ticket_drafts_pkey PRIMARY KEY (tenant_id, ticket_id, user_id, is_internal),
    CONSTRAINT ticket_drafts_ticket FOREIGN KEY (tenant_id, ticket_id) REFERENCES tickets (tenant_id, id) ON DELETE CASCADE,
    CONSTRAINT ticket_drafts_user FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE ticket_drafts IS 'What somebody has typed and not sent. Theirs alone, and not logged.';
CREATE INDEX ticket_drafts_by_user ON ticket_drafts (tenant_id, user_id);
ALTER TABLE ticket_drafts ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON ticket_drafts USING (tenant_id = (SELECT current_tenant()) AND (SELECT current_audience()) IN ('staff', 'portal') AND user_id = (SELECT current_actor()))
    WITH CHECK (tenant_id = (SELECT current_tenant()) AND (SELECT current_audience()) IN ('staff', 'portal') AND user_id = (SELECT current_actor())
        AND EXISTS (SELECT FROM tickets t WHERE t.tenant_id = ticket_drafts.tenant_id AND t.id = ticket_drafts.ticket_id OFFSET 0));
GRANT SELECT, INSERT, UPDATE, DELETE ON ticket_drafts TO clientele_app;

CREATE TABLE saved_replies (
    id         uuid NOT NULL DEFAULT gen_random_uuid(),
    tenant_id  uuid NOT NULL DEFAULT current_tenant(),
    name       text NOT NULL CONSTRAINT saved_replies_name_length CHECK (char_length(name) BETWEEN 1 AND 100 AND is_line(name)),
    body       text NOT NULL CONSTRAINT saved_replies_body_length CHECK (char_length(body) BETWEEN 1 AND 20000),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version    integer NOT NULL DEFAULT 1,
    name_key   text COLLATE "C" NOT NULL GENERATED ALWAYS AS (fold(name)) STORED,
    CONSTRAINT saved_replies_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT saved_replies_name_taken UNIQUE (tenant_id, name_key),
    CONSTRAINT saved_replies_tenant FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE CASCADE
);
COMMENT ON TABLE saved_replies IS 'Answers that staff give often, shared by all of the tenant.';
ALTER TABLE saved_replies ENABLE ROW LEVEL SECURITY;
CREATE POLICY staff ON saved_replies USING (tenant_id = (SELECT current_tenant()) AND (SELECT is_staff()));
GRANT SELECT, INSERT, UPDATE, DELETE ON saved_replies TO clientele_app;
CREATE TRIGGER touch BEFORE UPDATE ON saved_replies FOR EACH ROW EXECUTE FUNCTION touch();
CALL log_changes_of('saved_replies', 'SAVED_REPLY', 'saved_reply', 'name_key');
