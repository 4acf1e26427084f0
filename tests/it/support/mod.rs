//! People make requests of the real server, over HTTP, on a database of their own.
#![allow(dead_code, reason = "a vocabulary: some words wait for the feature that needs them")]
pub mod cast;
pub mod desk;
pub mod encrypted;
pub mod live;
pub mod mail_server;
pub mod postgres;
mod watched;

use actix_web::{HttpServer, cookie::Key};
use clientele::customers::portable::{self, Restored};
use clientele::infra::{
    db::{Db, Scope},
    jobs::{self, Tools, listening, live::Live},
    services::{
        dns::Dns,
        files::{Files, Limits},
        mail::Mailer,
        passwords::Cost,
    },
    web::{
        app::{self, Settings},
        assets,
        client::Proxies,
        limits::pace::Pace,
        sessions::PgSessions,
    },
};
use clientele::routing::HANDLERS;
use diesel::{RunQueryDsl, sql_query, sql_types};
pub use postgres::{TestDatabase, lasting_schema_of, schema_of};
use reqwest::{Client, StatusCode, header, redirect::Policy};
use scraper::{Html, Selector};
use std::sync::LazyLock;
pub use watched::{Sending, Watched};

static ASSETS: LazyLock<std::path::PathBuf> = LazyLock::new(|| {
    let dir = std::env::temp_dir().join("clientele-test-assets");
    assets::prepare(&dir).unwrap();
    dir
});

/// A running server.
pub struct TestApp {
    pub database: TestDatabase,
    pub db: Db,
    pub url: String,
    pub live: Live,
    /// What was mailed: `app.mailer.kept()`.
    pub mailer: Mailer,
    /// What the owners of domains say: `app.dns.set(..)`.
    pub dns: Dns,
    /// Where uploads lie.
    pub files: Files,
    settings: Settings,
    server: actix_web::dev::ServerHandle,
}

/// A second server on the same database.
pub struct Another {
    url: String,
    server: actix_web::dev::ServerHandle,
}

impl Drop for Another {
    fn drop(&mut self) {
        drop(self.server.stop(false));
    }
}

fn serve(db: Db, live: Live, settings: Settings) -> (String, actix_web::dev::ServerHandle) {
    let build = move || app::build(db.clone(), live.clone(), settings.clone(), clientele::routes);
    let server = HttpServer::new(build).workers(1).disable_signals().bind(("127.0.0.1", 0)).unwrap();
    let url = format!("http://{}", server.addrs()[0]);
    let server = server.run();
    let handle = server.handle();
    actix_web::rt::spawn(server);
    (url, handle)
}

/// Somebody with a browser of their own.
pub struct Person {
    client: Client,
    url: String,
    background: (Db, Tools),
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub location: String,
    pub headers: header::HeaderMap,
    pub body: String,
}

#[derive(diesel::QueryableByName)]
struct Cell {
    #[diesel(sql_type = sql_types::Nullable<sql_types::Text>)]
    cell: Option<String>,
}

fn listening_live(db: &Db) -> Live {
    Live::start(db.clone(), Key::from(&[7; 64]), listening::start(db.login()).unwrap().events).unwrap()
}

fn demo_world(customers: usize) -> TestDatabase {
    let database = TestDatabase::empty();
    let mut owner = database.owner();
    clientele::infra::db::migrations::run(&mut owner, HANDLERS).unwrap();
    clientele::demo::fill(&mut owner, customers, Cost::Cheapest, &mut |_| ()).unwrap();
    database
}

/// A client that gives a connection up before the server does: else it may send on one that is just being closed.
fn client() -> reqwest::ClientBuilder {
    Client::builder().pool_idle_timeout(std::time::Duration::from_secs(2))
}

impl TestApp {
    /// Starts the server on a free port.
    pub async fn start() -> Self {
        Self::started(|_| Live::silent())
    }

    /// With other settings.
    pub async fn start_with(change: impl FnOnce(&mut Settings)) -> Self {
        Self::started_on(TestDatabase::new(), |_| Live::silent(), change)
    }

    /// With live pages, which need a thread and a connection that listens.
    pub async fn start_live() -> Self {
        Self::started(listening_live)
    }

    /// With the demo world in place of the cast.
    pub async fn start_demo(customers: usize) -> Self {
        Self::started_on(demo_world(customers), |_| Live::silent(), |_| ())
    }

