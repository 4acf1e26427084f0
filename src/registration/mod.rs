//! Self-registration (SPEC §11): whoever has an address at a domain that a customer lists makes their own account there. A domain
//! counts once somebody who runs it has shown that it is the customer's: the names are everybody's, and so is nobody's word for them.
pub mod api;
mod body;
pub mod console;
mod domains;
mod letters;
mod model;
pub mod pages;
pub mod portal;
pub mod reactions;
mod settings;
mod verifying;
