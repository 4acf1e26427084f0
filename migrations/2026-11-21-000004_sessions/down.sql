DROP FUNCTION set_own_password, own_password_hash, sign_in_candidates, use_seal, account_state, forgive_account, forgive_try, count_try, session_end, session_keep,
    session_open, end_surplus_sessions;
DROP TABLE used_seals, sign_in_failures, sessions;
DROP FUNCTION is_session_open;
