DROP FUNCTION log_access, log_failed_sign_in, access_burst, security_contacts, forget_accesses;
DROP TABLE access_alerts;
