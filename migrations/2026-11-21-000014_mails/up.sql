-- Mails (SPEC §15): a row in the transaction of what it tells of; a task sends it afterwards.
CREATE TABLE mails (
    tenant_id  uuid DEFAULT current_tenant(),
    id         uuid NOT NULL DEFAULT gen_random_uuid(),
    kind       text NOT NULL CONSTRAINT mails_kind_form CHECK (kind ~ '^[a-z_]{1,50}$'),
    from_name  text NOT NULL DEFAULT '' CONSTRAINT mails_from_name_form CHECK (char_length(from_name) <= 200 AND from_name !~ '[[:cntrl:]]'),
    to_name    text NOT NULL DEFAULT '' CONSTRAINT mails_to_name_form CHECK (char_length(to_name) <= 200 AND to_name !~ '[[:cntrl:]]'),
    to_address text NOT NULL CONSTRAINT mails_to_address_form CHECK (
        to_address LIKE '%_@_%' AND char_length(to_address) <= 254 AND to_address !~ '[[:cntrl:][:space:]]'),
    subject    text NOT NULL CONSTRAINT mails_subject_form CHECK (char_length(subject) BETWEEN 1 AND 200 AND subject !~ '[[:cntrl:]]'),
    created_at timestamptz NOT NULL DEFAULT now(),
    sent_at    timestamptz,
    body_text  text,
    body_html  text,
    file_name  text CONSTRAINT mails_file_name_form CHECK (file_name ~ '^[a-z0-9._-]{1,100}$'),
    file_type  text CONSTRAINT mails_file_type_form CHECK (file_type ~ '^[a-z]+/[a-z0-9.+-]+(; [a-z]+=[A-Za-z0-9-]+)*$'),
    file_body  text,
    CONSTRAINT mails_pkey PRIMARY KEY (id),
    CONSTRAINT mails_tenant FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE CASCADE,
    CONSTRAINT mails_wiped_when_sent CHECK (sent_at IS NULL OR num_nonnulls(body_text, body_html, file_body) = 0),
    CONSTRAINT mails_whole_file CHECK ((file_name IS NULL) = (file_type IS NULL) AND (file_body IS NULL OR file_name IS NOT NULL))
);
COMMENT ON TABLE mails IS 'What is written to people. Whether it failed, how often and why stands with its task.';
COMMENT ON COLUMN mails.tenant_id IS 'NULL for mail of the platform.';
COMMENT ON COLUMN mails.id IS 'Also the left side of the Message-ID: by that a receiver drops a double.';
COMMENT ON COLUMN mails.kind IS 'What it is about: password_changed.';
COMMENT ON COLUMN mails.from_name IS 'The tenant in whose name it is sent; empty: the sender that is configured.';
COMMENT ON COLUMN mails.sent_at IS 'When the mail server took it.';
COMMENT ON COLUMN mails.body_text IS 'May carry a token: never in the log, read by mail_to_send() alone, wiped when sent.';
COMMENT ON COLUMN mails.body_html IS 'As body_text.';
COMMENT ON COLUMN mails.file_name IS 'Of the file that comes with it, if one does: call.ics.';
COMMENT ON COLUMN mails.file_type IS 'Its media type with parameters: text/calendar; charset=utf-8; method=REQUEST.';
COMMENT ON COLUMN mails.file_body IS 'Its text. As body_text.';
CREATE INDEX mails_by_time ON mails (tenant_id, created_at DESC, id);
CREATE INDEX mails_with_body ON mails (created_at) WHERE body_text IS NOT NULL;
ALTER TABLE mails ENABLE ROW LEVEL SECURITY;
CREATE POLICY writers ON mails FOR INSERT WITH CHECK ((SELECT current_audience()) <> '' AND tenant_id IS NOT DISTINCT FROM (SELECT current_tenant()));
CREATE POLICY background ON mails USING ((SELECT current_audience()) = 'system' AND tenant_id IS NOT DISTINCT FROM (SELECT current_tenant()));
CREATE POLICY admins ON mails FOR SELECT USING (tenant_id = (SELECT current_tenant()) AND (SELECT current_audience()) = 'staff'
    AND ((SELECT has_role('tenant_admin')) OR (SELECT has_role('platform_admin'))));
CREATE POLICY platform ON mails FOR SELECT USING (tenant_id IS NULL AND (SELECT current_audience()) = 'platform');
-- Nobody reads the bodies: whoever could would read the links by which accounts are opened.
GRANT SELECT (tenant_id, id, kind, from_name, to_name, to_address, subject, created_at, sent_at, file_name, file_type) ON mails TO clientele_app;
GRANT INSERT (id, kind, from_name, to_name, to_address, subject, body_text, body_html, file_name, file_type, file_body) ON mails TO clientele_app;
-- Mails carry links that open accounts: those who sign people in write some, and they alone send.
GRANT INSERT (id, kind, from_name, to_name, to_address, subject, body_text, body_html, file_name, file_type, file_body) ON mails TO clientele_sign_in;
GRANT SELECT (id), UPDATE (sent_at, body_text, body_html, file_body) ON mails TO clientele_sign_in;

-- Who may be written to with words that somebody else typed: those who have shown that the address is theirs. All other kinds are written
-- in our own words alone.
CREATE FUNCTION hold_mail_to_strangers() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.kind IN ('account_known', 'confirmation', 'domain_verification', 'email_changed', 'email_confirmation', 'invitation',
                    'password_changed', 'password_reset')
       OR EXISTS (SELECT FROM users u WHERE u.tenant_id IS NOT DISTINCT FROM NEW.tenant_id AND u.email = NEW.to_address AND u.is_set_up) THEN
        RETURN NEW;
    END IF;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION hold_mail_to_strangers IS 'Before an address is confirmed nothing is written to it but how to confirm it.';
CREATE TRIGGER hold_mail_to_strangers BEFORE INSERT ON mails FOR EACH ROW EXECUTE FUNCTION hold_mail_to_strangers();
CALL log_changes_of('mails', 'MAIL', 'mail', 'body_text', 'body_html', 'file_body');

CREATE FUNCTION mail_to_send(wanted uuid) RETURNS SETOF mails
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT * FROM mails
    WHERE id = wanted AND (SELECT current_audience()) = 'system' AND tenant_id IS NOT DISTINCT FROM (SELECT current_tenant())
    FOR UPDATE;
$$;
COMMENT ON FUNCTION mail_to_send IS 'A mail with its bodies, for background work, locked until it is sent: a second worker waits and finds it sent.';

CREATE FUNCTION wipe_unsent_mails(before timestamptz) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT demand_audience('system');
    WITH wiped AS (
        UPDATE mails SET body_text = NULL, body_html = NULL, file_body = NULL WHERE body_text IS NOT NULL AND created_at < before RETURNING id
    )
    SELECT count(*) FROM wiped;
$$;
COMMENT ON FUNCTION wipe_unsent_mails IS 'What could not be sent for so long is not sent any more, and its links are not kept.';
REVOKE EXECUTE ON FUNCTION mail_to_send, wipe_unsent_mails FROM PUBLIC;
GRANT EXECUTE ON FUNCTION mail_to_send TO clientele_sign_in;
GRANT EXECUTE ON FUNCTION wipe_unsent_mails TO clientele_app;
