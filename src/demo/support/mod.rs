//! Tickets of the last year: threads in every status, some unanswered, some of each person who signs in.
mod clients;
mod log;
mod rows;
mod story;
mod topics;

pub use clients::{Client, make_users};

use super::{
    DemoError,
    calendar::Calendar,
    dice::{Dice, Kind, id},
    people::{Member, Tenant},
};
use crate::infra::db::schema::saved_replies;
use chrono::{DateTime, TimeDelta, Utc};
use diesel::{connection::SimpleConnection, insert_into, prelude::*, sql_types::Timestamptz};
use story::{Cast, Fate, Story, Writer};
use uuid::Uuid;

/// How many tickets there are: as many as that at most.
const MOST: usize = 20_000;
/// How many each known person of the portal has.
const OF_KNOWN: usize = 16;
/// Customers of a tenant who ask, roughly.
const CLIENTS: usize = 3_000;

const PRIORITIES: &[(&str, usize)] = &[("normal", 74), ("high", 13), ("low", 9), ("urgent", 4)];

/// A ticket on its way into the database.
struct Draft {
    customer: Uuid,
    requester: Writer,
    contact: Option<Uuid>,
    subject: String,
    priority: &'static str,
    tag: Option<Uuid>,
    story: Story,
}

/// The tickets of one tenant, before they are made.
pub struct Desk<'a> {
    pub number: usize,
    pub tenant: &'a Tenant,
    pub calendar: Calendar,
    /// Never empty: the best-known customer comes first.
    pub clients: Vec<Client>,
}

/// Every which customer of so many asks something.
pub fn every(customers: usize) -> usize {
    (customers / CLIENTS).max(1)
}

/// Gives a tenant the answers that its staff keep at hand.
pub fn make_saved_replies(
    conn: &mut PgConnection,
    number: usize,
    tenant: &Tenant,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    let rows: Vec<_> = topics::saved(number)
        .iter()
        .enumerate()
        .map(|(n, topics::SavedText(name, body))| {
            (
                saved_replies::id.eq(id(Kind::SavedReply, (number * 100 + n) as u64)),
                saved_replies::tenant_id.eq(tenant.id),
                saved_replies::name.eq(*name),
                saved_replies::body.eq(*body),
                saved_replies::created_at.eq(at),
                saved_replies::updated_at.eq(at),
            )
        })
        .collect();
    insert_into(saved_replies::table).values(rows).execute(conn).map(drop)
}

/// Makes the tickets of all tenants, two for each of the customers; returns how many.
pub fn make(
    conn: &mut PgConnection,
    desks: &[Desk],
    customers: usize,
    shares: &[usize],
) -> Result<usize, DemoError> {
    let all = (customers * 2).min(MOST);
    let mut made = 0;
    log::begin(conn)?;
    for (desk, share) in desks.iter().zip(shares) {
        let mut drafts = desk.drafts(all * share / customers.max(1));
        drafts.sort_by_key(Draft::at);
        rows::send(conn, desk, &drafts)?;
        made += drafts.len();
    }
    log::write(conn)?;
    if let Some(desk) = desks.first() {
        mark_read(conn, desk.calendar.moment)?;
    }
    Ok(made)
}

impl Draft {
    fn at(&self) -> DateTime<Utc> {
        self.story.steps.first().map_or(DateTime::UNIX_EPOCH, |step| step.at)
    }
}

