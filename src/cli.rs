//! What the subcommands do.
use crate::{
    config::{Config, SETTINGS},
    customers::portable::{self, Restored},
    infra::{
        db::{
            Db, Scope,
            ids::TenantId,
            logins::{self, Logins},
            migrations,
        },
        jobs::{self, Tools, Workers, listening, live::Live},
        services::{
            dns::Dns,
            passwords::{self, Cost},
            postgres::Cluster,
        },
        web::{
            app::{self, Settings},
            assets,
            limits::{self, pace::Pace},
            permissions::Role,
            sessions::PgSessions,
        },
    },
    routing::HANDLERS,
    values::{Email, PersonName, text},
};
use actix_web::HttpServer;
use anyhow::{Context, bail};
use diesel::{Connection, PgConnection, prelude::*, sql_types};
use std::{
    io::{BufRead, IsTerminal},
    path::Path,
};
use tracing_subscriber::EnvFilter;

/// The table of settings under `--help`.
pub fn settings_help() -> String {
    let mut text = String::from("Settings, by environment or in clientele.toml:\n");
    for (name, meaning, default) in SETTINGS {
        text.push_str(&format!("  {name:<30} {meaning} [{default}]\n"));
    }
    text
}

/// Sends the log to standard error.
pub fn start_logging(config: &Config) -> anyhow::Result<()> {
    let filter =
        EnvFilter::try_new(&config.log).with_context(|| format!("CLIENTELE_LOG: “{}”", config.log))?;
    // A request that is none is the business of who sent it, and anybody can send a million.
    let filter = filter.add_directive("actix_http::h1::dispatcher=off".parse()?);
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if config.log_json {
        log.json().init();
    } else {
        log.with_target(false).init();
    }
    Ok(())
}

/// The database: the one that is configured, or the private one, which lives as long as this value and its `stop`.
struct Database {
    url: String,
    cluster: Option<Cluster>,
}

impl Database {
    fn open(config: &Config) -> anyhow::Result<Self> {
        if let Some(url) = &config.database_url {
            return Ok(Self { url: url.clone(), cluster: None });
        }
        let cluster = Cluster::start(&config.data)?;
        Ok(Self { url: cluster.url(), cluster: Some(cluster) })
    }

    /// For a command that may run beside a server: joins the private database where one is up.
    fn join(config: &Config) -> anyhow::Result<Self> {
        if let Some(url) = &config.database_url {
            return Ok(Self { url: url.clone(), cluster: None });
        }
        let cluster = Cluster::start_or_join(&config.data)?;
        Ok(Self { url: cluster.url(), cluster: Some(cluster) })
    }

    /// A connection as the role that owns the tables, which are brought up to date.
    fn owner(&self) -> anyhow::Result<PgConnection> {
        let mut owner = PgConnection::establish(&self.url).context("the database can't be reached")?;
        migrations::run(&mut owner, HANDLERS)?;
        Ok(owner)
    }

    /// How the server's own roles log in.
    fn logins(&self, config: &Config, owner: &mut PgConnection) -> anyhow::Result<Logins> {
        match (&self.cluster, &config.logins) {
            (Some(cluster), _) => Ok(cluster.logins()),
            (None, Some((app, sign_in))) => logins::given(app, sign_in),
            (None, None) => logins::of(owner, &self.url, config.key().context("the secret key")?.master()),
        }
    }

    /// The door for the server's own work.
    fn door(&self, config: &Config, owner: &mut PgConnection, size: u32) -> anyhow::Result<Db> {
        connect(&self.logins(config, owner)?, size)
    }

    fn close(self) -> anyhow::Result<()> {
        if let Some(cluster) = self.cluster {
            cluster.stop()?;
        }
        Ok(())
    }
}

fn connect(logins: &Logins, size: u32) -> anyhow::Result<Db> {
    Db::connect(logins, size, crate::ENTITIES).context("the database can't be reached")
}

/// `clientele migrate`
pub fn migrate(config: &Config) -> anyhow::Result<()> {
    let database = Database::join(config)?;
    let mut owner = PgConnection::establish(&database.url).context("the database can't be reached")?;
    let run = migrations::run(&mut owner, HANDLERS)?;
    drop(owner);
    println!(
        "{}",
        if run.is_empty() {
            "The schema is up to date.".to_owned()
        } else {
            format!("Ran {}.", run.join(", "))
        }
    );
    database.close()
}

