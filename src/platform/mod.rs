//! The plumbing: knows no feature.
pub mod app;
pub mod assets;
pub mod auth;
pub mod charts;
pub mod conflicts;
pub mod db;
pub mod errors;
pub mod events;
pub mod filters;
pub mod flash;
pub mod forms;
pub mod icons;
pub mod ids;
pub mod migrations;
pub mod pages;
pub mod paging;
pub mod passwords;
pub mod permissions;
pub mod postgres;
pub mod same_origin;
#[rustfmt::skip]
pub mod schema;
pub mod sessions;
pub mod shell;
pub mod sql;
pub mod urls;
