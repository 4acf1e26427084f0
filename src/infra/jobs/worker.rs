//! The worker process's threads: one that keeps house, the others run tasks.
use super::{
    claiming,
    clock::Clock,
    handlers::{Handler, Tools},
    running,
};
use crate::infra::{db::Db, jobs::wakeup::Wakeup};
use diesel::{PgConnection, RunQueryDsl, connection::SimpleConnection, sql_query};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI32, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

/// How many tasks a thread takes at once.
const HANDFUL: i32 = 200;
/// How long a thread sleeps when nobody rings: a task that failed is tried again no later than this after its time.
const NAP: Duration = Duration::from_secs(5);

/// Threads that take tasks until they are stopped.
pub struct Workers {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

struct Shared {
    db: Db,
    wakeup: Wakeup,
    handlers: &'static [Handler],
    tools: Tools,
    stopping: AtomicBool,
    /// The number under which this process takes tasks; 0: none at the moment.
    number: AtomicI32,
}

impl Workers {
    /// Starts `threads` of them, and one that keeps house. `wakeup` rings when there is a new task.
    pub fn start(
        db: Db,
        wakeup: Wakeup,
        handlers: &'static [Handler],
        tools: Tools,
        threads: usize,
    ) -> std::io::Result<Self> {
        let shared = Arc::new(Shared {
            db,
            wakeup,
            handlers,
            tools,
            stopping: AtomicBool::new(false),
            number: AtomicI32::new(0),
        });
        let mut started = Self { shared: shared.clone(), threads: vec![] };
        let keeper = shared.clone();
        started.threads.push(thread::Builder::new().name("tasks".into()).spawn(move || keeper.keep_house())?);
        for number in 1..=threads {
            let worker = shared.clone();
            let name = format!("task-{number}");
            started.threads.push(thread::Builder::new().name(name).spawn(move || worker.work())?);
        }
        Ok(started)
    }

    /// Lets the tasks in hand end, and takes no more.
    pub fn stop(self) {
        self.shared.stopping.store(true, Ordering::SeqCst);
        self.shared.wakeup.ring();
        for thread in self.threads {
            if thread.join().is_err() {
                tracing::error!("a worker thread panicked");
            }
        }
    }
}

impl Shared {
    fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::SeqCst)
    }

    /// Holds the process's number, by a connection that does nothing else, and looks after what others left.
    fn keep_house(&self) {
        let mut holder: Option<PgConnection> = None;
        let mut clock = Clock::default();
        let mut heard = self.wakeup.heard();
        while !self.is_stopping() {
            if holder.as_mut().is_none_or(|conn| sql_query("SELECT 1").execute(conn).is_err()) {
                // Whatever ran under the old number is no longer ours: its end will be refused.
                self.number.store(0, Ordering::SeqCst);
                holder = self.enter();
                self.wakeup.ring();
            }
            if holder.is_some() {
                match claiming::requeue_abandoned(&self.db) {
                    Ok(0) => {}
                    Ok(found) => {
                        tracing::warn!(found, "gave back tasks of a worker that is gone");
                        self.wakeup.ring();
                    }
                    Err(error) => tracing::warn!(?error, "could not look for abandoned tasks"),
                }
                if let Err(error) = clock.tick(&self.db, self.handlers) {
                    tracing::warn!(?error, "could not ask for what is due");
                }
            }
            let nap = if holder.is_some() { NAP } else { Duration::from_millis(200) };
            let until = std::time::Instant::now() + nap;
            while !self.is_stopping() && std::time::Instant::now() < until {
                heard = self.wakeup.wait(heard, until.saturating_duration_since(std::time::Instant::now()));
            }
        }
    }

    fn enter(&self) -> Option<PgConnection> {
        let mut conn = self
            .db
            .login()
            .establish()
            .inspect_err(|error| tracing::warn!(%error, "no database for background work"))
            .ok()?;
        let entered = conn
            .batch_execute(
                "SET app.audience = 'system'; SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5",
            )
            .and_then(|()| claiming::enter(&mut conn));
        match entered {
            Ok(number) => {
                self.number.store(number, Ordering::SeqCst);
                Some(conn)
            }
            Err(error) => {
                tracing::warn!(%error, "no number for background work");
                None
            }
        }
    }

    fn work(&self) {
        let known: Vec<&str> = self.handlers.iter().map(|handler| handler.name).collect();
        while !self.is_stopping() {
            let heard = self.wakeup.heard();
            let number = self.number.load(Ordering::SeqCst);
            let claimed = match number {
                0 => Ok(vec![]),
                number => claiming::claim(&self.db, number, &known, HANDFUL),
            };
            match claimed {
                Ok(tasks) if !tasks.is_empty() => {
                    for (handler, tasks) in running::groups(self.handlers, tasks) {
                        running::run(&self.db, number, handler, &self.tools, &tasks);
                    }
                }
                Ok(_) => drop(self.wakeup.wait(heard, NAP)),
                Err(error) => {
                    tracing::warn!(?error, "could not take tasks");
                    self.wakeup.wait(heard, Duration::from_millis(500));
                }
            }
        }
    }
}
