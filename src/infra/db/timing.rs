//! What a request spends its time on: statements, and the page that is made of what they found. Answers say it (`Server-Timing`).
use diesel::connection::{Instrumentation, InstrumentationEvent};
use std::{
    cell::Cell,
    sync::{
        Arc,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

tokio::task_local! {
    static CURRENT: Arc<Timing>;
}

thread_local! {
    /// Statements that this thread has sent.
    static SENT: Cell<u32> = const { Cell::new(0) };
}

/// Of one request.
#[derive(Debug, Default)]
pub struct Timing {
    statements: AtomicU32,
    /// In microseconds.
    database: AtomicU64,
    rendering: AtomicU64,
}

/// A duration in whole microseconds.
fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

impl Timing {
    /// Of the request at hand; `None` outside of one.
    pub(super) fn current() -> Option<Arc<Self>> {
        CURRENT.try_with(Arc::clone).ok()
    }

    /// Measures a request.
    pub async fn measure<T>(self: Arc<Self>, request: impl Future<Output = T>) -> T {
        CURRENT.scope(self, request).await
    }

    /// Makes a page, and adds the time that it takes.
    pub fn rendering<T>(make: impl FnOnce() -> T) -> T {
        let begun = Instant::now();
        let made = make();
        if let Some(timing) = Self::current() {
            timing.rendering.fetch_add(micros(begun.elapsed()), Ordering::Relaxed);
        }
        made
    }

    /// Adds a transaction that took so long, and sent so many statements besides its beginning and its end.
    pub(super) fn add(&self, took: Duration, statements: u32) {
        self.database.fetch_add(micros(took), Ordering::Relaxed);
        self.statements.fetch_add(statements, Ordering::Relaxed);
    }

    /// As the header has it, in milliseconds, after so much time in all.
    pub fn header(&self, total: Duration) -> String {
        let ms = |micros: u64| format!("{}.{:02}", micros / 1000, micros % 1000 / 10);
        let of = |figure: &AtomicU64| ms(figure.load(Ordering::Relaxed));
        let statements = self.statements.load(Ordering::Relaxed);
        format!(
            "db;dur={};desc=\"{statements} statements\", page;dur={}, total;dur={}",
            of(&self.database),
            of(&self.rendering),
            ms(micros(total))
        )
    }
}

/// How many statements this thread has sent so far.
pub(super) fn sent() -> u32 {
    SENT.get()
}

/// Counts what a connection sends.
pub(super) struct Counter;

impl Instrumentation for Counter {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if matches!(event, InstrumentationEvent::StartQuery { .. }) {
            SENT.set(SENT.get() + 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_says_what_it_took() {
        let timing = Timing::default();
        timing.add(Duration::from_micros(1_239), 4);
        timing.add(Duration::from_micros(10), 1);
        let header = timing.header(Duration::from_millis(3));
        assert_eq!(header, "db;dur=1.24;desc=\"5 statements\", page;dur=0.00, total;dur=3.00");
    }
}
