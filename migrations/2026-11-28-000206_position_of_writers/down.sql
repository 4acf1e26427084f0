DROP FUNCTION log_position(bigint, bigint, bigint);
