DROP FUNCTION end_grace_periods, ask_for_reactivation, deactivation_notice, count_access, end_access_of_disabled;
DROP TABLE deactivations;
