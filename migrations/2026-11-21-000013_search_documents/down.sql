DROP FUNCTION search_everything;
DROP FUNCTION find_documents;
DROP FUNCTION rebuild_search;
DROP FUNCTION index_documents;
DROP VIEW searchable;
DROP TABLE search_documents;
