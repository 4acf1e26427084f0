-- Notes on a customer, each an entry of its own; the one text `customers.notes` stays as what is known about it.
CREATE TABLE notes (
    id          uuid NOT NULL DEFAULT gen_random_uuid(),
    tenant_id   uuid NOT NULL DEFAULT current_tenant(),
    customer_id uuid NOT NULL,
    body        text NOT NULL CONSTRAINT notes_body_length CHECK (char_length(body) BETWEEN 1 AND 20000),
    is_pinned   boolean NOT NULL DEFAULT false,
    author_name text NOT NULL CONSTRAINT notes_author_name_length CHECK (char_length(author_name) BETWEEN 1 AND 201),
    edited_at   timestamptz,
    created_by  uuid DEFAULT current_member(),
    updated_by  uuid DEFAULT current_member(),
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now(),
    version     integer NOT NULL DEFAULT 1,
    CONSTRAINT notes_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT notes_customer FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id) ON UPDATE CASCADE ON DELETE CASCADE,
    CONSTRAINT notes_created_by FOREIGN KEY (tenant_id, created_by) REFERENCES users (tenant_id, id) ON DELETE SET NULL (created_by),
    CONSTRAINT notes_updated_by FOREIGN KEY (tenant_id, updated_by) REFERENCES users (tenant_id, id) ON DELETE SET NULL (updated_by)
);
COMMENT ON TABLE notes IS 'What staff write down about a customer. No policy shows it to the customer''s own people.';
COMMENT ON COLUMN notes.is_pinned IS 'Stands before the others.';
COMMENT ON COLUMN notes.author_name IS 'Who wrote it, as they were called then.';
COMMENT ON COLUMN notes.edited_at IS 'When its text was last changed; to pin it is no such change.';
CREATE INDEX notes_by_customer ON notes (tenant_id, customer_id, is_pinned DESC, created_at DESC, id DESC);
CREATE INDEX notes_by_creator ON notes (tenant_id, created_by) WHERE created_by IS NOT NULL;
CREATE INDEX notes_by_changer ON notes (tenant_id, updated_by) WHERE updated_by IS NOT NULL;
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY staff ON notes USING (tenant_id = (SELECT current_tenant()) AND ((SELECT sees_all_customers())
    OR ((SELECT is_staff()) AND EXISTS (SELECT FROM customers c WHERE c.tenant_id = notes.tenant_id AND c.id = notes.customer_id OFFSET 0))));
GRANT SELECT, INSERT, UPDATE, DELETE ON notes TO clientele_app;
CREATE TRIGGER touch BEFORE UPDATE ON notes FOR EACH ROW EXECUTE FUNCTION touch_by();
CALL touch_changes_of('notes');
CREATE TRIGGER most_notes AFTER INSERT ON notes REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION bound_rows('customer_id', '2000');
CALL log_changes_of('notes', 'NOTE', 'note');