/// `clientele serve`
pub fn serve(config: &Config, demo: Option<usize>) -> anyhow::Result<()> {
    let database = Database::open(config)?;
    let outcome = serve_on(config, &database, demo);
    // The private database is stopped whatever became of the server.
    database.close()?;
    outcome
}

fn serve_on(config: &Config, database: &Database, demo: Option<usize>) -> anyhow::Result<()> {
    let mut owner = database.owner()?;
    if let Some(customers) = demo
        && is_empty(&mut owner)?
    {
        fill(&mut owner, customers)?;
    }
    let logins = database.logins(config, &mut owner)?;
    // Nothing that serves requests holds a session of the owner.
    drop(owner);
    let db = connect(&logins, config.db_pool)?;
    let failed = db.write_blocking(&Scope::background(None), |tx| {
        Ok(diesel::select(fail_abandoned_imports()).get_result::<i32>(tx.conn)?)
    })?;
    if failed > 0 {
        tracing::warn!(failed, "imports that an earlier server left unfinished");
    }
    let assets = config.data.join("assets");
    assets::prepare(&assets)
        .with_context(|| format!("the assets can't be written to {}", assets.display()))?;
    let tools = tools(config)?;
    let settings = Settings {
        key: config.key().context("the secret key")?,
        secure: config.is_secure(),
        session_seconds: config.session_seconds,
        cost: Cost::Real,
        proxies: config.proxies.clone(),
        development: config.development,
        assets,
        public_url: config.public_url.clone(),
        mailer: tools.mailer.clone(),
        dns: Dns::Network(config.dns),
        files: tools.files.clone(),
        pace: Pace::of(config.requests_per_minute),
        sessions: PgSessions::new(db.clone()),
        site: crate::site::SITE,
    };
    let (listen, workers, public) = (config.listen, config.workers, config.public_url.clone());
    let signals = listening::start(db.login()).context("the listener")?;
    start_metrics(config, &db)?;
    let background = match config.task_threads {
        0 => None,
        // Connections of its own: pages wait for none of them.
        threads => {
            let own = connect(&logins, jobs::connections(HANDLERS, threads))?;
            Some(start_workers(&own, &signals, tools, threads)?)
        }
    };
    let live =
        Live::start(db.clone(), settings.key.clone(), signals.events.clone()).context("the live pages")?;
    let served = actix_web::rt::System::new().block_on(async move {
        let streams = live.clone();
        let build = move || app::build(db.clone(), live.clone(), settings.clone(), crate::routes);
        let mut server = HttpServer::new(build)
            .disable_signals()
            .shutdown_timeout(10)
            .worker_max_blocking_threads(64)
            .max_connections(limits::CONNECTIONS.size())
            .keep_alive(limits::KEEP_ALIVE.time())
            .client_request_timeout(limits::HEAD_DEADLINE.time())
            .client_disconnect_timeout(limits::DISCONNECT.time());
        if workers > 0 {
            server = server.workers(workers);
        }
        let server = server
            .bind(listen)
            .with_context(|| format!("CLIENTELE_LISTEN: {listen} is taken or not ours"))?;
        println!("Clientele is at {public}");
        let running = server.run();
        let handle = running.handle();
        actix_web::rt::spawn(async move {
            if let Err(error) = until_told_to_stop().await {
                tracing::warn!(%error, "signals can't be heard");
                return;
            }
            // Requests are finished; streams have no end of their own.
            streams.stop();
            handle.stop(true).await;
        });
        running.await.context("the server stopped")
    });
    if let Some(background) = background {
        background.stop();
    }
    served
}

fn start_metrics(config: &Config, db: &Db) -> anyhow::Result<()> {
    match config.metrics {
        None => Ok(()),
        Some(listen) => crate::infra::services::metrics::start(listen, db.clone())
            .map(drop)
            .with_context(|| format!("CLIENTELE_METRICS: {listen} is taken or not ours")),
    }
}

/// What background work reaches the world with.
fn tools(config: &Config) -> anyhow::Result<Tools> {
    let files = config.files().context("CLIENTELE_FILES: uploads can't be kept there")?;
    Ok(Tools { mailer: config.mailer()?, public_url: config.public_url.clone(), files })
}

