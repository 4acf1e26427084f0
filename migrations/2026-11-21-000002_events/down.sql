DROP TABLE events;
DROP FUNCTION make_coming_event_partitions, make_event_partitions, guard_event_partition;
DROP SCHEMA event_months;
DROP PROCEDURE log_changes_of;
DROP FUNCTION refuse_change, log_change;
