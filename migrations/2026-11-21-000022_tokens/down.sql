DROP FUNCTION token_resolve, token_open, token_key;
DROP TABLE signing_keys;