fn start_workers(
    db: &Db,
    signals: &listening::Signals,
    tools: Tools,
    threads: usize,
) -> anyhow::Result<Workers> {
    let mailer = tools.mailer.clone();
    // Nobody waits for the answer: without the mail server everything else works, and mails are sent when it is back.
    std::thread::spawn(move || {
        if let Err(problem) = mailer.check() {
            tracing::warn!("CLIENTELE_SMTP_URL: {problem}; mails wait until it can be");
        }
    });
    Workers::start(db.clone(), signals.tasks.clone(), HANDLERS, tools, threads).context("the background work")
}

/// `clientele worker`
pub fn worker(config: &Config) -> anyhow::Result<()> {
    let database = Database::join(config)?;
    let outcome = work_on(config, &database);
    database.close()?;
    outcome
}

fn work_on(config: &Config, database: &Database) -> anyhow::Result<()> {
    let threads = config.task_threads.max(1);
    let db = database.door(config, &mut database.owner()?, jobs::connections(HANDLERS, threads))?;
    let signals = listening::start(db.login()).context("the listener")?;
    start_metrics(config, &db)?;
    let workers = start_workers(&db, &signals, tools(config)?, threads)?;
    println!("Clientele works in the background, {threads} tasks of each kind at once at most");
    actix_web::rt::System::new().block_on(until_told_to_stop())?;
    workers.stop();
    Ok(())
}

async fn until_told_to_stop() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut term = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = term.recv() => Ok(()),
        pressed = tokio::signal::ctrl_c() => pressed,
    }
}

#[diesel::declare_sql_function]
extern "SQL" {
    fn fail_abandoned_imports() -> sql_types::Integer;
}

fn is_empty(owner: &mut PgConnection) -> anyhow::Result<bool> {
    use crate::infra::db::schema::{tenants, users};
    let has_tenant: bool =
        diesel::select(diesel::dsl::exists(tenants::table.select(tenants::id))).get_result(owner)?;
    let has_user: bool =
        diesel::select(diesel::dsl::exists(users::table.select(users::id))).get_result(owner)?;
    Ok(!has_tenant && !has_user)
}

/// `clientele demo`
pub fn demo(config: &Config, customers: usize) -> anyhow::Result<()> {
    let database = Database::join(config)?;
    let mut owner = database.owner()?;
    let outcome = fill(&mut owner, customers);
    drop(owner);
    database.close()?;
    outcome
}

fn fill(owner: &mut PgConnection, customers: usize) -> anyhow::Result<()> {
    let summary = crate::demo::fill(owner, customers, Cost::Real, &mut |progress| eprintln!("{progress}"))?;
    println!("{summary}");
    Ok(())
}

/// `clientele customer import`
pub fn import_customer(config: &Config, tenant: &str, file: &Path) -> anyhow::Result<()> {
    let document =
        std::fs::read_to_string(file).with_context(|| format!("{} can't be read", file.display()))?;
    let database = Database::join(config)?;
    let outcome = restore_customer(config, &database, tenant, &document);
    database.close()?;
    let restored = outcome?;
    println!("{} is back, with the id {}.", restored.name, restored.id);
    restored.notes.iter().for_each(|note| println!("{note}"));
    Ok(())
}

fn restore_customer(
    config: &Config,
    database: &Database,
    tenant: &str,
    document: &str,
) -> anyhow::Result<Restored> {
    use crate::infra::db::schema::tenants;
    let mut owner = database.owner()?;
    let id: Option<TenantId> = tenants::table
        .filter(tenants::slug.eq(tenant.to_lowercase()))
        .select(tenants::id)
        .first(&mut owner)
        .optional()?;
    let id = id.with_context(|| format!("--tenant: there is no tenant {tenant}"))?;
    let db = database.door(config, &mut owner, 1)?;
    let files = config.files().context("CLIENTELE_FILES: uploads can't be kept there")?;
    Ok(db.write_blocking(&Scope::system(id), |tx| portable::restore(tx, &files, document))?)
}

/// `clientele search rebuild`
pub fn rebuild_search(config: &Config) -> anyhow::Result<()> {
    let database = Database::join(config)?;
    let mut owner = database.owner()?;
    let outcome = crate::search::rebuild(&mut owner, &mut |tenant, documents| {
        println!("{tenant}: {documents} records");
    });
    drop(owner);
    database.close()?;
    Ok(outcome?)
}

