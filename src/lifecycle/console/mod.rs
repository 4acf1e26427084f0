//! What staff see of them, and do with them.
pub mod of_customer;