    /// With the demo world and with live pages.
    pub async fn start_live_demo(customers: usize) -> Self {
        Self::started_on(demo_world(customers), listening_live, |_| ())
    }

    /// On a database that is filled already.
    pub fn start_on(database: TestDatabase) -> Self {
        Self::started_on(database, |_| Live::silent(), |_| ())
    }

    fn started(live: impl FnOnce(&Db) -> Live) -> Self {
        Self::started_on(TestDatabase::new(), live, |_| ())
    }

    fn started_on(
        database: TestDatabase,
        live: impl FnOnce(&Db) -> Live,
        change: impl FnOnce(&mut Settings),
    ) -> Self {
        let db = Db::connect(&database.logins(), 8, clientele::ENTITIES).unwrap();
        let live = live(&db);
        let (mailer, dns) = (Mailer::in_memory(), Dns::in_memory());
        let files = Files::in_memory().limited(Limits { size: 1 << 20, number: 3 });
        let mut settings = Settings {
            key: Key::from(&[7; 64]),
            secure: false,
            session_seconds: 3600,
            cost: Cost::Cheapest,
            proxies: Proxies::none(),
            development: true,
            assets: ASSETS.clone(),
            public_url: "https://clientele.test".into(),
            mailer: mailer.clone(),
            dns: dns.clone(),
            files: files.clone(),
            pace: Pace::default(),
            sessions: PgSessions::new(db.clone()),
            site: clientele::site::SITE,
        };
        change(&mut settings);
        let (url, server) = serve(db.clone(), live.clone(), settings.clone());
        Self { database, db, url, live, mailer, dns, files, settings, server }
    }

    /// Starts a second server on the same database, which shares nothing else with the first.
    pub fn another(&self) -> Another {
        let db = Db::connect(&self.database.logins(), 8, clientele::ENTITIES).unwrap();
        let settings = Settings { sessions: PgSessions::new(db.clone()), ..self.settings.clone() };
        let (url, server) = serve(db, Live::silent(), settings);
        Another { url, server }
    }

    /// Somebody who is not signed in.
    pub fn visitor(&self) -> Person {
        let client = client().cookie_store(true).redirect(Policy::none()).build().unwrap();
        Person { client, url: self.url.clone(), background: (self.db.clone(), self.tools()) }
    }

    /// The same from another address: any of `127.0.0.0/8`.
    pub fn visitor_from(&self, address: &str) -> Person {
        let client = client().cookie_store(true).redirect(Policy::none());
        let client = client.local_address(address.parse::<std::net::IpAddr>().unwrap()).build().unwrap();
        Person { client, url: self.url.clone(), background: (self.db.clone(), self.tools()) }
    }

    /// Somebody of the cast, signed in through the real form: `"ada@acme.test"`.
    pub async fn person(&self, email: &str) -> Person {
        let person = self.visitor();
        let answer = person.submit("/login", &[("email", email), ("password", cast::PASSWORD)]).await;
        assert_eq!(answer.status, 303, "{email} could not sign in: {}", answer.text());
        person
    }

    /// A program that sends this token.
    pub fn program(&self, token: &str) -> Person {
        let mut headers = header::HeaderMap::new();
        headers.insert(header::AUTHORIZATION, format!("Bearer {token}").parse().unwrap());
        let client = client().default_headers(headers).redirect(Policy::none()).build().unwrap();
        Person { client, url: self.url.clone(), background: (self.db.clone(), self.tools()) }
    }

    /// Runs the background work that is due, and what it gives rise to. Returns how many tasks that were.
    pub async fn run_tasks(&self) -> usize {
        let (db, tools) = (self.db.clone(), self.tools());
        let all = move || jobs::run_all(&db, HANDLERS, &tools);
        actix_web::web::block(all).await.unwrap().unwrap()
    }

    /// What background work reaches the world with.
    fn tools(&self) -> Tools {
        Tools { mailer: self.mailer.clone(), files: self.files.clone(), ..Tools::default() }
    }

    /// One value, looked up behind the policies.
    pub fn cell(&self, sql: &str) -> String {
        let found: Cell = sql_query(format!("SELECT ({sql})::text AS cell"))
            .get_result(&mut self.database.owner())
            .unwrap_or_else(|e| panic!("{sql}: {e}"));
        found.cell.unwrap_or_default()
    }

