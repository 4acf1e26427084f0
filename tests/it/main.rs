//! Drives the real server over HTTP on a real PostgreSQL: `cargo nextest run`.
mod access;
mod bulk;
mod contacts;
mod customers;
mod exports;
mod imports;
mod isolation;
mod migrations;
mod saved_views;
mod schema;
mod search;
mod signing_in;
mod source;
mod statistics;
mod support;
mod tags;
mod tasks;
