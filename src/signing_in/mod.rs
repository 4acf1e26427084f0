//! Signing in and out, and one's own account: where one is signed in, one's password and preferences. One `/login` serves
//! everybody; who they are decides where they land.
pub mod account;
pub mod api;
mod letters;
mod model;
mod new_email;
mod new_email_letters;
pub mod pages;
pub mod profile;
pub mod reactions;
mod reset_letter;
mod throttle;

pub use model::sign_in_hash;
pub use pages::enter;
pub use throttle::Often;
