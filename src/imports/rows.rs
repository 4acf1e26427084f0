//! A row of a file, by the same rules as the form, into what will be saved; or what is wrong with it.
use super::{
    fields::{Field, Mapping, ROW},
    file::{CsvFile, Line},
    staging::StagedRow,
};
use crate::{
    customers::{
        export,
        form::{CustomerForm, Problems},
        kinds, parsing,
    },
    platform::{db::Tx, errors::Result, forms::clean_field, ids::CompanyId},
    values::person_name,
};
use diesel::{
    prelude::*,
    sql_types::{Array, Text, Uuid},
};
use std::collections::{HashMap, HashSet};

/// A cell beyond this is no field, but the rest of the file after a quotation mark that nobody closed.
const MOST_CHARACTERS: usize = 50_000;
/// Tags of one customer.
const MOST_TAGS: usize = 20;
/// Different tags in one file.
const MOST_NEW_TAGS: usize = 500;

/// The cells of a row, each where its column was matched to.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    pub customer: CustomerForm,
    pub company: String,
    pub industry_group: String,
    pub tags: String,
    pub contact: TypedContact,
}

/// What a row says about the primary contact.
#[derive(Clone, Debug, Default)]
pub struct TypedContact {
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub phone: String,
    pub job_role: String,
}

/// Reads the rows of one file.
pub struct Reader {
    filled: Vec<(&'static Field, usize)>,
    columns: usize,
    country: String,
    companies: HashMap<String, CompanyId>,
    tags: HashSet<String>,
}

impl Reader {
    /// `country` is how a phone number without a country code is read.
    pub fn new(tx: &mut Tx, file: &CsvFile, mapping: &Mapping, country: &str) -> Result<Self> {
        let companies = match mapping.column("company") {
            Some(column) => companies_named(tx, file, column)?,
            None => HashMap::new(),
        };
        Ok(Self {
            filled: mapping.filled(),
            columns: file.header().len(),
            country: country.to_owned(),
            companies,
            tags: HashSet::new(),
        })
    }

    /// The row, or everything that is wrong with it.
    pub fn read(&mut self, line: &Line) -> std::result::Result<StagedRow, Problems> {
        if line.cells.iter().any(|cell| cell.len() > MOST_CHARACTERS) {
            let text =
                "A cell is longer than 50,000 characters. Look for a quotation mark that is not closed.";
            return Err(vec![(ROW, text.into())]);
        }
        if line.cells.iter().skip(self.columns).any(|cell| !cell.trim().is_empty()) {
            let text = format!(
                "The row has {} cells, but the first line names {} columns. Put text with separators in it between \
                 quotation marks.",
                line.cells.len(),
                self.columns
            );
            return Err(vec![(ROW, text)]);
        }
        let mut row = Typed::default();
        for (field, column) in &self.filled {
            *(field.slot)(&mut row) = cell(field.code, line.cells.get(*column).unwrap_or_default());
        }
        self.parse(row)
    }

    fn parse(&mut self, mut row: Typed) -> std::result::Result<StagedRow, Problems> {
        row.customer.industry = industry(&row.customer.industry, &row.industry_group);
        let mut problems = vec![];
        let company_id = match self.companies.get(&row.company) {
            _ if row.company.is_empty() => None,
            Some(id) => Some(*id),
            None => {
                let told: String = row.company.chars().take(60).collect();
                problems.push(("company", format!("You have no company called “{told}”.")));
                None
            }
        };
        let tags = self.tags(&row.tags, &mut problems);
        let contact = row.contact.parse(&self.country, &mut problems);
        let draft = match row.customer.parse(&self.country) {
            Ok(draft) if problems.is_empty() => draft,
            Ok(_) => return Err(problems),
            Err(mut wrong) => {
                wrong.append(&mut problems);
                return Err(wrong);
            }
        };
        let given = |written: &str, value: String| (!written.is_empty()).then_some(value);
        let typed = &row.customer;
        let (email_domain, domain_guess) = if typed.email_domain.is_empty() {
            (None, draft.email_domain)
        } else {
            (draft.email_domain, None)
        };
        Ok(StagedRow {
            n: 0,
            name: draft.name,
            customer_type: given(&typed.customer_type, draft.customer_type),
            lifecycle_stage: given(&typed.lifecycle_stage, draft.lifecycle_stage),
            source: given(&typed.source, draft.source),
            company_id,
            email: draft.email,
            email_domain,
            domain_guess,
            phone: draft.phone,
            website: draft.website,
            billing_address: draft.billing_address,
            service_address: draft.service_address,
            notes: given(&typed.notes, draft.notes),
            products: (!draft.products.is_empty()).then_some(draft.products),
            external_id: draft.external_id,
            industry_sector: draft.industry_sector,
            industry_group: draft.industry_group,
            classification: draft.classification,
            size_range: draft.size_range,
            linkedin_url: draft.linkedin_url,
            x_url: draft.x_url,
            facebook_url: draft.facebook_url,
            instagram_url: draft.instagram_url,
            youtube_url: draft.youtube_url,
            github_url: draft.github_url,
            contact_first_name: contact.as_ref().map(|c| c.first_name.clone()),
            contact_last_name: contact.as_ref().and_then(|c| parsing::optional(&c.last_name)),
            contact_email: contact.as_ref().and_then(|c| parsing::optional(&c.email)),
            contact_phone: contact.as_ref().and_then(|c| parsing::optional(&c.phone)),
            contact_job_role: contact.as_ref().and_then(|c| parsing::optional(&c.job_role)),
            tags: (!tags.is_empty()).then_some(tags),
        })
    }

