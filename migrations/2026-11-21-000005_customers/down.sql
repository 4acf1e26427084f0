DROP POLICY staff ON events;
DROP POLICY platform ON events;
ALTER TABLE users DROP CONSTRAINT users_customer;
DROP POLICY staff ON customers;
DROP TABLE customer_success_owned_customers, customers, companies;
DROP FUNCTION note_churn, is_address;
