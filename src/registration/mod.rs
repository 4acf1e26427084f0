//! Self-registration (SPEC §11): whoever has an address at a domain that a customer lists makes their own account there. A domain
//! counts once somebody who runs it has shown that it is the customer's: the names are everybody's, and so is nobody's word for them.
pub mod api;
mod body;
pub mod console;
mod domains;
mod emails;
pub mod entity;
mod model;
pub mod open;
pub mod portal;
mod settings;
pub mod subscribers;
pub mod urls;
mod verifying;
