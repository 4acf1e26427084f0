DROP FUNCTION give_reset_token, accounts_to_reset, take_email, ask_for_email, withdrawn_by, withdraw_invitation;
DROP TABLE reset_requests;
DROP FUNCTION log_reset_request, redeem_token, account_behind, session_length, user_sessions, end_user_sessions, set_user_access, change_user,
    renew_invitation, invite_user, give_token;
DROP TRIGGER keep_an_admin ON users;
DROP TRIGGER void_tokens ON users;
DROP FUNCTION keep_an_admin, void_tokens;
DROP FUNCTION users_with;
DROP INDEX users_by_part;
DROP INDEX users_staff;
DROP INDEX users_by_name;
DROP POLICY team ON users;
DROP TABLE account_tokens;
DROP FUNCTION manages_users;
