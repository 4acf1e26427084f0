//! The worker process's threads: one keeps house, one takes tasks for all lanes, and each lane has some that run them.
use super::{
    claiming,
    clock::Clock,
    handlers::{Handler, Tools},
    lanes::{self, Group, Lane, Turns},
    running::{self, Worker},
};
use crate::infra::{db::Db, jobs::wakeup::Wakeup};
use crossbeam_channel::{Receiver, Sender};
use diesel::{PgConnection, RunQueryDsl, connection::SimpleConnection, sql_query};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI32, AtomicUsize, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

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
    lanes: Vec<Busy>,
}

/// A lane, and how much of it is taken.
struct Busy {
    lane: Lane,
    threads: usize,
    taken: AtomicUsize,
}

/// A group of tasks, and the number under which it was claimed.
type Order = (i32, Group);

/// How many connections to the database these handlers use at most, where each lane is granted so many threads. They get a pool of their
/// own of this size, so that pages never wait for theirs.
pub fn connections(handlers: &[Handler], granted: usize) -> u32 {
    let threads = lanes::all(handlers).into_iter().map(|lane| {
        // An import notes beside its transaction how far it is.
        lane.threads(granted) * if lane.is_alone { 2 } else { 1 }
    });
    // And one to claim, one to keep house.
    u32::try_from(threads.sum::<usize>() + 2).unwrap_or(u32::MAX)
}

impl Workers {
    /// Starts them, `granted` for each lane, with what its own bound allows. `wakeup` rings when there is a new task.
    pub fn start(
        db: Db,
        wakeup: Wakeup,
        handlers: &'static [Handler],
        tools: Tools,
        granted: usize,
    ) -> std::io::Result<Self> {
        let lanes = lanes::all(handlers)
            .into_iter()
            .map(|lane| Busy { lane, threads: lane.threads(granted), taken: AtomicUsize::new(0) })
            .collect();
        let shared = Arc::new(Shared {
            db,
            wakeup,
            handlers,
            tools,
            stopping: AtomicBool::new(false),
            number: AtomicI32::new(0),
            lanes,
        });
        let mut started = Self { shared: shared.clone(), threads: vec![] };
        let keeper = shared.clone();
        started.spawn("tasks".into(), move || keeper.keep_house())?;
        let mut desks = vec![];
        for (at, Busy { lane, threads, .. }) in shared.lanes.iter().enumerate() {
            // As many wait as there are threads, so that none waits for another.
            let (desk, orders) = crossbeam_channel::bounded(*threads);
            desks.push(desk);
            for number in 1..=*threads {
                let (worker, orders) = (shared.clone(), orders.clone());
                started.spawn(format!("{}-{number}", lane.name), move || worker.work(at, &orders))?;
            }
        }
        started.spawn("claims".into(), move || shared.share_out(&desks))?;
        Ok(started)
    }

    fn spawn(&mut self, name: String, work: impl FnOnce() + Send + 'static) -> std::io::Result<()> {
        self.threads.push(thread::Builder::new().name(name).spawn(work)?);
        Ok(())
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

    /// Takes tasks for whichever lanes have threads free, until it is stopped; with it go the desks, and the threads at them.
    fn share_out(&self, desks: &[Sender<Order>]) {
        let mut turns = Turns::new(self.handlers, self.lanes.iter().map(|busy| busy.lane).collect());
        while !self.is_stopping() {
            let heard = self.wakeup.heard();
            let number = self.number.load(Ordering::SeqCst);
            let free: Vec<i32> = self.lanes.iter().map(Busy::free).collect();
            let claimed = match number {
                0 => Ok(vec![]),
                _ if free.iter().all(|free| *free == 0) => Ok(vec![]),
                number => claiming::claim(&self.db, number, &mut turns, &free),
            };
            let nap = match claimed {
                Ok(groups) => {
                    for group in groups {
                        let lane = turns.lane_of(group.0);
                        if let (Some(busy), Some(desk)) = (self.lanes.get(lane), desks.get(lane)) {
                            busy.taken.fetch_add(1, Ordering::SeqCst);
                            // Its threads end after this one.
                            let _ = desk.send((number, group));
                        }
                    }
                    NAP
                }
                Err(error) => {
                    tracing::warn!(?error, "could not take tasks");
                    Duration::from_millis(500)
                }
            };
            // Rung by a new task, and by each thread that is free again.
            self.wakeup.wait(heard, nap);
        }
    }

    fn work(&self, lane: usize, orders: &Receiver<Order>) {
        for (number, (handler, tasks)) in orders {
            let worker = Worker { db: &self.db, number, tools: &self.tools, stopping: &self.stopping };
            running::run(&worker, handler, &tasks);
            if let Some(busy) = self.lanes.get(lane) {
                busy.taken.fetch_sub(1, Ordering::SeqCst);
            }
            self.wakeup.ring();
        }
    }
}

impl Busy {
    fn free(&self) -> i32 {
        i32::try_from(self.threads.saturating_sub(self.taken.load(Ordering::SeqCst))).unwrap_or(i32::MAX)
    }
}
