//! Values of the trade that know how they are written and read, and nothing of pages or tables.
pub mod lists;
