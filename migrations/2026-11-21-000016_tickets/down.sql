DROP TABLE saved_replies, ticket_drafts, ticket_readers, ticket_tags, ticket_messages;
DROP POLICY portal_move ON tickets;
DROP POLICY portal_read ON tickets;
DROP FUNCTION copied_tickets;
DROP TABLE ticket_copies, tickets, ticket_numbers;
DROP FUNCTION give_ticket_number, check_assignee, may_work_on, can_act_for, keep_from_portal;
ALTER TABLE contacts DROP CONSTRAINT contacts_of_customer;
ALTER TABLE users DROP CONSTRAINT users_of_customer;
