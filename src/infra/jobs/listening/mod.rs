//! The one connection on which PostgreSQL tells this process that something happened (`NOTIFY`, SPEC §15, §17).
//!
//! Diesel's connections are libpq's; this one is not, so `address` and `tls` give it libpq's view of a `DATABASE_URL`.
mod address;
mod tls;

use crate::infra::{db::logins::Login, jobs::wakeup::Wakeup};
use address::{Mode, Tls};
use futures_util::stream::{self, StreamExt};
use std::time::Duration;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::watch,
};
use tokio_postgres::{AsyncMessage, Client, Config, Connection, NoTls, config::SslMode};

/// How long to wait before the next try to connect. Meanwhile everybody is woken at each try, so that work and pages go on, only later.
const PAUSE: Duration = Duration::from_secs(1);

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
        let mut messages = stream::poll_fn(move |cx| connection.poll_message(cx));
        let beginning = format!("{}LISTEN tasks; LISTEN events", self.login.beginning());
        let ask = client.batch_execute(&beginning);
        tokio::pin!(ask);
        loop {
            tokio::select! {
                answer = &mut ask, if !self.is_listening => {
                    answer?;
                    self.is_listening = true;
                    // What came before we listened was told to nobody.
                    self.wake();
                }
                message = messages.next() => match message.transpose()? {
                    Some(AsyncMessage::Notification(heard)) if heard.channel() == "tasks" => self.wakeup.ring(),
                    Some(AsyncMessage::Notification(heard)) if heard.channel() == "events" => {
                        self.notify.send_replace(());
                    }
                    Some(_) => {}
                    None => anyhow::bail!("the connection ended"),
                }
            }
        }
    }
}
