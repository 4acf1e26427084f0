//! People who have nothing to do with a customer of their own tenant: a rep who owns nothing, and those of a second customer. Whatever they try
//! with the first customer's ids is refused and does nothing, also where the body is one that succeeds.
use crate::support::{Person, TestApp};
use clientele::{
    infra::web::permissions::Role,
    isolation::routes::{Method::Get, ROUTES, placeholders},
};
use std::collections::BTreeSet;

/// The outsiders of the cast.
const PEOPLE: [&str; 3] = ["otto@acme.test", "conny@contoso.test", "cora@contoso.test"];

/// What belongs to the first customer, as paths and bodies of tests name it.
const OF_CUSTOMER: [&str; 10] =
    ["customer", "contact", "ticket", "call", "attachment", "assignment", "note", "carol", "cody", "tim"];

/// Whether a path or a value names something of the first customer.
fn is_theirs(text: &str) -> bool {
    placeholders(text).iter().any(|name| OF_CUSTOMER.contains(name))
}

/// The outsiders, signed in.
pub async fn all(app: &TestApp) -> Vec<Person> {
    let mut people = vec![];
    for email in PEOPLE {
        people.push(app.person(email).await);
    }
    people
}

/// A status that says no.
fn is_refused(status: u16) -> bool {
    matches!(status, 403 | 404)
}

/// Whether a request concerns the first customer.
pub fn concerns(path: &str, fields: &[(&str, &str)]) -> bool {
    is_theirs(path) || fields.iter().any(|(_, value)| is_theirs(value))
}

/// What is wrong with the answer to an outsider who sent a body with which somebody else succeeds; `did` is what the log says happened.
pub fn judge(path: &str, status: u16, did: &str) -> Option<String> {
    if !did.is_empty() || status >= 500 || is_theirs(path) && !is_refused(status) {
        return Some(format!("{path}: an outsider got {status}, and did [{did}]"));
    }
    None
}

#[actix_web::test]
async fn a_page_of_another_customer_is_not_there_and_no_other_page_leads_to_it() {
    let app = TestApp::start().await;
    app.sql(&crate::access::things());
    let ids: Vec<String> = ["customer", "contact", "ticket", "call", "attachment", "assignment"]
        .map(|name| crate::access::filled(&app, &format!("{{{name}}}")))
        .to_vec();
    let mut wrong = BTreeSet::new();
    let mut seen = 0;
    for (email, person) in PEOPLE.iter().zip(all(&app).await) {
        for (_, path) in ROUTES.iter().filter(|(method, _)| *method == Get) {
            let answer = person.get(&crate::access::filled(&app, path)).await;
            let status = answer.status.as_u16();
            if is_theirs(path) {
                seen += 1;
                if !is_refused(status) {
                    wrong.insert(format!("{email}: {path} answers {status}"));
                }
            } else if let Some(id) = ids.iter().find(|id| answer.body.contains(*id)) {
                // One's own account tells what one was refused.
                if !["/account", "/customer/profile"].contains(path) {
                    wrong.insert(format!("{email}: {path} tells of {id}"));
                }
            }
        }
    }
    assert!(seen > 60, "{seen} pages were tried");
    assert_eq!(wrong, BTreeSet::new());
}

#[actix_web::test]
async fn a_rep_sees_no_more_accounts_than_customers() {
    let app = TestApp::start().await;
    let accounts = |email: &str| -> BTreeSet<String> {
        let read = |tx: &mut clientele::infra::db::Tx| {
            use clientele::infra::db::schema::users::dsl::{email, users};
            use diesel::{QueryDsl, RunQueryDsl};
            Ok(users.select(email).load::<String>(tx.conn)?)
        };
        app.db.read_blocking(&app.scope_of(email), read).unwrap().into_iter().collect()
    };
    let named = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
    let staff = named(&["ada@acme.test", "chloe@acme.test", "grace@acme.test", "otto@acme.test"]);
    let of_northwind = named(&["carol@northwind.test", "cody@northwind.test"]);
    let of_contoso = named(&["conny@contoso.test", "cora@contoso.test"]);
    assert_eq!(accounts("otto@acme.test"), staff);
    assert_eq!(accounts("chloe@acme.test"), &staff | &of_northwind);
    assert_eq!(accounts("grace@acme.test"), &(&staff | &of_northwind) | &of_contoso);
    assert_eq!(accounts("conny@contoso.test"), of_contoso);
    assert_eq!(accounts("cora@contoso.test"), named(&["cora@contoso.test"]));
}

