DROP TABLE call_notes, calls;
DROP FUNCTION takes_call_requests, keep_call_from_portal;
DROP TRIGGER note_portal_change ON customers;
DROP FUNCTION note_portal_change;
ALTER TABLE customers DROP COLUMN call_requests_allowed;
