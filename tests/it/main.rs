//! Drives the real server over HTTP on a real PostgreSQL: `cargo nextest run`.
mod contacts;
mod customers;
mod signing_in;
mod support;
mod tags;
