//! Drives the real server over HTTP on a real PostgreSQL: `cargo nextest run`.
mod contacts;
mod bulk;
mod customers;
mod saved_views;
mod signing_in;
mod statistics;
mod support;
mod tags;
