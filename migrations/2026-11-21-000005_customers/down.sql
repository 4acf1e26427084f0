DROP SCHEMA platform CASCADE;
DROP POLICY staff ON events;
DROP POLICY self ON events;
DROP FUNCTION reads_whole_log;
ALTER TABLE users DROP CONSTRAINT users_customer;
DROP POLICY staff ON customers;
DROP TABLE customer_success_owned_customers, customers, companies;
DROP FUNCTION note_churn, is_address;
