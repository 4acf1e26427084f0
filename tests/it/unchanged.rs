//! Every form that edits something, sent exactly as a browser would send it, changes nothing: not a row, not a version, no event. Forms are
//! found by looking at the pages, so a new one can't be forgotten.
use crate::{
    access::{filled, things},
    support::{Person, TestApp},
};
use clientele::isolation::routes::{Method, ROUTES};
use scraper::{ElementRef, Html, Selector};
use std::collections::BTreeSet;

/// A form as a browser sends it that nobody has touched.
struct Form {
    action: String,
    is_multipart: bool,
    fields: Vec<(String, String)>,
    /// There is something in it to fill in, rather than only a button.
    is_filled_in: bool,
}

fn selector(css: &str) -> Selector {
    Selector::parse(css).unwrap()
}

impl Form {
    /// By the rules of HTML for what of a form is sent.
    fn read(form: ElementRef<'_>, page: &Html, path: &str) -> Self {
        let of = |name: &str| form.value().attr(name).unwrap_or_default().to_owned();
        let id = of("id");
        let mut fields = vec![];
        let (mut is_filled_in, mut is_pressed) = (false, false);
        for control in page.select(&selector("input, textarea, select, button")) {
            let value = control.value();
            let is_inside = control.ancestors().any(|parent| parent.id() == form.id());
            let is_ours = match value.attr("form") {
                Some(owner) => !id.is_empty() && owner == id,
                None => is_inside,
            };
            if !is_ours || value.attr("disabled").is_some() {
                continue;
            }
            let name = value.attr("name").unwrap_or_default().to_owned();
            let own = value.attr("value").unwrap_or_default().to_owned();
            let kind = match value.name() {
                "input" => value.attr("type").unwrap_or("text"),
                "button" => value.attr("type").unwrap_or("submit"),
                other => other,
            };
            is_filled_in |= !matches!(kind, "hidden" | "submit" | "button" | "reset");
            let sent = match kind {
                "checkbox" | "radio" if value.attr("checked").is_none() => vec![],
                "checkbox" if value.attr("value").is_none() => vec!["on".to_owned()],
                "file" | "button" | "reset" | "image" => vec![],
                // Who presses Enter presses the first of them.
                "submit" if is_pressed => vec![],
                "submit" => {
                    is_pressed = true;
                    vec![own]
                }
                // The parser has taken the first line break away already, as browsers do.
                "textarea" => {
                    vec![control.text().collect::<String>().replace("\r\n", "\n").replace('\n', "\r\n")]
                }
                "select" => chosen(control),
                _ => vec![own],
            };
            if !name.is_empty() {
                fields.extend(sent.into_iter().map(|value| (name.clone(), value)));
            }
        }
        let action = if of("action").is_empty() { path.to_owned() } else { of("action") };
        Self { action, is_multipart: of("enctype") == "multipart/form-data", fields, is_filled_in }
    }
}

/// What a select has chosen: what is marked, or else its first option.
fn chosen(select: ElementRef<'_>) -> Vec<String> {
    let css = selector("option");
    let options: Vec<ElementRef<'_>> = select.select(&css).collect();
    let value = |option: &ElementRef<'_>| match option.value().attr("value") {
        Some(value) => value.to_owned(),
        None => option.text().collect::<String>().trim().to_owned(),
    };
    let marked = options.iter().filter(|option| option.value().attr("selected").is_some());
    let mut marked: Vec<String> = marked.map(value).collect();
    if select.value().attr("multiple").is_none() {
        // Of several the last counts; of none, the first that can be chosen.
        marked = marked.pop().into_iter().collect();
        if marked.is_empty() {
            marked = options
                .iter()
                .find(|o| o.value().attr("disabled").is_none())
                .map(value)
                .into_iter()
                .collect();
        }
    }
    marked
}

/// Forms that do something rather than edit: where they lead, and why one sends them as they are.
const DEEDS: &[(&str, &str)] = &[
    ("/cancellation", "calls a call off, with or without a reason"),
    ("/owners", "gives the customer to whoever is chosen"),
    ("/mapping", "checks the file anew"),
    ("/verification", "looks for a DNS record, or mails a link"),
];

