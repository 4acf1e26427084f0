//! Where passwords are hashed, verified and judged: on threads of their own, one a core, behind a short queue. So a burst of
//! sign-ins keeps no thread that others wait for (a page's, a statement's), needs memory for as many hashes as there are cores
//! (19 MiB each), and what would wait too long is refused before any work is done. The threads yield to all else. New passwords have a
//! thread to themselves: judging one can take a second, and must not keep those waiting who sign in.
use super::memory;
use crate::infra::web::{
    errors::{AppError, Result},
    limits,
};
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};
use std::{num::NonZero, sync::OnceLock, thread, time::Duration};
use tokio::sync::oneshot;

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// A password is compared with what is known.
    Check,
    /// A new password is judged, and hashed.
    New,
}

type Work = Box<dyn FnOnce() + Send>;

/// Threads behind a queue of bounded length.
struct Pool {
    queue: Sender<Work>,
}

impl Pool {
    fn start(threads: usize, length: usize) -> Self {
        let (queue, waiting) = crossbeam_channel::bounded::<Work>(length);
        for n in 0..threads {
            let waiting = waiting.clone();
            let worker = move || {
                step_back();
                while let Some(work) = next(&waiting) {
                    // A panic is told to whoever waits, by the sender that it drops.
                    std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).ok();
                }
            };
            if let Err(error) = thread::Builder::new().name(format!("passwords {n}")).spawn(worker) {
                tracing::error!(%error, "a thread for passwords could not be started");
            }
        }
        Self { queue }
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let (done, outcome) = oneshot::channel();
        let work = move || {
            // Who has hung up needs no answer.
            if !done.is_closed() {
                done.send(work()).ok();
            }
        };
        self.queue.try_send(Box::new(work)).map_err(|_| AppError::Unavailable)?;
        outcome.await.map_err(|_| AppError::internal("the work on a password was given up"))
    }
}

/// How long a thread without work keeps its memory.
const REST: Duration = Duration::from_millis(500);

fn next(waiting: &Receiver<Work>) -> Option<Work> {
    match waiting.recv_timeout(REST) {
        Ok(work) => Some(work),
        Err(RecvTimeoutError::Timeout) => {
            memory::give_back();
            waiting.recv().ok()
        }
        Err(RecvTimeoutError::Disconnected) => None,
    }
}

/// Lets everything else have the processor first.
fn step_back() {
    #[cfg(target_os = "linux")]
    // SAFETY: takes numbers only. On Linux "process 0" is the calling thread.
    unsafe {
        libc::setpriority(libc::PRIO_PROCESS, 0, 5);
    }
}

/// Does slow work on a password. `Unavailable` where too much of it waits already: then nothing was done.
pub async fn run<T: Send + 'static>(lane: Lane, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    static CHECK: OnceLock<Pool> = OnceLock::new();
    static NEW: OnceLock<Pool> = OnceLock::new();
    let pool = match lane {
        Lane::Check => CHECK.get_or_init(|| {
            let cores = thread::available_parallelism().map_or(1, NonZero::get);
            Pool::start(cores, limits::CHECKS_WAITING.size())
        }),
        Lane::New => NEW.get_or_init(|| Pool::start(1, limits::NEW_PASSWORDS_WAITING.size())),
    };
    pool.run(work).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::future::join_all;
    use std::sync::{Arc, mpsc::channel};

    #[actix_web::test]
    async fn as_many_wait_as_there_is_room_for_and_the_others_are_refused() {
        let pool = Arc::new(Pool::start(1, 3));
        let (go, wait) = channel::<()>();
        let (started, at_work) = oneshot::channel();
        let busy = pool.clone();
        let first = actix_web::rt::spawn(async move {
            busy.run(move || {
                started.send(()).ok();
                wait.recv().ok();
            })
            .await
        });
        at_work.await.unwrap();
        let others = (0..10).map(|n| pool.run(move || n));
        // All of them ask before any is answered.
        let release = async {
            actix_web::rt::task::yield_now().await;
            go.send(()).unwrap();
        };
        let (answers, ()) = tokio::join!(join_all(others), release);
        first.await.unwrap().unwrap();
        let served: Vec<i32> = answers.into_iter().filter_map(Result::ok).collect();
        assert_eq!(served, [0, 1, 2]);
    }

    #[actix_web::test]
    async fn a_panic_ends_one_piece_of_work_and_no_thread() {
        let pool = Pool::start(1, 3);
        let panicked = pool.run(|| assert_eq!(1, 2)).await;
        assert!(matches!(panicked, Err(AppError::Internal(_))));
        assert_eq!(pool.run(|| 7).await.unwrap(), 7);
    }
}
