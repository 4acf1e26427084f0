//! Saved views: lists of customers that somebody keeps under a name, for themselves or for all colleagues, and pins to the side bar.
pub mod console;
pub mod entity;
mod form;
mod model;
pub mod urls;
mod values;
