//! A customer's page.
use crate::{
    assignments::holding::Holding,
    customers::{
        facts::{self, Fact, Shown},
        head::{Head, Tab},
        overview::{Overview, Primary},
        visits,
    },
    events::timeline::{self, Entry},
    infra::{
        db::{
            Plan,
            ids::{CustomerId, UserId},
        },
        web::{
            prelude::*,
            staff::{Offered, StaffList, StaffMember},
        },
    },
    organisation::Location,
    tags::TagList,
    values::Address,
};
use actix_web::web::Path;
use askama::Template;

#[derive(Template)]
#[template(path = "customers/console/show.html")]
struct ShowPage {
    shell: Shell,
    head: Head,
    primary: Option<Primary>,
    locations: Vec<Location>,
    owners: Vec<StaffMember>,
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
    // Its statements take longer to plan than to run, and one plan is right for every customer.
    let (head, overview, recent, known, tags) = staff
        .read_planned(Plan::Generic, move |tx| {
            let head = Head::load(tx, id, Tab::Overview)?;
            let overview = Overview::load(tx, id, may_assign)?;
            let recent = timeline::of(tx, id, head.is_new(), None, 8)?;
            Ok((head, overview, recent, tx.cached::<StaffList>()?, tx.cached::<TagList>()?))
        })
        .await?;
    if overview.is_new_visit && !staff.refreshes() {
        visits::note_later(staff.door(), id);
    }
    let is_owner = |member: &&StaffMember| head.owner_ids.contains(&member.id);
    let owners: Vec<StaffMember> = known.all().iter().filter(is_owner).cloned().collect();
    let mut reps = if may_assign { known.offered(Offered::Reps) } else { vec![] };
    reps.retain(|(rep, _)| !owners.iter().any(|owner| owner.id.to_string() == *rep));
    let takers = if overview.held.is_empty() { vec![] } else { takers(&known, &head) };
    ShowPage {
        shell: staff.shell(head.customer.name.clone()),
        head,
        primary: overview.primary,
        locations: overview.locations,
        owners,
        reps,
        held: overview.held,
        takers,
        recent,
        tag_names: tags.names(),
        may_write: staff.may(Permission::CustomerWrite),
        may_delete: staff.may(Permission::CustomerDelete),
        may_assign,
    }
    .ok()
}

/// Whoever may work for the customer, and so take something over: as `may_work_on` says of one of them.
fn takers(known: &StaffList, head: &Head) -> Vec<(String, String)> {
    let may = |member: &&StaffMember| {
        let is_near = head.owner_ids.contains(&member.id) || head.customer.created_by == Some(member.id);
        member.is_active && (member.sees_all() || member.is_rep() && is_near)
    };
    known.all().iter().filter(may).map(|member| (member.id.to_string(), member.name.clone())).collect()
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
        facts::of(&self.head.customer, &self.head.company)
    }
}
