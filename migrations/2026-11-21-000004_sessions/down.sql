DROP FUNCTION set_own_password, own_password_hash, sign_in_candidates, session_end, session_keep, session_open;
DROP TABLE sign_in_failures, sessions;
