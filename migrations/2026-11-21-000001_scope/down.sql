DROP FUNCTION touch, phone_words, words, is_person_name, is_line, fold, manages_assignments, sees_all_customers, is_staff, has_role, current_customer, current_audience, current_actor, current_tenant;
REVOKE USAGE ON SCHEMA public FROM clientele_app;
DROP EXTENSION fuzzystrmatch, btree_gin, unaccent, pg_trgm;
