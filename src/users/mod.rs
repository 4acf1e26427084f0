//! Everybody who signs in: who they are, what they are granted, and those who manage them: admins of the tenant in the console, a
//! `customer_admin` in the portal.
pub mod console;
mod emails;
pub mod entity;
mod form;
mod inviting;
mod listing;
mod model;
mod pages;
pub mod portal;
pub mod subscribers;
pub mod urls;

pub use form::{offered, portal_roles};
pub use inviting::{Invitation, invite, invite_first_admin};
pub use listing::{ACCOUNTS, OF_CUSTOMER};
pub use model::{ChangeUser, State, change};
