DROP FUNCTION log_access, log_failed_sign_in, access_burst, security_contacts, forget_accesses;
DROP TABLE access_alerts;
DROP TRIGGER touch ON tenants;
ALTER TABLE tenants DROP COLUMN access_log_days;
CREATE TRIGGER touch BEFORE UPDATE ON tenants FOR EACH ROW EXECUTE FUNCTION touch();
CALL touch_changes_of('tenants');
