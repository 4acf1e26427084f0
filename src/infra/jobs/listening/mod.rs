//! The one connection by which this process hears that something happened (SPEC §15, §17).
//!
//! While there is something to hear it asks; in a calm it asks less often, and the first writer notifies (`NOTIFY`). Writers that come one
//! after another notify nobody, since PostgreSQL commits transactions that do one by one (see the migration `quiet_writers`).
//!
//! Diesel's connections are libpq's; this one is not, so `address` and `tls` give it libpq's view of a `DATABASE_URL`.
mod address;
mod position;
mod tls;

use crate::infra::{db::logins::Login, jobs::wakeup::Wakeup};
use address::{Mode, Tls};
use futures_util::stream::{self, StreamExt};
use position::{Found, Position};
use std::time::{Duration, Instant};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::{Notify, watch},
};
use tokio_postgres::{AsyncMessage, Client, Config, Connection, NoTls, config::SslMode};

/// How long to wait before the next try to connect. Meanwhile everybody is woken at each try, so that work and pages go on, only later.
const PAUSE: Duration = Duration::from_secs(1);

/// How often it asks while there is something to hear.
const AWAKE: Duration = Duration::from_millis(25);
/// How often in a calm, in which writers notify.
const ASLEEP: Duration = Duration::from_millis(250);
/// After so long without anything new there is a calm.
const CALM: Duration = Duration::from_secs(2);

/// What one process hears.
#[derive(Clone)]
pub struct Signals {
    /// Rings when there are new tasks.
    pub tasks: Wakeup,
    /// Changes when there are new events. Several may come as one.
    pub events: watch::Receiver<()>,
}

/// Starts to listen, on a thread of its own, for as long as the process lives.
pub fn start(login: &Login) -> std::io::Result<Signals> {
    let (notify, events) = watch::channel(());
    let signals = Signals { tasks: Wakeup::default(), events };
    let mut listener =
        Listener { login: login.clone(), wakeup: signals.tasks.clone(), notify, is_listening: false };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    std::thread::Builder::new().name("listener".into()).spawn(move || runtime.block_on(listener.run()))?;
    Ok(signals)
}

struct Listener {
    login: Login,
    wakeup: Wakeup,
    notify: watch::Sender<()>,
    /// Whether PostgreSQL has agreed to notify, on the connection that there is or was last.
    is_listening: bool,
}

impl Listener {
    async fn run(&mut self) {
        // What goes wrong is reported when it begins, not at each try.
        let mut is_reported = false;
        loop {
            self.is_listening = false;
            if let Err(error) = self.listen().await {
                if is_reported && !self.is_listening {
                    tracing::debug!("still not listening to the database: {error:#}");
                } else {
                    tracing::warn!(
                        "not listening to the database, which is asked once a second instead: {error:#}"
                    );
                }
                is_reported = true;
            }
            self.wake();
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Wakes everybody: for all that is known, there is something new.
    fn wake(&self) {
        self.wakeup.ring();
        self.notify.send_replace(());
    }

    /// Listens until the connection ends.
    async fn listen(&mut self) -> anyhow::Result<()> {
        let (mut config, tls) = address::read(self.login.url(), |name| std::env::var(name).ok())?;
        config.keepalives_idle(Duration::from_secs(10)).connect_timeout(Duration::from_secs(10));
        match tls.mode {
            Mode::Disable => self.plain(config).await,
            Mode::Allow => match self.plain(config.clone()).await {
                Err(_) if !self.is_listening => self.encrypted(config, SslMode::Require, &tls).await,
                ended => ended,
            },
            // Where the server has no TLS, or one that fails, it is done without.
            Mode::Prefer => match self.encrypted(config.clone(), SslMode::Prefer, &tls).await {
                Err(first) if !self.is_listening => self.plain(config).await.map_err(|_| first),
                ended => ended,
            },
            Mode::Require | Mode::VerifyCa | Mode::VerifyFull => {
                self.encrypted(config, SslMode::Require, &tls).await
            }
        }
    }

    async fn plain(&mut self, mut config: Config) -> anyhow::Result<()> {
        let (client, connection) = config.ssl_mode(SslMode::Disable).connect(NoTls).await?;
        self.hear(client, connection).await
    }

    async fn encrypted(&mut self, mut config: Config, mode: SslMode, tls: &Tls) -> anyhow::Result<()> {
        let (client, connection) = config.ssl_mode(mode).connect(tls::connector(tls)?).await?;
        self.hear(client, connection).await
    }

    async fn hear<S, T>(&mut self, client: Client, mut connection: Connection<S, T>) -> anyhow::Result<()>
    where
        S: AsyncRead + AsyncWrite + Unpin,
        T: AsyncRead + AsyncWrite + Unpin,
    {
        let notified = Notify::new();
        let mut messages = stream::poll_fn(move |cx| connection.poll_message(cx));
        let heard = async {
            while let Some(message) = messages.next().await {
                if let AsyncMessage::Notification(_) = message? {
                    notified.notify_one();
                }
            }
            anyhow::bail!("the connection ended")
        };
        tokio::select! { ended = heard => ended, ended = self.ask(&client, &notified) => ended }
    }

    /// Asks for what is new, until it can't any more.
    async fn ask(&mut self, client: &Client, notified: &Notify) -> anyhow::Result<()> {
        let begin = format!(
            "{}SET app.audience = 'system'; LISTEN tasks; LISTEN events; SELECT set_listeners_asleep(false)",
            self.login.beginning()
        );
        client.batch_execute(&begin).await?;
        let question =
            client.prepare("SELECT events, tasks, next, open FROM log_position($1, $2, $3)").await?;
        let (mut position, mut is_asleep, mut stirred) = (Position::default(), false, Instant::now());
        self.is_listening = true;
        loop {
            let (events, tasks) = position.seen();
            let row = client.query_one(&question, &[&position.until(), &events, &tasks]).await?;
            let found = Found {
                events: row.try_get("events")?,
                tasks: row.try_get("tasks")?,
                next: row.try_get("next")?,
                open: row.try_get("open")?,
            };
            // The first answer is of what came before we listened.
            let news = position.look(found);
            if news.tasks {
                self.wakeup.ring();
            }
            if news.events {
                self.notify.send_replace(());
            }
            if !position.is_settled() {
                stirred = Instant::now();
            }
            let may_sleep = stirred.elapsed() >= CALM;
            if may_sleep != is_asleep {
                is_asleep = may_sleep;
                client.batch_execute(&format!("SELECT set_listeners_asleep({is_asleep})")).await?;
                // Who wrote before that did not notify.
                continue;
            }
            let pause = if is_asleep { ASLEEP } else { AWAKE };
            tokio::select! { () = notified.notified() => {} () = tokio::time::sleep(pause) => {} }
        }
    }
}
