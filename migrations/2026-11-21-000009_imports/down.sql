DROP PROCEDURE purge_tenant;
DROP FUNCTION fail_abandoned_imports;
DROP TABLE imports;