impl Desk<'_> {
    fn drafts(&self, wanted: usize) -> Vec<Draft> {
        use Fate::{Closed, Pending, Reopened, Solved, Waiting};
        let mut drafts = vec![];
        let Some(known) = self.clients.first() else { return drafts };
        for (place, user) in known.users.iter().enumerate() {
            for n in 0..OF_KNOWN {
                let dice = &mut Dice::of(91 + self.number as u64, (place * 100 + n) as u64);
                let fate = [Waiting, Pending, Solved, Reopened, Pending, Solved, Closed, Closed][n % 8];
                // The open ones are of the last days, the others go back through the year.
                let days = if matches!(fate, Waiting | Pending | Reopened) {
                    n as i64 / 3
                } else {
                    6 + 11 * n as i64
                };
                let at =
                    self.calendar.moment - TimeDelta::seconds(days * 86_400 + dice.between(5_000, 70_000));
                drafts.push(self.draft(known, user.clone(), None, at.max(known.since), fate, dice));
            }
        }
        // Some fall on a customer who has nobody to ask, or came only today.
        for n in 0..wanted * 2 {
            if drafts.len() >= wanted {
                break;
            }
            let dice = &mut Dice::of(93 + self.number as u64, n as u64);
            let client = &self.clients[dice.below(self.clients.len()).min(dice.below(self.clients.len()))];
            let since = client.since.max(self.calendar.moment - TimeDelta::days(400));
            let at = self.calendar.after(since, dice);
            if at >= self.calendar.moment {
                continue;
            }
            let (writer, contact) = match (client.users.is_empty(), client.contacts.is_empty()) {
                (false, _) => (dice.pick(&client.users).clone(), None),
                (_, false) => {
                    let (contact, name) = dice.pick(&client.contacts);
                    (Writer { id: None, name: name.clone() }, Some(*contact))
                }
                _ => continue,
            };
            let fate = story::fate((self.calendar.moment - at).num_days(), dice);
            drafts.push(self.draft(client, writer, contact, at, fate, dice));
        }
        drafts
    }

    fn draft(
        &self,
        client: &Client,
        requester: Writer,
        contact: Option<Uuid>,
        at: DateTime<Utc>,
        fate: Fate,
        dice: &mut Dice,
    ) -> Draft {
        let topic = dice.pick(topics::of_tenant(self.number));
        let product = dice.word(self.tenant.plan.products);
        let desk: Vec<Member> =
            self.tenant.staff.iter().copied().filter(|member| member.role != "customer_success").collect();
        let owner = self.tenant.staff.iter().find(|member| Some(member.id) == client.owner);
        let assignee = match owner {
            Some(owner) if dice.permille(250) => *owner,
            _ => *dice.pick(&desk),
        };
        let cast = Cast {
            requester: requester.clone(),
            assignee: self.named(assignee),
            colleague: self.named(*dice.pick(&desk)),
        };
        let story = story::compose(topic, product, &cast, at, self.calendar.moment, fate, dice);
        let is_assigned = story.steps.last().is_some_and(|step| step.state.assignee.is_some());
        Draft {
            customer: client.id,
            requester,
            contact,
            subject: topic.subject.replace("{}", product),
            priority: dice.weighted::<&str>(PRIORITIES),
            tag: (is_assigned && dice.permille(220)).then(|| *dice.pick(&self.tenant.tags)),
            story,
        }
    }

    fn named(&self, member: Member) -> Writer {
        let plan = self.tenant.plan.staff.iter().find(|(email, ..)| *email == member.email);
        Writer { id: Some(member.id), name: plan.map_or(member.email, |(_, name, _)| name).to_owned() }
    }
}

/// Who signs in has read what is some days old, and what they have answered themselves; requesters all but every third of the answers
/// that wait for them.
fn mark_read(conn: &mut PgConnection, moment: DateTime<Utc>) -> QueryResult<()> {
    conn.batch_execute("SET LOCAL enable_nestloop = on")?;
    diesel::sql_query(
        "INSERT INTO ticket_readers (tenant_id, ticket_id, user_id, read_at)
         SELECT t.tenant_id, t.id, u.id, t.activity_at FROM tickets t JOIN users u ON u.tenant_id = t.tenant_id
         WHERE u.email IN ('ada@acme.test', 'grace@acme.test', 'chloe@acme.test', 'eve@globex.test', 'gil@globex.test')
           AND (t.activity_at < $1 - interval '3 days' OR t.assignee_id = u.id AND t.waiting_since IS NULL)
           AND (u.roles && '{tenant_admin,agent}' OR EXISTS (SELECT FROM customer_success_owned_customers o
                WHERE o.tenant_id = t.tenant_id AND o.customer_id = t.customer_id AND o.user_id = u.id))
         UNION ALL
         SELECT tenant_id, id, requester_id, CASE WHEN number % 3 = 0 AND staff_wrote_at IS NOT NULL THEN created_at ELSE activity_at END
         FROM tickets WHERE requester_id IS NOT NULL",
    )
    .bind::<Timestamptz, _>(moment)
    .execute(conn)
    .map(drop)
}
