//! A row of a file, by the same rules as the form, into what will be saved; or what is wrong with it.
use super::{
    contact::TypedContact,
    damage,
    fields::{Field, Mapping, ROW},
    file::{CsvFile, Line},
    phones::{Homes, Readings},
    staging::{StagedRow, plain},
};
use crate::{
    customers::form::CustomerForm,
    infra::{
        db::{
            Tx,
            ids::{CompanyId, CustomerId},
        },
        refusal::{Checks, Refusal},
        web::{csv, errors::Result, forms::clean_field, limits},
    },
    tags::TagName,
    values::{Country, Industry, Invalid, lists},
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
    pub fn read(&mut self, line: &Line) -> Result<StagedRow, Vec<Refusal>> {
        if let Some(flaw) = line.flaw {
            return Err(vec![Refusal::new(ROW, flaw.reason(line.number, line.last))]);
        }
        if line.cells.iter().any(|cell| cell.len() > MOST_CHARACTERS) {
            let text =
                "A cell is longer than 50,000 characters. Look for a quotation mark that is not closed.";
            return Err(vec![Refusal::new(ROW, text)]);
        }
        if line.cells.iter().skip(self.columns).any(|cell| !cell.trim().is_empty()) {
            let text = format!(
                "The row has {} cells, but the first line names {} columns. Put text with separators in it between \
                 quotation marks.",
                line.cells.len(),
                self.columns
            );
            return Err(vec![Refusal::new(ROW, text)]);
        }
        if line.cells.len() < self.needed {
            let text = format!(
                "The row has {} cells, but the header names {} columns. A line break inside a cell needs quotation marks around the \
                 cell; where cells are just missing, allow that under “How the file is read”.",
                line.cells.len(),
                self.needed
            );
            return Err(vec![Refusal::new(ROW, text)]);
        }
        let (mut cells, mut damaged) = (vec![], vec![]);
        for (field, column) in &self.filled {
            let cell = cell(field.code, line.cells.get(*column).unwrap_or_default());
            match damage::of(field.code, &cell) {
                Some(problem) => damaged.push(Refusal::new(field.code, problem)),
                None => cells.push((field.code, cell)),
            }
        }
        let row = Typed::of(&cells);
        let (basis, typed) =
            (self.homes.basis(&row), [row.customer.phone.clone(), row.contact.phone.clone()]);
        let staged = self.command(row, basis.country, damaged)?;
        for (typed, phone) in typed.iter().zip([staged.phone.as_ref(), staged.contact_phone.as_ref()]) {
            basis.note(&mut self.phones, line.number, typed, phone);
        }
        Ok(staged)
    }

    /// What is to be saved of the row; `damaged` are the cells that other programs have spoilt.
    fn command(
        &mut self,
        mut row: Typed,
        country: Option<Country>,
        mut damaged: Vec<Refusal>,
    ) -> Result<StagedRow, Vec<Refusal>> {
        let home = country.map_or(String::new(), |country| country.to_string());
        row.customer.industry = industry(&row.customer.industry, &row.industry_group);
        let mut checks = Checks::default();
        let company_id = checks.keep("company", self.company(&row.company));
        let known_as = checks.keep("clientele_id", known_as(&row.clientele_id));
        let tags = checks.keep("tags", self.tags(&row.tags));
        let contact = row.contact.command(country, self.has_whole_names, &mut checks);
        let beside = checks.finish(|| Some((company_id?, known_as?, tags?, contact?)));
        let customer = row.customer.command(&home);
        let (customer, (company_id, known_as, tags, contact)) = match (customer, beside) {
            (Ok(customer), Ok(beside)) if damaged.is_empty() => (customer, beside),
            (customer, beside) => {
                let mut refusals = customer.err().unwrap_or_default();
                // Of a name that is spoilt nothing is left.
                let is_named = damaged.iter().any(|refusal| refusal.field == "name");
                refusals.retain(|refusal| refusal.field != "name" || !is_named);
                refusals.append(&mut damaged);
                refusals.extend(beside.err().unwrap_or_default());
                return Err(refusals);
            }
        };
        let plain = plain(&customer);
        let typed = &row.customer;
        let (email_domain, domain_guess) = if typed.email_domain.is_empty() {
            (None, customer.email_domain)
        } else {
            (customer.email_domain, None)
        };
        let mut staged = StagedRow {
            n: 0,
            known_as,
            plain,
            name: customer.name,
            customer_type: given(&typed.customer_type, customer.customer_type),
            lifecycle_stage: given(&typed.lifecycle_stage, customer.lifecycle_stage),
            source: given(&typed.source, customer.source),
            company_id,
            email: customer.email,
            email_domain,
            domain_guess,
            phone: customer.phone,
            website: customer.website,
            billing_address: customer.billing_address,
            service_address: customer.service_address,
            notes: given(&typed.notes, customer.notes),
            products: (!customer.products.is_empty()).then(|| customer.products.into_inner()),
            external_id: customer.external_id,
            industry_sector: customer.industry.sector(),
            industry_group: customer.industry.group(),
            contact_first_name: None,
            contact_last_name: None,
            contact_email: None,
            contact_phone: None,
            contact_job_role: None,
            tags: (!tags.is_empty()).then_some(tags),
        };
        if let Some(contact) = contact {
            staged.contact_first_name = Some(contact.first_name);
            staged.contact_last_name = contact.last_name;
            staged.contact_email = contact.email;
            staged.contact_phone = contact.phone;
            staged.contact_job_role = contact.job_role;
        }
        Ok(staged)
    }

    fn company(&self, written: &str) -> Result<Option<CompanyId>, Invalid> {
        if written.is_empty() {
            return Ok(None);
        }
        self.companies.get(written).copied().map(Some).ok_or_else(|| {
            let start: String = written.chars().take(60).collect();
            Invalid::from(format!("You have no company called “{start}”."))
        })
    }

    fn tags(&mut self, written: &str) -> Result<Vec<TagName>, Invalid> {
        if written.is_empty() {
            return Ok(vec![]);
        }
        let names = lists::read(written);
        let tags: Option<Vec<TagName>> = names.iter().map(|name| name.parse().ok()).collect();
        let Some(tags) = tags.filter(|tags| tags.len() <= MOST_TAGS) else {
            return Err(format!("Give at most {MOST_TAGS} tags, of 50 characters each.").into());
        };
        self.tags.extend(tags.iter().map(|tag| tag.to_lowercase()));
        if self.tags.len() > MOST_NEW_TAGS {
            return Err(format!(
                "The file has more than {MOST_NEW_TAGS} different tags. Is it the right column?"
            )
            .into());
        }
        Ok(tags)
    }
}

