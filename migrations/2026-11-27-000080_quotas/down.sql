DROP INDEX imports_one_running;
CREATE INDEX imports_running ON imports (state) WHERE state = 'running';
DROP TRIGGER most_domains ON registration_domains;
DROP TRIGGER most_saved_replies ON saved_replies;
DROP TRIGGER most_saved_views ON saved_views;
DROP TRIGGER most_tags ON tags;
DROP FUNCTION bound_rows, forget_quota_uses, use_quotas;
DROP TABLE quota_uses;
