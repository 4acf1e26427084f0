//! The one connection on which PostgreSQL tells this process that something happened (`NOTIFY`, SPEC §15, §17).
use crate::infra::{db::logins::Login, jobs::wakeup::Wakeup};
use futures_util::stream::{self, StreamExt};
use std::time::Duration;
use tokio::sync::watch;
use tokio_postgres::{AsyncMessage, NoTls};

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
    let login = login.clone();
    let (notify, events) = watch::channel(());
    let signals = Signals { tasks: Wakeup::default(), events };
    let wakeup = signals.tasks.clone();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    std::thread::Builder::new().name("listener".into()).spawn(move || {
        runtime.block_on(async {
            loop {
                if let Err(error) = listen(&login, &wakeup, &notify).await {
                    tracing::debug!(%error, "not listening to the database; asking it once a second");
                }
                wakeup.ring();
                notify.send_replace(());
                tokio::time::sleep(PAUSE).await;
            }
        });
    })?;
    Ok(signals)
}

/// Listens until the connection ends.
async fn listen(
    login: &Login,
    wakeup: &Wakeup,
    notify: &watch::Sender<()>,
) -> Result<(), tokio_postgres::Error> {
    let mut config: tokio_postgres::Config = login.url().parse()?;
    config.keepalives_idle(Duration::from_secs(10)).connect_timeout(Duration::from_secs(10));
    let (client, mut connection) = config.connect(NoTls).await?;
    let mut messages = stream::poll_fn(move |cx| connection.poll_message(cx));
    let heard = async {
        while let Some(message) = messages.next().await {
            match message? {
                AsyncMessage::Notification(heard) if heard.channel() == "tasks" => wakeup.ring(),
                AsyncMessage::Notification(heard) if heard.channel() == "events" => {
                    notify.send_replace(());
                }
                _ => {}
            }
        }
        Ok(())
    };
    let ask = async {
        client.batch_execute(&format!("{}LISTEN tasks; LISTEN events", login.beginning())).await?;
        // What came before we listened was told to nobody.
        wakeup.ring();
        notify.send_replace(());
        std::future::pending::<()>().await;
        Ok::<_, tokio_postgres::Error>(())
    };
    tokio::select! { ended = heard => ended, ended = ask => ended }
}