/// `clientele check-phones`
pub fn check_phones(config: &Config) -> anyhow::Result<()> {
    let database = Database::join(config)?;
    let mut owner = database.owner()?;
    migrations::run(&mut owner, HANDLERS)?;
    let outcome = crate::customers::stored_phones::check(&mut owner, &mut |line| println!("{line}"));
    drop(owner);
    database.close()?;
    match outcome? {
        0 => Ok(()),
        1 => bail!("1 phone number can't be"),
        found => bail!("{found} phone numbers can't be"),
    }
}

/// `clientele isolation-check`
pub fn isolation_check(config: &Config) -> anyhow::Result<()> {
    let database = Database::join(config)?;
    let logins = database.logins(config, &mut database.owner()?)?;
    let outcome = crate::isolation::check(&database.url, &logins, &mut std::io::stdout().lock());
    database.close()?;
    if outcome? { Ok(()) } else { bail!("tenants are not kept apart") }
}

/// `clientele user create`
pub fn create_user(
    config: &Config,
    tenant: Option<&str>,
    email: &str,
    name: &str,
    roles: &[Role],
) -> anyhow::Result<()> {
    let is_platform = roles.contains(&Role::PlatformAdmin);
    if is_platform != tenant.is_none() || (is_platform && roles.len() > 1) {
        bail!("a platform admin has no tenant and no other role; everybody else needs --tenant");
    }
    if let Some(role) = roles.iter().find(|role| !role.is_staff() && **role != Role::PlatformAdmin) {
        bail!("{} belongs to a customer's portal: such accounts are made in the console", role.code());
    }
    let name: PersonName = name.parse().map_err(|problem| anyhow::anyhow!("--name: {problem}"))?;
    let name = name.as_str();
    let email: Email =
        text::line(email).parse().map_err(|_| anyhow::anyhow!("--email: {email} is no email address"))?;
    let password = read_password()?;
    if let Some(problem) = passwords::judge(&password, &[name, &email, tenant.unwrap_or_default()]) {
        bail!("the password: {problem}");
    }
    let key = config.key().context("the secret key")?;
    let hash = passwords::Hashing::of(&email, &key, Cost::Real).hash(&password)?;
    let database = Database::join(config)?;
    let mut owner = database.owner()?;
    let codes: Vec<&str> = roles.iter().map(|role| role.code()).collect();
    let made = owner.transaction(|conn| {
        if let Some(slug) = tenant {
            diesel::sql_query(
                "INSERT INTO tenants (name, slug) VALUES ($1, $2) ON CONFLICT (slug) DO NOTHING",
            )
            .bind::<sql_types::Text, _>(slug)
            .bind::<sql_types::Text, _>(slug.to_lowercase())
            .execute(conn)?;
        }
        diesel::sql_query(
            "INSERT INTO users (tenant_id, email, name, password_hash, roles)
             VALUES ((SELECT id FROM tenants WHERE slug = $1), $2, $3, $4, $5)",
        )
        .bind::<sql_types::Nullable<sql_types::Text>, _>(tenant.map(str::to_lowercase))
        .bind::<sql_types::Text, _>(&email)
        .bind::<sql_types::Text, _>(name)
        .bind::<sql_types::Text, _>(&hash)
        .bind::<sql_types::Array<sql_types::Text>, _>(codes)
        .execute(conn)
    });
    drop(owner);
    database.close()?;
    match made {
        Ok(_) => {
            println!("{email} can sign in.");
            Ok(())
        }
        Err(error) => match crate::infra::web::errors::AppError::constraint(&error) {
            Some("users_email_taken") => bail!("{email} has an account there already"),
            Some("tenants_slug_form") => bail!("--tenant: use letters, digits and hyphens"),
            _ => Err(error.into()),
        },
    }
}

fn read_password() -> anyhow::Result<String> {
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        eprintln!("Password (it will be visible as you type):");
    }
    let mut line = String::new();
    stdin.lock().read_line(&mut line)?;
    let password = line.trim_end_matches(['\r', '\n']).to_owned();
    if password.is_empty() {
        bail!("the password is read from standard input, and there was none");
    }
    Ok(password)
}
