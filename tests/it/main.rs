//! Drives the real server over HTTP on a real PostgreSQL: `cargo nextest run`.
mod bulk;
mod contacts;
mod customers;
mod exports;
mod imports;
mod isolation;
mod saved_views;
mod signing_in;
mod statistics;
mod support;
mod tags;
