//! Statistics: how many customers there are of each kind, and how many came and went by month, for those whom the reader may see.
mod answering;
pub mod console;
mod export;
mod model;
mod months;
pub mod urls;
