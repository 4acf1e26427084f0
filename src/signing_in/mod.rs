//! Signing in and out, and one's own account: where one is signed in, one's password and preferences. One `/login` serves
//! everybody; who they are decides where they land.
pub mod account;
pub mod api;
pub mod checking;
mod counting;
mod letters;
mod model;
mod new_email;
mod new_email_letters;
mod own_password;
pub mod pages;
pub mod profile;
pub mod reactions;
mod reset_letter;

pub use checking::Check;
pub use counting::Often;
pub use model::sign_in_hash;
pub use pages::{Entering, address, enter, host};
