DROP TABLE events;
DROP PROCEDURE log_changes_of;
DROP FUNCTION refuse_change, log_change;