#[actix_web::test]
async fn what_staff_note_is_out_of_reach_for_the_portal_whatever_it_asks() {
    let app = TestApp::start().await;
    app.sql(
        "UPDATE customers SET notes = 'secret word'; UPDATE contacts SET notes = 'secret word';
         INSERT INTO locations (tenant_id, customer_id, name, notes) SELECT tenant_id, id, 'HQ', 'secret word' FROM customers;
         INSERT INTO calls (tenant_id, id, customer_id, requester_id, requester_name, phone, topic, time_zone, status, scheduled_at, scheduled_minutes)
         SELECT tenant_id, '00000000-0000-7000-8000-000000000018', customer_id, id, name, '+12125550188', 'Topic', 'UTC', 'scheduled', now() + interval '1 day', 30
         FROM users WHERE email = 'carol@northwind.test';
         INSERT INTO call_notes (tenant_id, customer_id, id, note) SELECT tenant_id, customer_id, id, 'secret word' FROM calls;
         INSERT INTO notes (tenant_id, customer_id, body, author_name) SELECT tenant_id, id, 'secret word', 'Ada' FROM customers",
    );
    let scope = app.scope_of("carol@northwind.test");
    let ask = |sql: &'static str| -> i64 {
        let count = move |tx: &mut clientele::infra::db::Tx| {
            use diesel::RunQueryDsl;
            Ok(diesel::sql_query(sql).get_result::<Count>(tx.conn)?.n)
        };
        app.db.read_blocking(&scope, count).unwrap()
    };
    for table in ["customers", "contacts", "locations", "call_notes", "notes"] {
        let all: &'static str = format!("SELECT count(*) AS n FROM public.{table}").leak();
        assert_eq!(ask(all), 0, "{table}");
        let noted: &'static str =
            format!("SELECT count(*) AS n FROM {table} t WHERE t::text LIKE '%secret word%'").leak();
        assert_eq!(ask(noted), 0, "{table}");
    }
    assert_eq!(ask("SELECT count(*) AS n FROM customers"), 1);
    assert_eq!(ask("SELECT count(*) AS n FROM contacts"), 1);
}

#[actix_web::test]
async fn the_portal_sees_of_its_customer_what_the_description_says() {
    let app = TestApp::start().await;
    let shown: BTreeSet<&str> = clientele::customers::entity::CUSTOMER
        .fields
        .iter()
        .filter(|field| field.is_in_portal)
        .map(|field| field.name)
        .collect();
    // What says whose it is, how it is reached and how old it is.
    let beside = ["id", "tenant_id", "created_at", "updated_at", "portal_changed_at"];
    let open = app.rows(
        "SELECT a.attname FROM pg_attribute a JOIN pg_depend d ON d.refobjid = 'public.customers'::regclass AND d.refobjsubid > 0
         JOIN pg_rewrite r ON r.oid = d.objid AND r.ev_class = 'portal.customers'::regclass
         WHERE a.attrelid = 'public.customers'::regclass AND a.attnum = d.refobjsubid ORDER BY 1",
    );
    let more: Vec<_> = open
        .iter()
        .filter(|name| !shown.contains(name.as_str()) && !beside.contains(&name.as_str()))
        .collect();
    assert_eq!(more, Vec::<&String>::new(), "neither in_portal() nor beside: blank it in portal.customers");
}

#[actix_web::test]
async fn a_server_of_before_that_names_roles_is_understood() {
    let app = TestApp::start().await;
    let may = |roles: &str, wanted: &str| {
        app.cell(&format!(
            "SELECT may('{wanted}') FROM (SELECT set_config('app.permissions', '', false), set_config('app.roles', '{roles}', false) OFFSET 0) AS scope"
        ))
    };
    assert_eq!(may("agent", "customer:all"), "true");
    assert_eq!(may("customer_success", "customer:all"), "false");
    assert_eq!(may("customer_admin,customer_user", "ticket:all"), "true");
    assert_eq!(may("", "customer:read"), "false");
}

#[derive(diesel::QueryableByName)]
struct Count {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    n: i64,
}

#[actix_web::test]
async fn outsiders_hear_nothing_of_another_customer() {
    let app = TestApp::start_live().await;
    let (northwind, contoso) = (app.customer("Northwind Traders"), app.customer("Contoso"));
    let people = all(&app).await;
    let mut streams = vec![];
    for person in &people {
        streams.push(person.listen(&format!("/live?customer={northwind}")).await);
    }
    let ticket = app.open_ticket("carol@northwind.test", "Between us").to_string();
    app.sql("UPDATE customers SET website = 'https://northwind.test' WHERE name = 'Northwind Traders'");
    app.sql("UPDATE customers SET website = 'https://contoso.test' WHERE name = 'Contoso'");
    // In the portal everybody hears of their own customer, whatever they ask for: first of that.
    for stream in &mut streams[1..] {
        let told = stream.next().await;
        assert_eq!(told.customers(), BTreeSet::from([contoso.clone()]));
        assert!(!told.changes().iter().any(|change| change.to_string().contains(&ticket)));
    }
    app.sql("DELETE FROM sessions");
    streams[0].assert_ends().await;
}

#[actix_web::test]
async fn roles_hold_the_same_in_the_database_and_in_the_server() {
    let app = TestApp::start().await;
    let codes = |text: &str| text.split(',').map(str::to_owned).collect::<BTreeSet<_>>();
    for role in Role::ALL {
        let known = app.cell(&format!("SELECT permissions_of('{{{}}}')", role.code()));
        let known = if known.is_empty() { "none".to_owned() } else { known };
        assert_eq!(codes(&known), codes(&role.permissions().setting()), "{role:?}");
    }
}
