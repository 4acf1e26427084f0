//! Background work: what an event or a clock gave rise to, taken from one queue by any number of workers (SPEC §15).
//!
//! A task runs at least once and has its effect once: what a handler writes and the note that the task is done are one transaction,
//! which fails if somebody else was given the task meanwhile. Only what leaves the database (a mail) may happen twice.
mod claiming;
mod clock;
mod handlers;
pub mod listening;
pub mod live;
mod running;
pub mod wakeup;
mod worker;

pub use claiming::{Queued, counts};
pub use handlers::{Handler, Job, PermanentFailure, Task, Tools, sync};
pub use running::run_all;
pub use worker::Workers;
