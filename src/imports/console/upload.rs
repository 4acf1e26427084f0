//! The first step: a file.
use super::Steps;
use crate::{
    imports::{
        file::{self, MOST_BYTES, MOST_ROWS},
        model::{Import, Read},
        reading::Reading,
    },
    infra::{
        db::{
            ids::ImportId,
            submissions::{FIELD, Submission},
        },
        web::{
            body::{self, Parts},
            csv, downloads,
            limits::{
                self,
                quota::{self, Use},
            },
            prelude::*,
        },
    },
    urls,
    values::text,
};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use futures_util::TryStreamExt;
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

/// What is read of an upload that is too large before giving up: a browser shows an answer only after it has sent everything.
const PATIENCE: usize = 8 * MOST_BYTES;

/// Files that are read at once: each takes memory for its text beside its bytes.
static READING: Semaphore = Semaphore::const_new(limits::IMPORTS_READ.size());

#[derive(Template)]
#[template(path = "imports/console/new.html")]
struct NewPage {
    shell: Shell,
    steps: Steps,
    form: Submitted<()>,
}

fn page(staff: &Staff, form: Submitted<()>) -> NewPage {
    NewPage { shell: staff.shell("Import customers"), steps: Steps(0), form }
}

/// `GET /console/imports/new`
pub async fn new(staff: Staff) -> PageResult {
    page(&staff, Submitted::blank()).ok()
}

/// `POST /console/imports/new`
pub async fn create(req: HttpRequest, staff: Staff, parts: Parts) -> PageResult {
    match upload(&req, &staff, parts).await {
        Ok(id) => see_other(urls::import_mapping(&id)),
        Err(error) => {
            let (form, why) = Submitted::blank().refused_by(error)?;
            page(&staff, form).refused(why)
        }
    }
}

async fn upload(req: &HttpRequest, staff: &Staff, parts: Parts) -> Result<ImportId> {
    let uses = [Use::one(&limits::IMPORTS_OF_A_PERSON), Use::one(&limits::IMPORTS_OF_A_TENANT)];
    let over = match staff.write(move |tx| quota::take(tx, &uses)).await {
        Ok(()) => None,
        Err(error @ AppError::Limit(_)) => Some(error),
        Err(error) => return Err(error),
    };
    let Received { name, content, key } = receive(parts, over).await?;
    let _reading = READING.acquire().await.map_err(AppError::internal)?;
    let read = web::block(move || {
        let sum = Sha256::digest(&content).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        Read::of(&content, &Reading::default()).map(|read| (content, read, sum))
    });
    // How a file is read is chosen later: here it is the file that is wrong.
    let (content, read, sum) = read.await?.map_err(|refusal| AppError::refused("file", refusal.message))?;
    let pairs = [(FIELD.to_owned(), key), ("name".to_owned(), name.clone()), ("file".to_owned(), sum)];
    let sent = Submission::of_form(req.path(), &pairs);
    staff.once(sent, move |tx| Import::upload(tx, &name, &content, &read)).await
}

/// What a form with a file brought.
struct Received {
    name: String,
    content: Vec<u8>,
    /// The form's own key.
    key: String,
}