    /// The texts of a query of one column, behind the policies.
    pub fn rows(&self, sql: &str) -> Vec<String> {
        let found: Vec<Cell> =
            sql_query(format!("SELECT row_text::text AS cell FROM ({sql}) AS found (row_text)"))
                .load(&mut self.database.owner())
                .unwrap_or_else(|e| panic!("{sql}: {e}"));
        found.into_iter().filter_map(|row| row.cell).collect()
    }

    /// Runs SQL behind the policies.
    pub fn sql(&self, sql: &str) {
        use diesel::connection::SimpleConnection;
        self.database.owner().batch_execute(sql).unwrap_or_else(|e| panic!("{sql}: {e}"));
    }

    /// Restores a customer from its document, in this tenant.
    pub fn restore(&self, slug: &str, document: &str) -> Result<Restored, String> {
        let scope = self.system(slug);
        let work = || self.db.write_blocking(&scope, |tx| portable::restore(tx, &self.files, document));
        // As at the command line: on a thread that may wait for the store of files.
        let outcome = std::thread::scope(|threads| threads.spawn(work).join().unwrap());
        outcome.map_err(|error| error.to_string())
    }

    /// The id of the customer of this name.
    pub fn customer(&self, name: &str) -> String {
        self.cell(&format!("SELECT id FROM customers WHERE name = '{}'", name.replace('\'', "''")))
    }

    /// A tenant's background scope, to call verbs directly.
    pub fn system(&self, slug: &str) -> Scope {
        Scope::system(self.cell(&format!("SELECT id FROM tenants WHERE slug = '{slug}'")).parse().unwrap())
    }

    /// Adds this many customers to Acme: "Customer 00001" and so on.
    pub fn crowd(&self, many: usize) {
        self.sql(&format!(
            "INSERT INTO customers (tenant_id, name, customer_type, lifecycle_stage, created_at, updated_at)
             SELECT (SELECT id FROM tenants WHERE slug = 'acme'), 'Customer ' || to_char(n, 'FM00000'), 'business', 'active',
                    now() - n * interval '1 minute', now() - n * interval '1 minute' FROM generate_series(1, {many}) n; ANALYZE customers"
        ));
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.live.stop();
        // Its connections end with the database, which is dropped by force.
        drop(self.server.stop(false));
    }
}

impl Person {
    /// The same browser at another server.
    pub fn at(&self, other: &Another) -> Self {
        Self { client: self.client.clone(), url: other.url.clone(), background: self.background.clone() }
    }

    /// Has imports run that were started, and nothing else that waits.
    pub async fn run_imports(&self) {
        let at = HANDLERS.iter().position(|handler| handler.name == "run_import").unwrap();
        let (db, tools) = self.background.clone();
        let run = move || jobs::run_all(&db, std::slice::from_ref(&HANDLERS[at]), &tools);
        actix_web::web::block(run).await.unwrap().unwrap();
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        let response = request.send().await.unwrap();
        let location = response
            .headers()
            .get(header::LOCATION)
            .map(|v| v.to_str().unwrap().to_owned())
            .unwrap_or_default();
        let (status, headers) = (response.status(), response.headers().clone());
        let body = String::from_utf8_lossy(&response.bytes().await.unwrap()).into_owned();
        Answer { status, location, headers, body }
    }

