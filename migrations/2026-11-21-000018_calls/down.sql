DROP TRIGGER keep_workers ON users;
DROP TRIGGER keep_workers_insert ON customer_success_owned_customers;
DROP TRIGGER keep_workers_delete ON customer_success_owned_customers;
DROP FUNCTION keep_workers_of_user, keep_workers_of_assignments;
DROP TABLE call_notes, calls;
DROP FUNCTION takes_call_requests, keep_call_from_portal;
DROP TRIGGER note_portal_change ON customers;
DROP FUNCTION note_portal_change;
