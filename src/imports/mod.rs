//! Imports: CSV files on their way into customers. Uploaded, matched with fields, checked row by row, run in one transaction, and
//! taken back from the log if need be.
mod applying;
mod checking;
pub mod console;
mod contact;
mod damage;
mod encodings;
pub mod entity;
mod fields;
mod file;
mod listing;
mod model;
mod names;
mod phones;
mod quotes;
mod reading;
mod resolving;
mod rows;
mod running;
mod shown;
mod staging;
mod state;
pub mod subscribers;
mod undoing;
pub mod urls;

pub use checking::Found;
pub use fields::Mapping;
pub use file::CsvFile;
pub use model::Import;
pub use state::ImportState;
pub use undoing::Undone;

use crate::infra::{
    db::{Tx, ids::ImportId},
    web::errors::Result,
};

/// Goes through the file of an import and keeps what is found.
///
/// # Errors
/// `Changed` where it has begun, so that it can no longer be.
pub fn check(tx: &mut Tx, id: ImportId, mapping: &Mapping, country: &str) -> Result<()> {
    let file = Import::file(tx, id)?;
    let examined = checking::examine(tx, &file, mapping, country, &mut None)?;
    Import::checked(tx, id, mapping, examined.found, &examined.bad.describe(&file)?)
}
