//! Reading a file anew, as somebody has chosen: where its encoding, separator, quotation marks or header were guessed wrongly.
use super::mapping;

pub use crate::imports::{
    encodings::OFFERED as ENCODINGS,
    reading::{QUOTES, SEPARATORS},
};
use crate::{
    imports::{model::Import, reading::Reading},
    infra::{db::ids::ImportId, web::prelude::*},
    urls,
};
use actix_web::web::Path;
use serde::Deserialize;
use validator::Validate;

/// How a file is to be read.
#[derive(Clone, Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub struct ReadingForm {
    pub encoding: String,
    pub separator: String,
    pub quote: String,
    pub header: String,
    pub fill: String,
}

impl ReadingForm {
    /// A form that shows how it is read.
    pub fn of(reading: &Reading) -> Self {
        Self {
            encoding: reading.encoding.clone(),
            separator: reading.separator.clone(),
            quote: reading.quote.clone(),
            header: reading.header.to_string(),
            fill: if reading.fill { "true".into() } else { String::new() },
        }
    }

    fn reading(&self) -> Reading {
        Reading {
            encoding: self.encoding.clone(),
            separator: self.separator.clone(),
            quote: self.quote.clone(),
            header: self.header.parse().unwrap_or_default(),
            fill: self.fill == "true",
        }
    }
}

/// `POST /console/imports/{id}/reading`
pub async fn update(staff: Staff, id: Path<ImportId>, form: Submitted<ReadingForm>) -> PageResult {
    let id = *id;
    let chosen = form.values.reading();
    match staff.write(move |tx| Import::read_again(tx, id, chosen)).await {
        Ok(()) => see_other(urls::import_mapping(&id)),
        Err(AppError::Changed(_)) => mapping::has_begun(id),
        Err(error) => {
            let (form, why) = form.refused_by(of_choice(error))?;
            let loaded = mapping::load(&staff, id).await?;
            let chosen = loaded.0.mapping();
            mapping::page(&staff, loaded, &chosen, Submitted::blank(), Some(form)).refused(why)
        }
    }
}

/// Whatever is wrong with the file as a whole is so by the encoding that was chosen: as it was uploaded, it was right.
fn of_choice(error: AppError) -> AppError {
    let AppError::Invalid(mut refusals) = error else { return error };
    for refusal in refusals.iter_mut().filter(|refusal| refusal.field == "file") {
        refusal.field = "encoding".into();
    }
    AppError::Invalid(refusals)
}
