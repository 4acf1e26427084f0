//! The first step: a file.
use super::Steps;
use crate::{
    imports::{
        file::{self, CsvFile, MOST_BYTES},
        model::Import,
    },
    platform::{
        auth::Staff,
        body::{self, Parts},
        errors::{AppError, Result},
        forms::{Submitted, clean_text},
        pages::{Page, PageResult, see_other},
        permissions::WriteCustomers,
        shell::{Section, Shell},
        submissions::{FIELD, Submission},
        urls,
    },
};
use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{ContentDisposition, DispositionParam, DispositionType},
    web,
};
use askama::Template;
use futures_util::TryStreamExt;
use sha2::{Digest, Sha256};

/// What is read of an upload that is too large before giving up: a browser shows an answer only after it has sent everything.
const PATIENCE: usize = 8 * MOST_BYTES;

#[derive(Template)]
#[template(path = "imports/console/new.html")]
struct NewPage {
    shell: Shell,
    steps: Steps,
    form: Submitted<()>,
}

fn page(staff: &Staff<WriteCustomers>, form: Submitted<()>) -> NewPage {
    NewPage { shell: staff.shell(Section::Imports, "Import customers"), steps: Steps(0), form }
}

/// `GET /console/imports/new`
pub async fn new(staff: Staff<WriteCustomers>) -> PageResult {
    page(&staff, Submitted::blank()).ok()
}

/// `POST /console/imports/new`
pub async fn create(req: HttpRequest, staff: Staff<WriteCustomers>, parts: Parts) -> PageResult {
    let refuse = |problem: String| page(&staff, Submitted::blank().refused("file", problem)).unprocessable();
    let (name, content, key) = match receive(parts).await? {
        Ok(received) => received,
        Err(problem) => return refuse(problem),
    };
    let read = web::block(move || {
        let sum = Sha256::digest(&content).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let file = CsvFile::read(&content)?;
        let rows = file.count()?;
        Ok::<_, String>((file, rows, sum))
    });
    match read.await? {
        Ok((file, rows, sum)) => {
            let pairs =
                [(FIELD.to_owned(), key), ("name".to_owned(), name.clone()), ("file".to_owned(), sum)];
            let sent = Submission::of_form(req.path(), &pairs);
            let id = staff.do_once(sent, move |tx| Import::upload(tx, &name, &file, rows)).await?;
            see_other(urls::import_mapping(&id))
        }
        Err(problem) => refuse(problem),
    }
}

/// The name and content of the file in a form and the form's key, or what is wrong with it.
async fn receive(Parts(mut parts): Parts) -> Result<Result<(String, Vec<u8>, String), String>> {
    let broken = |error| body::upload_failure(error, "The upload was cut off. Choose the file again.");
    let (mut found, mut key, mut total) = (None, String::new(), 0);
    while let Some(mut part) = parts.try_next().await.map_err(broken)? {
        let (is_file, is_key) = (part.name() == Some("file"), part.name() == Some(FIELD));
        let name =
            part.content_disposition().and_then(|d| d.get_filename()).map(clean_text).unwrap_or_default();
        let mut content = Vec::new();
        while let Some(chunk) = part.try_next().await.map_err(broken)? {
            total += chunk.len();
            if total > PATIENCE {
                return Err(AppError::TooLarge(file::too_large()));
            }
            if is_file && total <= MOST_BYTES || is_key && content.len() + chunk.len() <= 255 {
                content.extend_from_slice(&chunk);
            }
        }
        if is_key {
            key = String::from_utf8_lossy(&content).into_owned();
        }
        if is_file {
            found = Some((name, content));
        }
    }
    Ok(match found {
        _ if total > MOST_BYTES => Err(file::too_large()),
        None => Err("Choose a file.".into()),
        Some((name, content)) if name.is_empty() && content.is_empty() => Err("Choose a file.".into()),
        Some((name, content)) => Ok((name, content, key)),
    })
}

/// Two rows that show what every column may hold.
const TEMPLATE: &str = "Name,External id,Type,Stage,Source,Email,Phone,Website,Tags,Products,Notes,First name,Last name,Contact's email,Contact's phone,Job role,\
Billing street,Billing city,Billing state,Billing zip,Billing country,Industry,Legal form,Size\r\n\
Northwind Traders,C-1001,Business,Active,Referral,hello@northwind.example,+1 212 555 0187,northwind.example,\"renewal, west\",\"Care, Parts\",Prefers to be called in the morning,Carol,Winter,carol@northwind.example,+1 212 555 0188,Head of purchasing,1 Harbour Street,New York,NY,10004,US,Industrials: Transportation,LLC,51-200\r\n\
Jo Rivera,C-1002,Consumer,Onboarding,Website,jo@rivera.example,,,,,,,,,,,22 Elm Road,Portland,OR,97201,US,,,\r\n";

/// `GET /console/imports/template.csv`
pub async fn template(_: Staff<WriteCustomers>) -> Result<HttpResponse> {
    Ok(csv("customers-template.csv", TEMPLATE.as_bytes().to_vec()))
}

/// A CSV to download.
pub fn csv(name: &str, content: Vec<u8>) -> HttpResponse {
    let disposition = ContentDisposition {
        disposition: DispositionType::Attachment,
        parameters: vec![DispositionParam::Filename(name.to_owned())],
    };
    HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header(disposition)
        .insert_header(("Cache-Control", "private, no-store"))
        .body(content)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imports::fields::Mapping;

    #[test]
    fn every_column_of_the_template_is_understood() {
        let file = CsvFile::read(TEMPLATE.as_bytes()).unwrap();
        assert_eq!(Mapping::guess(file.header()).filled().len(), file.header().len());
        assert!(file.rows().all(|line| line.cells.len() == file.header().len()));
    }
}