/// Reads a form with a file to its end, whatever is wrong with it, which may be known before: a browser shows an answer only after it
/// has sent everything.
///
/// # Errors
/// What was wrong before, or is wrong with the file.
async fn receive(Parts(mut parts): Parts, wrong: Option<AppError>) -> Result<Received> {
    let broken = |error| body::upload_failure(error, "The upload was cut off. Choose the file again.");
    let (mut found, mut key, mut total, mut problem) = (None, String::new(), 0, wrong);
    while let Some(mut part) = parts.try_next().await.map_err(broken)? {
        let (is_file, is_key) = (part.name() == Some("file"), part.name() == Some(FIELD));
        let name =
            part.content_disposition().and_then(|d| d.get_filename()).map(text::line).unwrap_or_default();
        let (mut content, mut gauge) = (Vec::new(), Gauge::default());
        while let Some(chunk) = part.try_next().await.map_err(broken)? {
            total += chunk.len();
            if total > PATIENCE {
                return Err(AppError::TooLarge(file::too_large()));
            }
            if is_key && content.len() + chunk.len() <= 255 {
                content.extend_from_slice(&chunk);
            }
            if !is_file || problem.is_some() {
                continue;
            }
            problem = gauge.problem(&chunk).map(|problem| AppError::refused("file", problem));
            if problem.is_none() {
                content.extend_from_slice(&chunk);
            } else {
                content = Vec::new();
            }
        }
        if is_key {
            key = String::from_utf8_lossy(&content).into_owned();
        }
        if is_file {
            found = Some((name, content));
        }
    }
    if let Some(problem) = problem {
        return Err(problem);
    }
    match found.filter(|(name, content)| !name.is_empty() || !content.is_empty()) {
        Some((name, content)) => Ok(Received { name, content, key }),
        None => Err(AppError::refused("file", "Choose a file.")),
    }
}

/// What shows that a file can't be imported while it comes in, before all of it is in memory.
#[derive(Default)]
struct Gauge {
    bytes: usize,
    lines: usize,
    in_line: bool,
    has_quotes: bool,
}

impl Gauge {
    fn problem(&mut self, chunk: &[u8]) -> Option<String> {
        let no_text = if self.bytes == 0 { file::no_text(chunk) } else { None };
        self.bytes += chunk.len();
        for byte in chunk {
            match byte {
                b'\n' => self.lines += usize::from(std::mem::take(&mut self.in_line)),
                // Within quotation marks a line is no row: then the file is counted when it is read.
                b'"' | b'\'' => self.has_quotes = true,
                b'\0' | b'\r' | b'\t' | b' ' | b',' | b';' | b'|' => {}
                _ => self.in_line = true,
            }
        }
        if self.bytes > MOST_BYTES {
            return Some(file::too_large());
        }
        // A few lines may stand above the header.
        let too_many = !self.has_quotes && self.lines > MOST_ROWS + 100;
        no_text.map(str::to_owned).or_else(|| too_many.then(file::too_many))
    }
}

/// Two rows that show what every column may hold.
const TEMPLATE: [&str; 3] = [
    "Name|External id|Type|Stage|Source|Email|Phone|Website|Tags|Products|About|First name|Last name|Contact's email|Contact's phone|Job role|\
     Billing street|Billing city|Billing state|Billing zip|Billing country|Industry|Legal form|Size",
    "Northwind Traders|C-1001|Business|Active|Referral|hello@northwind.example|+12125550187|northwind.example|renewal, west|Care, Parts|\
     Prefers to be called in the morning|Carol|Winter|carol@northwind.example|+12125550188|Head of purchasing|\
     1 Harbour Street|New York|NY|10004|US|Industrials: Transportation|LLC|51-200",
    "Jo Rivera|C-1002|Consumer|Onboarding|Website|jo@rivera.example|||||||||||22 Elm Road|Portland|OR|97201|US|||",
];

fn template_file() -> Result<Vec<u8>> {
    let [header, rows @ ..] = TEMPLATE;
    csv::file(header.split('|'), rows.map(|row| row.split('|').map(str::to_owned)))
}

/// `GET /console/imports/template.csv`
pub async fn template(_: Staff) -> Result<HttpResponse> {
    Ok(downloads::csv("customers-template.csv".into(), template_file()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imports::{fields::Mapping, file::CsvFile};

    #[test]
    fn every_column_of_the_template_is_understood() {
        let file = CsvFile::read(&template_file().unwrap(), &Reading::default()).unwrap();
        assert_eq!(Mapping::guess(file.header()).filled().len(), file.header().len());
        assert!(file.rows().all(|line| line.cells.len() == file.header().len()));
    }
}
