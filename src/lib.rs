//! Clientele: a customer-management server. Each module is a feature; `platform` is the plumbing under them.
pub mod platform;
