DROP FUNCTION external_ids_out_of_sight(text[]);
DROP PROCEDURE purge_tenant;
DROP FUNCTION fail_abandoned_imports;
DROP TABLE import_files;
DROP TABLE imports;
