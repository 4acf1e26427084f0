//! Everybody who signs in: who they are, what they are granted, and those who manage them: admins of the tenant in the console, a
//! `customer_admin` in the portal.
mod inviting;
mod letters;
pub mod reactions;

pub use inviting::{Invitation, invite, invite_again, invite_first_admin};