    fn tags(&mut self, written: &str, problems: &mut Problems) -> Vec<String> {
        if written.is_empty() {
            return vec![];
        }
        let tags = parsing::list(written);
        if tags.len() > MOST_TAGS || tags.iter().any(|tag| tag.chars().count() > 50) {
            problems.push(("tags", format!("Give at most {MOST_TAGS} tags, of 50 characters each.")));
            return vec![];
        }
        self.tags.extend(tags.iter().map(|tag| tag.to_lowercase()));
        if self.tags.len() > MOST_NEW_TAGS {
            let text =
                format!("The file has more than {MOST_NEW_TAGS} different tags. Is it the right column?");
            problems.push(("tags", text));
        }
        tags
    }
}

impl TypedContact {
    /// The contact as it will be saved, where the row tells of one. Email and phone come in their saved form.
    fn parse(self, country: &str, problems: &mut Problems) -> Option<Self> {
        let Self { mut first_name, mut last_name, email, phone, job_role } = self;
        if [&first_name, &last_name, &email, &phone, &job_role].iter().all(|text| text.is_empty()) {
            return None;
        }
        if last_name.is_empty()
            && let Some((first, last)) = first_name.rsplit_once(char::is_whitespace)
        {
            (first_name, last_name) = (first.trim().to_owned(), last.to_owned());
        }
        if first_name.is_empty() {
            first_name = std::mem::take(&mut last_name);
        }
        if first_name.is_empty() {
            problems.push(("contact_first_name", "Enter the contact's name.".into()));
        }
        for (field, text) in [("contact_first_name", &first_name), ("contact_last_name", &last_name)] {
            if let Some(problem) = person_name::problem(text) {
                problems.push((field, problem.into()));
            }
        }
        if job_role.chars().count() > 100 {
            problems.push(("contact_job_role", "This may have 100 characters.".into()));
        }
        let mut keep = |field, parsed: std::result::Result<Option<String>, String>| match parsed {
            Ok(value) => value.unwrap_or_default(),
            Err(problem) => {
                problems.push((field, problem));
                String::new()
            }
        };
        let email = keep("contact_email", parsing::email(&email));
        let phone = keep("contact_phone", parsing::phone(&phone, country));
        Some(Self { first_name, last_name, email, phone, job_role })
    }
}

/// A cell as its field takes it, without the apostrophe that an export puts before what a spreadsheet would take for a formula.
fn cell(field: &str, written: &str) -> String {
    clean_field(field, export::unguarded(&clean_field(field, written)))
}

/// Sector and group as the form writes them. A group alone tells its sector.
fn industry(sector: &str, group: &str) -> String {
    let (sector, group) = match (sector, group) {
        ("", group) => (group, ""),
        both => both,
    };
    if !group.is_empty() && !sector.contains(':') {
        return format!("{sector}:{group}");
    }
    if sector.contains(':') || kinds::code(kinds::SECTORS, sector).is_some() {
        return sector.to_owned();
    }
    let known =
        kinds::GROUPS.iter().find(|(_, code, name)| *code == sector || name.eq_ignore_ascii_case(sector));
    known.map_or_else(|| sector.to_owned(), |(of, code, _)| format!("{of}:{code}"))
}

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Text)]
    written: String,
    #[diesel(sql_type = Uuid)]
    id: CompanyId,
}