    /// Opens a page.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.client.get(format!("{}{path}", self.url))).await
    }

    /// Sends a form.
    pub async fn submit(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        self.send(self.client.post(format!("{}{path}", self.url)).form(form)).await
    }

    /// Sends a form and opens the page that it leads to.
    pub async fn submit_and_follow(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        let answer = self.submit(path, form).await;
        assert_eq!(answer.status, 303, "POST {path}: {}", answer.text());
        self.get(&answer.location).await
    }

    /// Sends a body as it is.
    pub async fn post_raw(&self, path: &str, content_type: &str, body: Vec<u8>) -> Answer {
        let request =
            self.client.post(format!("{}{path}", self.url)).header(header::CONTENT_TYPE, content_type);
        self.send(request.body(body)).await
    }

    /// Any request at all.
    pub async fn request(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Answer {
        let method = method.parse().unwrap();
        let mut request = self.client.request(method, format!("{}{path}", self.url));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(if body.is_empty() { request } else { request.body(body) }).await
    }

    /// Sends JSON.
    pub async fn send_json(&self, path: &str, json: &str) -> Answer {
        self.post_raw(path, "application/json", json.to_owned().into_bytes()).await
    }

    /// Sends JSON with a further header.
    async fn send_json_with(&self, path: &str, json: &str, name: &str, value: &str) -> Answer {
        let request =
            self.client.post(format!("{}{path}", self.url)).header(header::CONTENT_TYPE, "application/json");
        self.send(request.header(name, value).body(json.to_owned())).await
    }

    /// Sends JSON that is to be taken once, however often it comes.
    pub async fn send_json_once(&self, path: &str, json: &str, key: &str) -> Answer {
        self.send_json_with(path, json, "idempotency-key", key).await
    }

    /// Sends JSON as a page of another site would.
    pub async fn send_json_from(&self, path: &str, json: &str, origin: &str) -> Answer {
        self.send_json_with(path, json, "origin", origin).await
    }

    /// Deletes what is there.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send(self.client.delete(format!("{}{path}", self.url))).await
    }

    /// Uploads a file in a form.
    pub async fn upload(&self, path: &str, field: &str, name: &str, content: Vec<u8>) -> Answer {
        let part = reqwest::multipart::Part::bytes(content).file_name(name.to_owned());
        let form = reqwest::multipart::Form::new().part(field.to_owned(), part);
        self.send(self.client.post(format!("{}{path}", self.url)).multipart(form)).await
    }

    /// Uploads a file in a form with a key.
    pub async fn upload_once(&self, path: &str, field: &str, name: &str, content: &str, key: &str) -> Answer {
        let part = reqwest::multipart::Part::bytes(content.as_bytes().to_vec()).file_name(name.to_owned());
        let form = reqwest::multipart::Form::new().text("submission", key.to_owned());
        let form = form.part(field.to_owned(), part);
        self.send(self.client.post(format!("{}{path}", self.url)).multipart(form)).await
    }

    /// Sends a form with further headers.
    pub async fn submit_with(&self, path: &str, form: &[(&str, &str)], headers: &[(&str, &str)]) -> Answer {
        let mut request = self.client.post(format!("{}{path}", self.url)).form(form);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request).await
    }
}

impl Answer {
    /// The text of a CSV file, which is written as every other: with the mark of UTF-8 and line ends that spreadsheets write.
    pub fn csv(&self) -> &str {
        self.assert_ok();
        assert_eq!(self.headers["content-type"], "text/csv; charset=utf-8");
        assert!(self.headers["content-disposition"].to_str().unwrap().starts_with("attachment; filename=\""));
        assert_eq!(self.headers["cache-control"], "private, no-store");
        assert!(self.body.ends_with("\r\n"), "{}", self.body);
        self.body.strip_prefix('\u{feff}').expect("begins with the mark of UTF-8")
    }

    /// What a reader sees, in one line.
    pub fn text(&self) -> String {
        let html = Html::parse_document(&self.body);
        let body = Selector::parse("main, body").unwrap();
        let text = html.select(&body).next().map(|b| b.text().collect::<String>()).unwrap_or_default();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The text of every element that matches.
    pub fn all(&self, selector: &str) -> Vec<String> {
        let html = Html::parse_document(&self.body);
        html.select(&Selector::parse(selector).unwrap())
            .map(|e| e.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" "))
            .collect()
    }

    /// An attribute of the first element that matches.
    pub fn attribute(&self, selector: &str, name: &str) -> Option<String> {
        let html = Html::parse_document(&self.body);
        let found = html.select(&Selector::parse(selector).unwrap()).next()?;
        found.value().attr(name).map(str::to_owned)
    }

    /// An attribute of every element that matches.
    pub fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        let html = Html::parse_document(&self.body);
        let wanted = Selector::parse(selector).unwrap();
        html.select(&wanted).filter_map(|element| element.value().attr(name).map(str::to_owned)).collect()
    }

    /// What a program gets.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    pub fn assert_ok(&self) -> &Self {
        assert_eq!(self.status, 200, "{}", self.text());
        self
    }

    pub fn assert_not_found(&self) -> &Self {
        assert_eq!(self.status, 404, "{}", self.text());
        self
    }

    pub fn assert_status(&self, status: u16) -> &Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        self
    }

    pub fn assert_text(&self, wanted: &str) -> &Self {
        assert!(self.text().contains(wanted), "“{wanted}” is not in: {}", self.text());
        self
    }

    pub fn assert_no_text(&self, unwanted: &str) -> &Self {
        assert!(!self.text().contains(unwanted), "“{unwanted}” is in: {}", self.text());
        self
    }
}