/// What a row says, where it says something.
fn given<V>(written: &str, value: V) -> Option<V> {
    (!written.is_empty()).then_some(value)
}

/// The id that an export gave the customer.
fn known_as(written: &str) -> Result<Option<CustomerId>, Invalid> {
    let wrong = |_| Invalid::from("This is no id of Clientele; leave it empty.");
    if written.trim().is_empty() { Ok(None) } else { written.trim().parse().map(Some).map_err(wrong) }
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

    fn read(columns: &[&str], cells: &[&str]) -> Result<StagedRow, Vec<Refusal>> {
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
        assert!(row.billing_address.is_empty());
    }

    #[test]
    fn a_formula_is_text_like_any_other_and_control_characters_go() {
        assert_eq!(read(&["Name"], &["=HYPERLINK(1)"]).unwrap().name.as_str(), "=HYPERLINK(1)");
        assert_eq!(read(&["Name"], &["'=1+1"]).unwrap().name.as_str(), "=1+1");
        assert_eq!(read(&["Name"], &["'s Gravenhage\0"]).unwrap().name.as_str(), "'s Gravenhage");
    }

    #[test]
    fn a_whole_name_is_split_and_a_contact_without_a_name_refused() {
        let row = read(&["Name", "Contact"], &["Acme", "Ada King Lovelace"]).unwrap();
        assert_eq!(row.contact_first_name.as_deref(), Some("Ada King"));
        assert_eq!(row.contact_last_name.as_deref(), Some("Lovelace"));
        let wrong = read(&["Name", "Contact email"], &["Acme", "a@b.test"]).unwrap_err();
        assert_eq!(wrong[0].field, "contact_first_name");
    }

    #[test]
    fn everything_wrong_with_a_row_is_said_at_once() {
        let columns = ["Name", "Email", "Company it belongs to", "Tags"];
        let wrong = read(&columns, &["", "nobody", "Nowhere", &"x".repeat(51)]).unwrap_err();
        let fields: Vec<_> = wrong.into_iter().map(|refusal| refusal.field).collect();
        assert_eq!(fields, ["name", "email", "company", "tags"]);
    }

    #[test]
    fn too_many_cells_and_endless_ones_are_the_rows_fault() {
        assert_eq!(read(&["Name"], &["A", "B"]).unwrap_err()[0].field, ROW);
        assert!(read(&["Name"], &["A", " "]).is_ok());
        assert_eq!(read(&["Name"], &[&"x".repeat(60_000)]).unwrap_err()[0].field, ROW);
        assert_eq!(read(&["Name"], &[&"x".repeat(10_000)]).unwrap_err()[0].field, "name");
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
