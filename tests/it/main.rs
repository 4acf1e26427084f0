//! Drives the real server over HTTP on a real PostgreSQL: `cargo nextest run`.
mod customers;
mod signing_in;
mod statistics;
mod support;
