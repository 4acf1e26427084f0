-- What arrived after its writer's session had ended: kept for an hour, and given back after the sign-in.
CREATE TABLE form_stashes (
    token_hash bytea NOT NULL CONSTRAINT form_stashes_token_hash_length CHECK (octet_length(token_hash) = 32),
    owner      uuid NOT NULL,
    content    text NOT NULL CONSTRAINT form_stashes_content_length CHECK (octet_length(content) <= 1500000),
    made_at    timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT form_stashes_pkey PRIMARY KEY (token_hash)
);
COMMENT ON TABLE form_stashes IS 'Forms that were sent without a session, for an hour. Sealed by the server''s key; reached by its functions only, with the token that the browser has. Granted to nobody, and not logged.';
COMMENT ON COLUMN form_stashes.token_hash IS 'SHA-256 of the token.';
COMMENT ON COLUMN form_stashes.owner IS 'The account that the browser was last signed in with: no other opens it. One that is gone takes nothing along, since this is over in an hour.';
CREATE INDEX form_stashes_by_owner ON form_stashes (owner, made_at DESC);
CREATE INDEX form_stashes_by_time ON form_stashes (made_at);
ALTER TABLE form_stashes ENABLE ROW LEVEL SECURITY;

CREATE FUNCTION has_stash_room(of_owner uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT count(*) < 10 FROM form_stashes WHERE owner = of_owner AND made_at > now() - interval '1 hour';
$$;
COMMENT ON FUNCTION has_stash_room IS 'Whether another form is kept for the account: asked before one is read.';

CREATE FUNCTION stash_form(token bytea, of_owner uuid, sealed text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    -- One at a time for an account: what comes at the same moment is counted.
    PERFORM pg_advisory_xact_lock(hashtextextended('form_stashes ' || of_owner, 0));
    IF NOT has_stash_room(of_owner) THEN
        RETURN false;
    END IF;
    INSERT INTO form_stashes (token_hash, owner, content) VALUES (sha256(token), of_owner, sealed);
    RETURN true;
END $$;
COMMENT ON FUNCTION stash_form IS 'Keeps a form for its writer; false where ten of the last hour are kept already.';

CREATE FUNCTION stashed_form(token bytea, for_owner uuid) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT content FROM form_stashes WHERE token_hash = sha256(token) AND owner = for_owner AND made_at > now() - interval '1 hour';
$$;
COMMENT ON FUNCTION stashed_form IS 'What was kept under the token, for the account that it is of.';

CREATE FUNCTION forget_stashes() RETURNS bigint
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT demand_audience('system');
    WITH gone AS (DELETE FROM form_stashes WHERE made_at < now() - interval '1 hour' RETURNING 1) SELECT count(*) FROM gone;
$$;
COMMENT ON FUNCTION forget_stashes IS 'Forms that nobody came back for.';
REVOKE EXECUTE ON FUNCTION has_stash_room, stash_form, stashed_form, forget_stashes FROM PUBLIC;
GRANT EXECUTE ON FUNCTION has_stash_room, stash_form TO clientele_sign_in;
GRANT EXECUTE ON FUNCTION stashed_form, forget_stashes TO clientele_app;
