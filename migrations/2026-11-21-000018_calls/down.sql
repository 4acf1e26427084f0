DROP TABLE call_notes, calls;
DROP FUNCTION takes_call_requests, keep_call_from_portal;
ALTER TABLE customers DROP COLUMN call_requests_allowed;
