DROP TRIGGER close ON tenants;
DROP TRIGGER leave_tenant ON sessions;
DROP FUNCTION leave_tenant, enter_tenant, visitors, leave_with_session, close_tenant;
DROP TABLE tenant_entries;
