//! What is neither the database, nor the web, nor background work: mail, files, and their like.
pub mod charts;
pub mod dns;
pub mod files;
pub mod mail;
pub mod metrics;
pub mod passwords;
pub mod postgres;
