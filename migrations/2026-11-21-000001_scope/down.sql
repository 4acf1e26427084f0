DROP TABLE schema_requirements;
DROP FUNCTION demand_audience, touch, phone_words, words, unspaced_words, is_unspaced, is_person_name, is_line, fold, manages_assignments, sees_all_customers, is_staff, has_role, current_customer, current_audience, current_actor, current_tenant;
ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO PUBLIC;
REVOKE USAGE ON SCHEMA public FROM clientele_app, clientele_sign_in;
DROP EXTENSION fuzzystrmatch, btree_gin, unaccent, pg_trgm;