/// Valid, and unlike what one thinks of first.
const AWKWARD: &str = "
    UPDATE tenants SET country = 'DE', time_zone = 'Asia/Calcutta', session_expiration_seconds = 5400 WHERE slug = 'acme';
    UPDATE users SET time_zone = 'US/Eastern', compact = true, phone = '+4930901820' WHERE tenant_id IS NOT NULL;
    UPDATE users SET time_zone = 'America/Argentina/Buenos_Aires' WHERE tenant_id IS NULL;
    INSERT INTO tags (tenant_id, name, colour) SELECT id, 'R&D “west”', 7 FROM tenants WHERE slug = 'acme';
    INSERT INTO customer_tags (tenant_id, customer_id, tag_id) SELECT c.tenant_id, c.id, t.id FROM customers c JOIN tags t ON t.tenant_id = c.tenant_id
        WHERE c.name = 'Northwind Traders' ON CONFLICT DO NOTHING;
    UPDATE saved_views SET query = 'stage=active&tag=x', name = 'A <b> & “c”' WHERE id = '00000000-0000-7000-8000-00000000000b';
    UPDATE saved_replies SET body = E'Hello,\\n\\n  indented\\n- and so on', name = '<Hi> & bye' WHERE id = '00000000-0000-7000-8000-000000000011';
    INSERT INTO users (tenant_id, email, name, roles) SELECT id, 'gone@acme.test', 'Gone', '{agent}' FROM tenants WHERE slug = 'acme';
    UPDATE tickets SET assignee_id = (SELECT id FROM users WHERE email = 'gone@acme.test'), priority = 'urgent', status = 'pending', waiting_since = NULL;
    UPDATE calls SET scheduled_at = date_trunc('minute', scheduled_at), assignee_id = (SELECT id FROM users WHERE email = 'gone@acme.test'), assignee_name = 'Gone';
    UPDATE users SET disabled_at = now() WHERE email = 'gone@acme.test';
    UPDATE users SET roles = '{agent,customer_success}' WHERE email = 'access@acme.test';
    INSERT INTO registration_settings (tenant_id, customer_id, is_on, roles, host)
        SELECT tenant_id, id, true, '{customer_admin}', 'portal.northwind.test' FROM customers WHERE name = 'Northwind Traders';
    INSERT INTO registration_domains (tenant_id, customer_id, domain)
        SELECT tenant_id, id, d FROM customers, unnest('{northwind.test,xn--mnchen-3ya.test}'::text[]) d WHERE name = 'Northwind Traders';
    INSERT INTO notification_choices (tenant_id, user_id, kind, in_app, by_email)
        SELECT tenant_id, id, 'ticket_created', true, false FROM users WHERE tenant_id IS NOT NULL AND customer_id IS NULL";

/// What a customer is typed in with.
const CUSTOMER: &[(&str, &str)] = &[
    ("name", "Northwind Traders"),
    ("customer_type", "business"),
    ("lifecycle_stage", "active"),
    ("source", "referral"),
    ("email", "buero@münchen.test"),
    ("email_domain", "münchen.test"),
    ("phone", "+44 20 7946 0018 ext. 12"),
    ("website", "https://www.münchen.test/Über uns/?q=a b&c=%20#top"),
    ("billing_street", "  12   Main  St \r\n c/o  Smith"),
    ("billing_city", "São Paulo"),
    ("billing_zip", "01310-100"),
    ("billing_country", "BR"),
    ("service_street", "1 “Harbour” & <Sons>"),
    ("notes", "\r\n\r\n  first line is indented\r\n\ttab\r\n"),
    ("products", "Care, Parts & Labour; Core"),
    ("external_id", "00042"),
    ("linkedin_url", "https://www.linkedin.com/company/a-b_c/?x=1"),
    ("session_expiration_seconds", ""),
];

const CONTACT: &[(&str, &str)] = &[
    ("first_name", "Søren  Ågård"),
    ("last_name", "O’Neill-Łukasz"),
    ("email", "soeren@münchen.test"),
    ("phone", "+49 30 901820"),
    ("job_role", "R&D <lead>"),
    ("notes", "\r\n\r\nsecond line"),
];

/// Edits as somebody types them, so that what is stored is what the product stores. What it refuses is tried without the field.
async fn type_in(ada: &Person, page: &str, to: &str, typed: &[(&str, &str)]) {
    let version = ada.get(page).await.attribute("input[name=version]", "value").unwrap_or_default();
    let mut fields: Vec<(&str, &str)> = typed.to_vec();
    fields.push(("version", &version));
    loop {
        let answer = ada.submit(to, &fields).await;
        if answer.status == 303 {
            return;
        }
        let wrong = answer.attributes("[data-errors] a", "href");
        let before = fields.len();
        fields.retain(|(name, _)| *name == "name" || !wrong.contains(&format!("#{name}")));
        assert!(fields.len() < before, "{to}: {wrong:?} {}", answer.text());
    }
}