/// The companies that a column names, each under the spelling of the file.
fn companies_named(tx: &mut Tx, file: &CsvFile, column: usize) -> Result<HashMap<String, CompanyId>> {
    let written: HashSet<String> = file
        .rows()
        .filter_map(|line| line.cells.get(column).map(|written| cell("company", written)))
        .filter(|name| !name.is_empty())
        .collect();
    let found: Vec<Named> = diesel::sql_query(
        "SELECT DISTINCT ON (w.written) w.written, c.id FROM unnest($1) AS w (written) JOIN companies c ON fold(c.name) = fold(w.written)
         ORDER BY w.written, c.name <> w.written, c.name",
    )
    .bind::<Array<Text>, _>(written.into_iter().collect::<Vec<_>>())
    .load(tx.conn)?;
    Ok(found.into_iter().map(|one| (one.written, one.id)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use csv::StringRecord;

    fn reader(columns: &[&str]) -> Reader {
        let columns: Vec<String> = columns.iter().map(|name| (*name).to_owned()).collect();
        Reader {
            filled: Mapping::guess(&columns).filled(),
            columns: columns.len(),
            country: "US".into(),
            companies: HashMap::new(),
            tags: HashSet::new(),
        }
    }

    fn read(columns: &[&str], cells: &[&str]) -> std::result::Result<StagedRow, Problems> {
        reader(columns).read(&Line { number: 2, cells: StringRecord::from(cells.to_vec()) })
    }

    #[test]
    fn what_a_row_does_not_say_stays_open() {
        let row = read(&["Name", "Stage", "Email", "Domain"], &["Acme", "", "A@Acme.test", ""]).unwrap();
        assert_eq!((row.lifecycle_stage, row.customer_type), (None, None));
        assert_eq!((row.email_domain, row.domain_guess.as_deref()), (None, Some("acme.test")));
        assert_eq!(row.billing_address, serde_json::json!({}));
    }

    #[test]
    fn a_formula_is_text_like_any_other_and_control_characters_go() {
        assert_eq!(read(&["Name"], &["=HYPERLINK(1)"]).unwrap().name, "=HYPERLINK(1)");
        assert_eq!(read(&["Name"], &["'=1+1"]).unwrap().name, "=1+1");
        assert_eq!(read(&["Name"], &["'s Gravenhage\0"]).unwrap().name, "'s Gravenhage");
    }

    #[test]
    fn a_whole_name_is_split_and_a_contact_without_a_name_refused() {
        let row = read(&["Name", "Contact"], &["Acme", "Ada King Lovelace"]).unwrap();
        assert_eq!(row.contact_first_name.as_deref(), Some("Ada King"));
        assert_eq!(row.contact_last_name.as_deref(), Some("Lovelace"));
        let wrong = read(&["Name", "Contact email"], &["Acme", "a@b.test"]).unwrap_err();
        assert_eq!(wrong[0].0, "contact_first_name");
    }

    #[test]
    fn everything_wrong_with_a_row_is_said_at_once() {
        let columns = ["Name", "Email", "Company it belongs to", "Tags"];
        let wrong = read(&columns, &["", "nobody", "Nowhere", &"x".repeat(51)]).unwrap_err();
        let fields: Vec<_> = wrong.into_iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["name", "email", "company", "tags"]);
    }

    #[test]
    fn too_many_cells_and_endless_ones_are_the_rows_fault() {
        assert_eq!(read(&["Name"], &["A", "B"]).unwrap_err()[0].0, ROW);
        assert!(read(&["Name"], &["A", " "]).is_ok());
        assert_eq!(read(&["Name"], &[&"x".repeat(60_000)]).unwrap_err()[0].0, ROW);
        assert_eq!(read(&["Name"], &[&"x".repeat(10_000)]).unwrap_err()[0].0, "name");
    }

    #[test]
    fn an_industry_is_known_by_sector_group_or_both() {
        assert_eq!(industry("Financials", ""), "Financials");
        assert_eq!(industry("Financials", "Banks"), "Financials:Banks");
        assert_eq!(industry("", "Banks"), "financials:banks");
        assert_eq!(industry("banks", ""), "financials:banks");
        assert_eq!(industry("Energy", ""), "Energy");
    }
}
