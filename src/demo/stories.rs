//! What happened to some customers after they came: to Northwind and Initech by heart, to a few more by chance.
use super::{
    calendar::Calendar,
    dice::Dice,
    maker::Made,
    people::{Member, Tenant},
};
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

/// One change.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    Stage(&'static str),
    Notes(String),
    Phone(String),
    Size(&'static str),
    Products(Vec<&'static str>),
    Website(String),
    ContactJob(Uuid, &'static str),
    ContactPhone(Uuid, String),
    ContactNotes(Uuid, &'static str),
    /// Makes the second the primary contact instead of the first.
    Primary(Uuid, Uuid),
    Tag(Uuid),
    Untag(Uuid),
    Owner(Uuid),
}

/// A change of a customer by somebody at some time.
#[derive(Clone, Debug)]
pub struct Step {
    pub at: DateTime<Utc>,
    pub tenant: Uuid,
    pub customer: Uuid,
    pub actor: Member,
    pub change: Change,
}

const JOBS: &[&str] =
    &["Operations Lead", "Finance Manager", "Head of IT", "Site Manager", "Purchasing Lead"];
const SIZES: &[&str] = &["11-50", "51-200", "201-500"];
const REMARKS: &[&str] = &[
    "Asked for a quote for two more sites.",
    "Complained about the last invoice; credited.",
    "Very happy after the onboarding call.",
    "New managing director since this month.",
    "Budget frozen until next quarter.",
    "Wants to speak at our user day.",
    "Renewed for another year.",
    "Evaluates a competitor; call before the end of the month.",
];

/// Whether this customer of all of a tenant has a story. Some sixty do, most of them of the last years.
pub fn has_one(number: usize, all: usize) -> bool {
    const TOLD: usize = 33;
    number == 0 || (number >= all / 3 && (number - all / 3).is_multiple_of((all * 2 / 3 / TOLD).max(1)))
}

/// Takes a customer back to when it came, and tells what made it what it was.
pub fn compose(
    made: &mut Made,
    number: usize,
    tenant: &Tenant,
    calendar: &Calendar,
    dice: &mut Dice,
) -> Vec<Step> {
    let customer = &mut made.customer;
    let changes: Vec<(DateTime<Utc>, Member, Change)> = if number == 0 {
        by_heart(made, tenant, calendar)
    } else {
        let stage = std::mem::replace(&mut customer.lifecycle_stage, "onboarding");
        let churned = customer.churned_at.take();
        (customer.updated_at, customer.updated_by, customer.version) =
            (customer.created_at, customer.created_by, 1);
        by_chance(made, stage, churned, tenant, calendar, dice)
    };
    let step =
        |(at, actor, change)| Step { at, tenant: tenant.id, customer: made.customer.id, actor, change };
    changes.into_iter().map(step).collect()
}

fn by_chance(
    made: &Made,
    stage: &'static str,
    churned: Option<DateTime<Utc>>,
    tenant: &Tenant,
    calendar: &Calendar,
    dice: &mut Dice,
) -> Vec<(DateTime<Utc>, Member, Change)> {
    let customer = &made.customer;
    let last = churned.unwrap_or(calendar.moment);
    let admin = tenant.staff[0];
    let agents = tenant.with_role("agent");
    let rep = tenant.staff.iter().copied().find(|member| made.owners.contains(&member.id));
    let actor = |dice: &mut Dice| match rep {
        Some(rep) if dice.permille(600) => rep,
        _ => *dice.pick(&agents),
    };
    let mut changes = vec![];
    if stage != "onboarding" {
        changes.push((actor(dice), Change::Stage("active")));
    }
    for _ in 0..dice.between(3, 6) {
        let contact = (!made.contacts.is_empty()).then(|| dice.pick(&made.contacts));
        let change = match (dice.below(10), contact) {
            (0..2, Some(contact)) => Change::ContactJob(contact.id, dice.word(JOBS)),
            (2..4, Some(contact)) => Change::ContactNotes(contact.id, dice.word(REMARKS)),
            (4..6, _) => {
                let remark = dice.word(REMARKS);
                Change::Notes(if customer.notes.is_empty() {
                    remark.to_owned()
                } else {
                    format!("{}\n{remark}", customer.notes)
                })
            }
            (6, _) if customer.customer_type == "business" => Change::Size(dice.word(SIZES)),
            (7, _) => Change::Products(tenant.plan.products[..dice.between(2, 4) as usize].to_vec()),
            (8, _) => {
                let tag = dice.below(tenant.tags.len());
                if made.tags.contains(&tag) {
                    Change::Untag(tenant.tags[tag])
                } else {
                    Change::Tag(tenant.tags[tag])
                }
            }
            _ => Change::Tag(*dice.pick(&tenant.tags)),
        };
        changes.push((actor(dice), change));
    }
    if dice.permille(500) {
        changes.push((admin, Change::Owner(dice.pick(&tenant.with_role("customer_success")).id)));
    }
    let span = (last - customer.created_at).num_seconds().max(2);
    let mut times: Vec<_> = changes
        .iter()
        .map(|_| {
            calendar
                .after(customer.created_at + TimeDelta::seconds(dice.between(0, span - 1)), dice)
                .min(last)
        })
        .collect();
    times.sort();
    let mut changes: Vec<_> =
        times.into_iter().zip(changes).map(|(at, (actor, change))| (at, actor, change)).collect();
    match stage {
        "churned" => changes.push((last, actor(dice), Change::Stage("churned"))),
        "inactive" => {
            let after = changes.last().map_or(customer.created_at, |(at, ..)| *at);
            changes.push((calendar.after(after, dice), actor(dice), Change::Stage("inactive")));
        }
        _ => {}
    }
    changes
}

fn by_heart(made: &Made, tenant: &Tenant, calendar: &Calendar) -> Vec<(DateTime<Utc>, Member, Change)> {
    let who = |email: &str| tenant.member(email);
    let contact = |n: usize| made.contacts.get(n).map_or(Uuid::nil(), |contact| contact.id);
    let tag = |n: usize| tenant.tags.get(n).copied().unwrap_or_default();
    let at = |days: i64, minutes: i64| {
        calendar.moment - TimeDelta::days(days)
            + TimeDelta::hours(tenant.plan.opens)
            + TimeDelta::minutes(minutes)
    };
    if tenant.plan.slug == "acme" {
        let (ada, grace, chloe, marcus) =
            (who("ada@acme.test"), who("grace@acme.test"), who("chloe@acme.test"), who("marcus@acme.test"));
        vec![
            (at(1431, 12), grace, Change::Notes("Wholesaler of fine foods; came on a recommendation from Fairbanks Logistics. Kick-off held, two warehouses to connect.".into())),
            (at(1404, 95), chloe, Change::Stage("active")),
            (at(1120, 40), chloe, Change::Products(vec!["Core", "Insights"])),
            (at(760, 210), grace, Change::Phone("+12065550108".into())),
            (at(655, 77), marcus, Change::Size("501-1000")),
            (at(420, 30), chloe, Change::Stage("inactive")),
            (at(420, 34), chloe, Change::Tag(tag(2))),
            (at(377, 151), ada, Change::Owner(marcus.id)),
            (at(350, 45), marcus, Change::ContactNotes(contact(3), "Took over the account in spring; wants a quarterly review.")),
            (at(338, 63), chloe, Change::Stage("active")),
            (at(338, 66), chloe, Change::Untag(tag(2))),
            (at(203, 118), chloe, Change::Products(vec!["Core", "Insights", "Fleet"])),
            (at(121, 14), grace, Change::ContactPhone(contact(4), "+12065550156".into())),
            (at(64, 240), chloe, Change::ContactJob(contact(1), "Head of Warehouse Systems")),
            (at(41, 33), grace, Change::Website("https://northwind.test".into())),
            (at(23, 187), chloe, Change::Tag(tag(0))),
            (at(9, 52), chloe, Change::Notes("Wholesaler of fine foods; came on a recommendation from Fairbanks Logistics. Two warehouses connected, a third opens in Portland next year.\nCarol wants figures for the renewal by the end of the month.".into())),
            (at(3, 75), ada, Change::Tag(tag(1))),
            (at(2, 20), chloe, Change::ContactNotes(contact(0), "Runs the day to day. Prefers email, answers the same day. On holiday for the last week of the month; Cody stands in.")),
        ]
    } else {
        let (eve, gil) = (who("eve@globex.test"), who("gil@globex.test"));
        let (hanna, jonas) = (who("hanna@globex.test"), who("jonas@globex.test"));
        vec![
            (at(1399, 22), gil, Change::Stage("active")),
            (at(930, 70), hanna, Change::Products(vec!["Basis", "Portal"])),
            (at(512, 41), gil, Change::Primary(contact(0), contact(1))),
            (at(498, 160), hanna, Change::Primary(contact(1), contact(0))),
            (at(301, 15), eve, Change::Owner(jonas.id)),
            (at(150, 83), jonas, Change::Size("201-500")),
            (at(88, 34), hanna, Change::ContactJob(contact(0), "Geschäftsführerin")),
            (at(30, 120), gil, Change::Notes("Softwarehaus; Rechnungen nur mit Bestellnummer.\nMöchte ab Januar auch das Modul Analyse.".into())),
            (at(12, 57), hanna, Change::Tag(tag(0))),
            (at(4, 98), gil, Change::Phone("+493023125410".into())),
        ]
    }
}
