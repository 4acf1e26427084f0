//! The people and customers that every test starts with. Acme: ada (tenant admin), grace (agent), chloe (CS rep), whose customer
//! is Northwind with carol and cody in its portal, otto (CS rep), who owns nothing, and Contoso, nobody's, with conny and cora in its portal. Globex: eve (tenant admin), gil (agent), and Initech with
//! iris. root is the platform admin.
use clientele::infra::services::passwords::{self, Cost};
use diesel::{PgConnection, RunQueryDsl, connection::SimpleConnection, sql_query, sql_types::Text};

/// Everybody's password.
pub const PASSWORD: &str = "brisk-otter-lantern";

/// Fills a migrated database.
pub fn seed(owner: &mut PgConnection) {
    owner
        .batch_execute(
            "INSERT INTO tenants (name, slug, country) VALUES ('Acme', 'acme', 'US'), ('Globex', 'globex', 'DE');
             INSERT INTO companies (tenant_id, name) SELECT id, name || ' Services' FROM tenants;
             INSERT INTO customers (tenant_id, name, customer_type, lifecycle_stage, email, email_domain, phone, external_id)
             SELECT t.id, c.name, c.type, c.stage, c.email, split_part(c.email, '@', 2), c.phone, c.external_id
             FROM (VALUES ('acme', 'Northwind Traders', 'business', 'active', 'hello@northwind.test', '+12125550187', 'C-1'),
                          ('acme', 'Contoso', 'business', 'onboarding', 'hello@contoso.test', '+12125550188', 'C-2'),
                          ('globex', 'Initech', 'business', 'active', 'hello@initech.test', '+4930901820', 'C-1'))
                  AS c (slug, name, type, stage, email, phone, external_id) JOIN tenants t USING (slug);",
        )
        .unwrap();
    let hash = passwords::hash(PASSWORD, Cost::Cheapest).unwrap();
    sql_query(
        "INSERT INTO users (tenant_id, customer_id, email, name, roles, password_hash)
         SELECT t.id, c.id, u.email, u.name, ARRAY[u.role], $1
         FROM (VALUES ('acme', NULL, 'ada@acme.test', 'Ada Park', 'tenant_admin'),
                      ('acme', NULL, 'grace@acme.test', 'Grace Hill', 'agent'),
                      ('acme', NULL, 'chloe@acme.test', 'Chloe Marsh', 'customer_success'),
                      ('acme', NULL, 'otto@acme.test', 'Otto Reed', 'customer_success'),
                      ('acme', 'Northwind Traders', 'carol@northwind.test', 'Carol Winter', 'customer_admin'),
                      ('acme', 'Northwind Traders', 'cody@northwind.test', 'Cody Lane', 'customer_user'),
                      ('acme', 'Contoso', 'conny@contoso.test', 'Conny Bell', 'customer_admin'),
                      ('acme', 'Contoso', 'cora@contoso.test', 'Cora Finch', 'customer_user'),
                      ('globex', NULL, 'eve@globex.test', 'Eve Stone', 'tenant_admin'),
                      ('globex', NULL, 'gil@globex.test', 'Gil Frost', 'agent'),
                      ('globex', 'Initech', 'iris@initech.test', 'Iris Vale', 'customer_admin'),
                      (NULL, NULL, 'root@clientele.test', 'Root', 'platform_admin'))
              AS u (slug, customer, email, name, role)
         LEFT JOIN tenants t ON t.slug = u.slug LEFT JOIN customers c ON c.tenant_id = t.id AND c.name = u.customer",
    )
    .bind::<Text, _>(hash)
    .execute(owner)
    .unwrap();
    owner
        .batch_execute(
            "INSERT INTO customer_success_owned_customers (tenant_id, user_id, customer_id)
             SELECT u.tenant_id, u.id, c.id FROM users u JOIN customers c USING (tenant_id)
             WHERE u.email = 'chloe@acme.test' AND c.name = 'Northwind Traders';
             INSERT INTO contacts (tenant_id, customer_id, first_name, last_name, email, is_primary)
             SELECT tenant_id, id, 'Carol', 'Winter', 'carol@northwind.test', true FROM customers WHERE name = 'Northwind Traders'
             UNION ALL SELECT tenant_id, id, 'Iris', 'Vale', 'iris@initech.test', true FROM customers WHERE name = 'Initech';
             INSERT INTO tags (tenant_id, name, colour) SELECT id, 'renewal', 2 FROM tenants;
             INSERT INTO customer_tags (tenant_id, customer_id, tag_id)
             SELECT c.tenant_id, c.id, t.id FROM customers c JOIN tags t USING (tenant_id) WHERE c.name IN ('Northwind Traders', 'Initech');",
        )
        .unwrap();
}
