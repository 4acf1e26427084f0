//! The plumbing: knows no feature.
pub mod db;
pub mod entity;
pub mod jobs;
pub mod lists;
pub mod refusal;
pub mod services;
pub mod web;
