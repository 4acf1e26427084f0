DROP FUNCTION touch_by, current_member;
DROP TABLE users, tenants;
DROP FUNCTION guard_tenant;
