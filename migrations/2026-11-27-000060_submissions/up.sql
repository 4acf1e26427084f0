CREATE TABLE submissions (
    id        uuid NOT NULL,
    tenant_id uuid DEFAULT current_tenant(),
    user_id   uuid,
    content   bytea NOT NULL CONSTRAINT submissions_content_length CHECK (octet_length(content) = 32),
    result    jsonb NOT NULL DEFAULT 'null',
    sent_at   timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT submissions_pkey PRIMARY KEY (id),
    CONSTRAINT submissions_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);
COMMENT ON TABLE submissions IS 'Forms and requests that have been sent under a key, for a day: what is sent twice happens once.';
COMMENT ON COLUMN submissions.id IS 'Made of the tenant, the sender, the address and the key.';
COMMENT ON COLUMN submissions.tenant_id IS 'Where the sender was at work; NULL for a platform admin at home.';
COMMENT ON COLUMN submissions.user_id IS 'Who sent it; NULL for somebody who was not signed in, and whom no policy shows it.';
COMMENT ON COLUMN submissions.content IS 'SHA-256 of what was sent, by which something else under the same key is noticed.';
COMMENT ON COLUMN submissions.result IS 'What came of it: mostly the id of what was made.';
CREATE INDEX submissions_by_user ON submissions (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX submissions_by_time ON submissions (sent_at);
ALTER TABLE submissions ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON submissions USING (user_id = (SELECT current_actor()) AND tenant_id IS NOT DISTINCT FROM (SELECT current_tenant()));
GRANT SELECT, INSERT, DELETE, UPDATE (result) ON submissions TO clientele_app, clientele_sign_in;

CREATE FUNCTION claim_submission(new_id uuid, new_content bytea) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO submissions (id, tenant_id, content) VALUES (new_id, NULL, new_content) ON CONFLICT DO NOTHING;
    RETURN FOUND;
END $$;
COMMENT ON FUNCTION claim_submission IS 'Whether somebody who is not signed in sends it for the first time.';

CREATE FUNCTION forget_submissions(before timestamptz) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT demand_audience('system');
    WITH gone AS (DELETE FROM submissions WHERE sent_at < before RETURNING id) SELECT count(*) FROM gone;
$$;
COMMENT ON FUNCTION forget_submissions IS 'Nobody sends them again after so long.';
REVOKE EXECUTE ON FUNCTION claim_submission, forget_submissions FROM PUBLIC;
GRANT EXECUTE ON FUNCTION claim_submission TO clientele_sign_in;
GRANT EXECUTE ON FUNCTION forget_submissions TO clientele_app;
