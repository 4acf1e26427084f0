//! Tenants: the organisations that run a console. Platform admins see that they exist, and none of what they hold.
mod model;
pub mod platform;
