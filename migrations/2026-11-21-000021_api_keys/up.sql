-- Keys by which programs of a customer call the API (SPEC §13). Partitions are to come; what a deactivation has to end is here.
CREATE TABLE api_keys (
    id             uuid NOT NULL DEFAULT gen_random_uuid(),
    tenant_id      uuid NOT NULL DEFAULT current_tenant(),
    customer_id    uuid NOT NULL,
    name           text NOT NULL CONSTRAINT api_keys_name_length CHECK (char_length(name) BETWEEN 1 AND 200),
    prefix         text NOT NULL CONSTRAINT api_keys_prefix_length CHECK (char_length(prefix) BETWEEN 4 AND 20),
    key_hash       bytea NOT NULL CONSTRAINT api_keys_hash_length CHECK (octet_length(key_hash) = 32),
    scopes         text[] NOT NULL DEFAULT '{}' CONSTRAINT api_keys_scopes_count CHECK (cardinality(scopes) <= 50),
    foreign_id     text CONSTRAINT api_keys_foreign_id_length CHECK (char_length(foreign_id) BETWEEN 1 AND 200),
    expires_at     timestamptz,
    last_used_at   timestamptz,
    last_used_from text NOT NULL DEFAULT '' CONSTRAINT api_keys_last_used_from_length CHECK (char_length(last_used_from) <= 100),
    revoked_at     timestamptz,
    created_by     uuid DEFAULT current_member(),
    created_at     timestamptz NOT NULL DEFAULT now(),
    updated_at     timestamptz NOT NULL DEFAULT now(),
    version        integer NOT NULL DEFAULT 1,
    CONSTRAINT api_keys_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT api_keys_hash_taken UNIQUE (key_hash),
    CONSTRAINT api_keys_customer FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id) ON DELETE CASCADE,
    CONSTRAINT api_keys_created_by FOREIGN KEY (tenant_id, created_by) REFERENCES users (tenant_id, id) ON DELETE SET NULL (created_by)
);
COMMENT ON TABLE api_keys IS 'A key by which a program of a customer calls the API. Its text is shown once; here stands its SHA-256.';
COMMENT ON COLUMN api_keys.prefix IS 'The first letters of the key, by which its owner recognises it.';
COMMENT ON COLUMN api_keys.scopes IS 'What it may do: admin, or single permissions.';
COMMENT ON COLUMN api_keys.foreign_id IS 'Its id in another system.';
COMMENT ON COLUMN api_keys.expires_at IS 'From then on it is refused; NULL: never.';
COMMENT ON COLUMN api_keys.last_used_from IS 'The address that it was last used from.';
CREATE INDEX api_keys_by_customer ON api_keys (tenant_id, customer_id, created_at DESC);
CREATE INDEX api_keys_by_creator ON api_keys (tenant_id, created_by) WHERE created_by IS NOT NULL;
ALTER TABLE api_keys ENABLE ROW LEVEL SECURITY;
CREATE POLICY staff ON api_keys USING (tenant_id = (SELECT current_tenant()) AND ((SELECT sees_all_customers())
    OR ((SELECT is_staff()) AND EXISTS (SELECT FROM customers c WHERE c.tenant_id = api_keys.tenant_id AND c.id = api_keys.customer_id OFFSET 0))));
GRANT SELECT (id, tenant_id, customer_id, name, prefix, scopes, foreign_id, expires_at, last_used_at, last_used_from, revoked_at, created_by, created_at, updated_at, version),
    UPDATE (expires_at, revoked_at) ON api_keys TO clientele_app;
CREATE TRIGGER touch BEFORE UPDATE ON api_keys FOR EACH ROW EXECUTE FUNCTION touch();
CALL log_changes_of('api_keys', 'API_KEY', 'api_key', 'key_hash', 'last_used_at', 'last_used_from');
