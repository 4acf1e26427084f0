//! Background work: what an event or a clock gave rise to, taken from one queue by any number of workers (SPEC §15).
//!
//! A task runs at least once and has its effect once: what a handler writes and the note that the task is done are one transaction,
//! which fails if another worker was given the task meanwhile. Only what leaves the database (a mail) may happen twice.
//!
//! Each handler works in a lane, which has threads of its own, and tenants take turns in it: neither a slow mail server nor a tenant with
//! ten thousand tasks holds up anything but their own.
mod claiming;
mod clock;
mod handlers;
mod lanes;
pub mod listening;
pub mod live;
mod routes;
mod running;
pub mod wakeup;
mod worker;

pub use claiming::{Queued, counts};
pub use handlers::{Errand, Handler, Job, PermanentFailure, Record, Task, Tools, Work};
pub use lanes::Lane;
pub use routes::sync;
pub use running::run_all;
pub use worker::{Workers, connections};
