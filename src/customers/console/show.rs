//! A customer's page.
use crate::{
    assignments::{
        Assignment, Rep,
        holding::{self, Holding},
    },
    customers::{
        facts::{self, Fact, Shown},
        head::{Head, Tab},
        primary_contact::PrimaryContact,
        visits,
    },
    events::timeline::{self, Entry},
    infra::{
        db::{
            ids::{CustomerId, UserId},
            schema::{companies, tags},
        },
        web::prelude::*,
    },
    organisation::Location,
    values::Address,
};
use actix_web::web::Path;
use askama::Template;
use diesel::prelude::*;

#[derive(Template)]
#[template(path = "customers/console/show.html")]
struct ShowPage {
    shell: Shell,
    head: Head,
    company: String,
    primary: Option<PrimaryContact>,
    locations: Vec<Location>,
    owners: Vec<Assignment>,
    /// Who else could look after it: id and name. Empty for those who may not decide that.
    reps: Vec<(String, String)>,
    /// What owners hold of it, and who could take that over: for those who may decide that.
    held: Vec<(UserId, Holding)>,
    takers: Vec<(String, String)>,
    recent: Vec<Entry>,
    tag_names: Vec<String>,
    may_write: bool,
    may_delete: bool,
    may_assign: bool,
}

/// `GET /console/customers/{id}`
pub async fn show(staff: Staff, id: Path<CustomerId>) -> PageResult {
    let id = id.into_inner();
    let may_assign = staff.may(Permission::AssignmentManage);
    let (head, primary, locations, owners, reps, held, takers, recent, company, tag_names) = staff
        .read(move |tx| {
            let head = Head::load(tx, id, Tab::Overview)?;
            let primary = PrimaryContact::of(tx, id)?;
            let locations = Location::of(tx, id)?;
            let owners = Assignment::of(tx, id)?;
            let mut reps = if may_assign { Rep::active(tx)? } else { vec![] };
            reps.retain(|rep| !owners.iter().any(|owner| owner.user_id == rep.id));
            let reps = reps.into_iter().map(|rep| (rep.id.to_string(), rep.name)).collect();
            let held = if may_assign { Holding::of_owners(tx, id)? } else { vec![] };
            let takers = if held.is_empty() { vec![] } else { holding::takers(tx, None, Some(id))? };
            let recent = timeline::of(tx, id, None, 8)?;
            let company = match head.customer.company_id {
                Some(company) => companies::table
                    .filter(companies::id.eq(company))
                    .select(companies::name)
                    .first::<String>(tx.conn)
                    .optional()?,
                None => None,
            };
            let names = tags::table.select(tags::name).order(tags::name_key).limit(500).load(tx.conn)?;
            Ok((
                head,
                primary,
                locations,
                owners,
                reps,
                held,
                takers,
                recent,
                company.unwrap_or_default(),
                names,
            ))
        })
        .await?;
    if !staff.refreshes() {
        visits::note_later(staff.door(), id);
    }
    ShowPage {
        shell: staff.shell(head.customer.name.clone()),
        head,
        company,
        primary,
        locations,
        owners,
        reps,
        held,
        takers,
        recent,
        tag_names,
        may_write: staff.may(Permission::CustomerWrite),
        may_delete: staff.may(Permission::CustomerDelete),
        may_assign,
    }
    .ok()
}

impl ShowPage {
    fn place(&self, location: &Location) -> Vec<String> {
        Address::from_json(&location.address).lines()
    }
    /// What an owner holds of it, in words; empty for nothing.
    fn held_by(&self, owner: &UserId) -> String {
        self.held.iter().find(|(user, _)| user == owner).map_or(String::new(), |(_, held)| held.describe())
    }
    /// Who could take that over.
    fn takers_from(&self, owner: &UserId) -> Vec<&(String, String)> {
        let owner = owner.to_string();
        self.takers.iter().filter(|(id, _)| *id != owner).collect()
    }
    fn facts(&self) -> Vec<Fact> {
        facts::of(&self.head.customer, &self.company)
    }
}
