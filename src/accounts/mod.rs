//! Signing in and out, and one's own account: where one is signed in, one's password and preferences. One `/login` serves
//! everybody; who they are decides where they land.
pub mod api;
pub mod checking;
pub mod console;
mod counting;
mod emails;
pub mod entity;
mod model;
mod new_email;
mod new_email_letters;
pub mod open;
mod own_password;
pub mod portal;
mod reset_letter;
pub mod subscribers;
pub mod urls;

pub use checking::Check;
pub use counting::RateLimit;
pub use model::sign_in_hash;
pub use open::{Entering, address, enter, host};