/// Everything that is stored, but for what looking at pages and being signed in leaves.
fn stored(app: &TestApp) -> Vec<(String, String)> {
    const OTHER: &str = "'events', 'tasks', 'sessions', 'submissions', 'ticket_readers', 'ticket_drafts', 'customer_visits', 'sign_in_failures', 'quota_uses', \
        '__diesel_schema_migrations', 'notifications', 'search_words'";
    let tables = app.cell(&format!(
        "SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname NOT IN ({OTHER})"
    ));
    let sum = |table: &str| {
        let sql =
            format!("SELECT md5(coalesce(string_agg(r::text, E'\\n' ORDER BY r::text), '')) FROM {table} r");
        (table.to_owned(), app.cell(&sql))
    };
    tables.split(' ').map(sum).collect()
}

async fn nothing_changes(email: &str, at_least: usize) {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    app.sql(&things());
    let northwind = app.customer("Northwind Traders");
    let customer = format!("/console/customers/{northwind}");
    type_in(&ada, &format!("{customer}/edit"), &customer, CUSTOMER).await;
    let contact = format!("{customer}/contacts/00000000-0000-7000-8000-00000000000c");
    type_in(&ada, &format!("{contact}/edit"), &contact, CONTACT).await;
    app.sql(AWKWARD);
    let person = app.person(email).await;
    let cody = app.cell("SELECT id FROM users WHERE email = 'cody@northwind.test'");
    let pages = ROUTES.iter().filter(|(method, path)| *method == Method::Get && *path != "/live");
    let mut pages: Vec<String> = pages.map(|(_, path)| filled(&app, path)).collect();
    pages.push(format!("/customer/team/{cody}"));
    pages.push(format!("/console/users/{cody}"));
    let (form, mut wrong, mut known) = (selector("form"), vec![], BTreeSet::new());
    for path in &pages {
        let page = person.get(path).await;
        if page.status != 200 {
            continue;
        }
        let forms: Vec<Form> = {
            let html = Html::parse_document(&page.body);
            let posts = html.select(&form).filter(|form| form.value().attr("method") == Some("post"));
            posts.map(|form| Form::read(form, &html, path)).filter(|form| form.is_filled_in).collect()
        };
        for form in forms {
            let names: Vec<&str> = form.fields.iter().map(|(name, _)| name.as_str()).collect();
            let action = form.action.split('?').next().unwrap();
            if DEEDS.iter().any(|(deed, _)| action.ends_with(deed)) {
                continue;
            }
            if !known.insert(format!("{} {}", form.action, names.join(" "))) {
                continue;
            }
            let (before, since) = (stored(&app), app.cell("SELECT max(id) FROM events"));
            let fields: Vec<(&str, &str)> =
                form.fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
            let answer = match form.is_multipart {
                true => person.send_files(&form.action, &fields, &[]).await,
                false => person.submit(&form.action, &fields).await,
            };
            let events = app.cell(&format!(
                "SELECT string_agg(entity || ' ' || operation || ' ' || coalesce(changed::text, ''), ', ') FROM events WHERE id > {since}"
            ));
            let after = stored(&app);
            let tables = before.iter().zip(&after).filter(|(before, after)| before != after);
            let tables: Vec<&str> = tables.map(|((name, _), _)| name.as_str()).collect();
            if !events.is_empty() || !tables.is_empty() || answer.status.is_server_error() {
                let to = &form.action;
                wrong.push(format!("{path}: {to} {} [{events}] {tables:?} with {fields:?}", answer.status));
            }
        }
    }
    assert!(known.len() >= at_least, "only {} forms: {known:#?}", known.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[actix_web::test]
async fn a_tenant_admins_untouched_forms_change_nothing() {
    nothing_changes("ada@acme.test", 20).await;
}

#[actix_web::test]
async fn an_agents_untouched_forms_change_nothing() {
    nothing_changes("grace@acme.test", 15).await;
}

#[actix_web::test]
async fn a_reps_untouched_forms_change_nothing() {
    nothing_changes("chloe@acme.test", 15).await;
}

#[actix_web::test]
async fn a_customers_admins_untouched_forms_change_nothing() {
    nothing_changes("carol@northwind.test", 5).await;
}

#[actix_web::test]
async fn a_customers_users_untouched_forms_change_nothing() {
    nothing_changes("cody@northwind.test", 4).await;
}

#[actix_web::test]
async fn a_platform_admins_untouched_forms_change_nothing() {
    nothing_changes("root@clientele.test", 4).await;
}
