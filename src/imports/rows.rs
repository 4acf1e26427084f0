//! A row of a file, by the same rules as the form, into what will be saved; or what is wrong with it.
use super::{
    damage,
    fields::{Field, Mapping, ROW},
    file::{CsvFile, Line},
    names,
    phones::{Homes, Readings},
    staging::{StagedRow, plain},
};
use crate::{
    customers::form::{CustomerForm, Problems},
    infra::{
        db::{Tx, ids::CompanyId},
        web::{csv, errors::Result, forms::clean_field, limits},
    },
    values::{Country, Industry, Phone, lists, parsing, person_name},
};
use diesel::{
    prelude::*,
    sql_types::{Array, Text, Uuid},
};
use std::collections::{HashMap, HashSet};

/// A cell beyond this is no field, but the rest of the file after a quotation mark that nobody closed.
pub const MOST_CHARACTERS: usize = limits::IMPORT_CELL.size();
/// Tags of one customer.
const MOST_TAGS: usize = limits::IMPORT_TAGS.size();
/// Different tags in one file.
const MOST_NEW_TAGS: usize = limits::IMPORT_NEW_TAGS.size();

/// The cells of a row, each where its column was matched to.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    pub customer: CustomerForm,
    pub clientele_id: String,
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

impl Typed {
    /// A row with these cells, each under the code of its field.
    fn of(cells: &[(&'static str, String)]) -> Self {
        let cell = |code| {
            cells.iter().find(|(known, _)| *known == code).map_or(String::new(), |(_, cell)| cell.clone())
        };
        Self {
            customer: CustomerForm::of_cells(cells.iter().map(|(code, cell)| (*code, cell.as_str()))),
            clientele_id: cell("clientele_id"),
            company: cell("company"),
            industry_group: cell("industry_group"),
            tags: cell("tags"),
            contact: TypedContact {
                first_name: cell("contact_first_name"),
                last_name: cell("contact_last_name"),
                email: cell("contact_email"),
                phone: cell("contact_phone"),
                job_role: cell("contact_job_role"),
            },
        }
    }
}

/// Reads the rows of one file.
pub struct Reader {
    filled: Vec<(&'static Field, usize)>,
    columns: usize,
    /// Cells that a row has to have.
    needed: usize,
    /// Whether a column holds whole names of contacts.
    has_whole_names: bool,
    homes: Homes,
    companies: HashMap<String, CompanyId>,
    tags: HashSet<String>,
    /// What became of phone numbers.
    pub phones: Readings,
}

impl Reader {
    /// `country` is the tenant's.
    pub fn new(tx: &mut Tx, file: &CsvFile, mapping: &Mapping, country: &str) -> Result<Self> {
        let companies = match mapping.column("company") {
            Some(column) => companies_named(tx, file, column)?,
            None => HashMap::new(),
        };
        let keys = |field| mapping.column(field).map_or(vec![], |column| column_of(file, field, column));
        let has_phones = mapping.column("phone").or(mapping.column("contact_phone")).is_some();
        let homes = if has_phones {
            let emails = keys("email").into_iter().map(|email| email.to_lowercase()).collect();
            Homes::load(tx, country, keys("external_id"), emails)?
        } else {
            Homes::default()
        };
        Ok(Self {
            filled: mapping.filled(),
            columns: file.header().len(),
            needed: if file.reading().fill { 0 } else { file.needed() },
            has_whole_names: mapping.column("contact_last_name").is_none(),
            homes,
            companies,
            tags: HashSet::new(),
            phones: Readings::default(),
        })
    }

    /// The row, or everything that is wrong with it.
    pub fn read(&mut self, line: &Line) -> std::result::Result<StagedRow, Problems> {
        if let Some(flaw) = line.flaw {
            return Err(vec![(ROW, flaw.reason(line.number, line.last))]);
        }
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
        if line.cells.len() < self.needed {
            let text = format!(
                "The row has {} cells, but the header names {} columns. A line break inside a cell needs quotation marks around the \
                 cell; where cells are just missing, allow that under “How the file is read”.",
                line.cells.len(),
                self.needed
            );
            return Err(vec![(ROW, text)]);
        }
        let (mut cells, mut problems) = (vec![], vec![]);
        for (field, column) in &self.filled {
            let cell = cell(field.code, line.cells.get(*column).unwrap_or_default());
            match damage::of(field.code, &cell) {
                Some(problem) => problems.push((field.code, problem)),
                None => cells.push((field.code, cell)),
            }
        }
        let row = Typed::of(&cells);
        let (basis, typed) =
            (self.homes.basis(&row), [row.customer.phone.clone(), row.contact.phone.clone()]);
        let staged = self.parse(row, basis.country, problems)?;
        let contact = staged.contact_phone.as_ref().map(Phone::stored);
        for (typed, phone) in typed.iter().zip([staged.phone.as_ref(), contact.as_ref()]) {
            basis.note(&mut self.phones, line.number, typed, phone);
        }
        Ok(staged)
    }

    fn parse(
        &mut self,
        mut row: Typed,
        country: Option<Country>,
        mut problems: Problems,
    ) -> std::result::Result<StagedRow, Problems> {
        let home = country.map_or(String::new(), |country| country.to_string());
        row.customer.industry = industry(&row.customer.industry, &row.industry_group);
        let is_named = problems.iter().any(|(field, _)| *field == "name");
        let company_id = match self.companies.get(&row.company) {
            _ if row.company.is_empty() => None,
            Some(id) => Some(*id),
            None => {
                let start: String = row.company.chars().take(60).collect();
                problems.push(("company", format!("You have no company called “{start}”.")));
                None
            }
        };
        let known_as = parsing::optional(&row.clientele_id).and_then(|written| {
            written
                .parse()
                .map_err(|_| {
                    problems.push(("clientele_id", "This is no id of Clientele; leave it empty.".into()));
                })
                .ok()
        });
        let tags = self.tags(&row.tags, &mut problems);
        let contact = row.contact.parse(country, self.has_whole_names, &mut problems);
        let draft = match row.customer.parse(&home) {
            Ok(draft) if problems.is_empty() => draft,
            Ok(_) => return Err(problems),
            Err(mut wrong) => {
                wrong.retain(|(field, _)| *field != "name" || !is_named);
                wrong.append(&mut problems);
                return Err(wrong);
            }
        };
        let given = |written: &str, value: String| (!written.is_empty()).then_some(value);
        let typed = &row.customer;
        let plain = plain(&draft);
        let (email_domain, domain_guess) = if typed.email_domain.is_empty() {
            (None, draft.email_domain)
        } else {
            (draft.email_domain, None)
        };
        Ok(StagedRow {
            n: 0,
            known_as,
            plain,
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
        let tags = lists::read(written);
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
    fn parse(self, country: Option<Country>, is_whole: bool, problems: &mut Problems) -> Option<Self> {
        let Self { mut first_name, mut last_name, email, phone, job_role } = self;
        if [&first_name, &last_name, &email, &phone, &job_role].iter().all(|text| text.is_empty()) {
            return None;
        }
        if is_whole && last_name.is_empty() {
            (first_name, last_name) = names::split(&first_name);
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
        let phone = keep(
            "contact_phone",
            parsing::phone(&phone, country).map(|phone| phone.map(|phone| phone.to_string())),
        );
        Some(Self { first_name, last_name, email, phone, job_role })
    }
}

/// A cell as its field takes it, without the apostrophe that an export puts before what a spreadsheet would take for a formula.
fn cell(field: &str, written: &str) -> String {
    clean_field(field, &csv::unguarded(&clean_field(field, written)))
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
    match sector.parse() {
        Ok(Industry { group: Some(group), .. }) => Industry::of(group).to_string(),
        _ => sector.to_owned(),
    }
}

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Text)]
    written: String,
    #[diesel(sql_type = Uuid)]
    id: CompanyId,
}

/// The cells of a column that hold something.
fn column_of(file: &CsvFile, field: &str, column: usize) -> Vec<String> {
    let cells = file.rows().filter_map(|line| line.cells.get(column).map(|written| cell(field, written)));
    cells.filter(|text| !text.is_empty()).collect()
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
    use ::csv::StringRecord;

    fn reader(columns: &[&str]) -> Reader {
        let columns: Vec<String> = columns.iter().map(|name| (*name).to_owned()).collect();
        Reader {
            filled: Mapping::guess(&columns).filled(),
            columns: columns.len(),
            needed: columns.len(),
            has_whole_names: !columns.iter().any(|name| name == "Last name"),
            homes: Homes::of_tenant("US"),
            companies: HashMap::new(),
            tags: HashSet::new(),
            phones: Readings::default(),
        }
    }

    fn read(columns: &[&str], cells: &[&str]) -> std::result::Result<StagedRow, Problems> {
        reader(columns).read(&Line {
            number: 2,
            last: 2,
            cells: StringRecord::from(cells.to_vec()),
            flaw: None,
            end: "\n",
        })
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
