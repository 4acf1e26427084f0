//! The one transaction that makes the demo.
use super::{
    Account, DemoError, Summary,
    calendar::Calendar,
    calls, contacts,
    copy::{Rows, send},
    customers,
    dice::{Dice, Kind, id},
    following, grouped, history, indexes,
    maker::{Made, Maker},
    names::Vocabulary,
    people::{self, Tenant},
    stories::{self, Step},
    support::{self, Client, Desk},
    views,
};
use crate::infra::db::schema;
use chrono::{DateTime, TimeDelta, Utc};
use diesel::{connection::SimpleConnection, dsl::sql, prelude::*, sql_types};
use uuid::Uuid;

/// So many customers are sent at a time.
const BATCH: usize = 10_000;

/// Rows of a batch, by table.
#[derive(Default)]
struct Batch {
    customers: Rows,
    contacts: Rows,
    tags: Rows,
    owners: Rows,
    /// The first customer and the last.
    ends: Option<(Uuid, Uuid)>,
    /// The same of their contacts.
    contact_ends: Option<(Uuid, Uuid)>,
}

/// What the making of one tenant leaves behind for what follows.
#[derive(Default)]
struct Left {
    first: Uuid,
    first_at: DateTime<Utc>,
    lately: Vec<Uuid>,
    clients: Vec<Client>,
}

/// Makes everything.
pub fn all(
    conn: &mut PgConnection,
    count: usize,
    hash: &str,
    say: &mut dyn FnMut(&str),
) -> Result<Summary, DemoError> {
    refuse_unless_empty(conn)?;
    let moment: DateTime<Utc> =
        diesel::select(sql::<sql_types::Timestamptz>("date_trunc('day', now(), 'UTC')")).get_result(conn)?;
    let arrivals = indexes::set_aside(conn, indexes::ARRIVALS)?;
    let search = indexes::set_aside(conn, indexes::SEARCH)?;
    let routing = following::begin(conn)?;
    let opened = moment - TimeDelta::days(4 * 365 + 30);
    history::arrive(conn, opened)?;
    let tenants = people::make(conn, hash, opened)?;
    let mut summary = Summary::default();
    let mut steps = vec![];
    let (words, mut assignments) = (Vocabulary::default(), 0);
    let first_share = if count >= 100_000 { count / 10 * 9 } else { count * 6 / 10 }.max(1);
    let (mut desks, mut shares) = (vec![], vec![]);
    for (number, tenant) in tenants.iter().enumerate() {
        let share = if number == 0 { first_share } else { count - first_share };
        let calendar = Calendar::new(moment, tenant.plan.opens);
        let maker = Maker::new(tenant, number, share, calendar, &words);
        let mut hall = Hall {
            conn,
            tenant,
            calendar,
            share,
            summary: &mut summary,
            assignments: &mut assignments,
            steps: &mut steps,
        };
        let mut left = hall.receive(maker, say)?;
        people::make_portal_users(
            conn,
            number,
            tenant,
            left.first,
            hash,
            left.first_at + TimeDelta::days(2),
        )?;
        people::open_registration(conn, number, tenant, left.first, left.first_at + TimeDelta::days(3))?;
        views::make(conn, number, tenant, &left.lately, moment)?;
        support::make_saved_replies(conn, number, tenant, opened + TimeDelta::days(60))?;
        support::make_users(conn, number, tenant, &mut left.clients, hash, moment)?;
        if let Some(known) = left.clients.first_mut() {
            known.know(&people::portal_writers(number));
        }
        desks.push(Desk { number, tenant, calendar, clients: left.clients });
        shares.push(share);
        summary.customers.push((tenant.plan.name.to_owned(), share));
    }
    history::have_arrived(conn)?;
    say("Making the indexes");
    indexes::put_back(conn, arrivals)?;
    for (number, tenant) in tenants.iter().enumerate() {
        summary.calls += calls::make(conn, number, tenant, moment)?;
    }
    say("Telling what happened since");
    history::replay(conn, steps, assignments, &mut summary)?;
    following::renew_claims(conn)?;
    say("Asking and answering");
    summary.tickets = support::make(conn, &desks, count, &shares)?;
    say("Making what search finds");
    for tenant in &tenants {
        following::make_search(conn, tenant.id)?;
    }
    following::end(conn, routing)?;
    indexes::put_back(conn, search)?;
    summary.accounts = accounts(&tenants);
    Ok(summary)
}

fn refuse_unless_empty(conn: &mut PgConnection) -> Result<(), DemoError> {
    // Nobody makes a tenant between this look and the end.
    conn.batch_execute("LOCK TABLE tenants, users IN SHARE ROW EXCLUSIVE MODE")?;
    let has_data: bool =
        diesel::select(sql::<sql_types::Bool>("EXISTS (SELECT FROM tenants) OR EXISTS (SELECT FROM users)"))
            .get_result(conn)?;
    if has_data { Err(DemoError::NotEmpty) } else { Ok(()) }
}

/// Where the customers of one tenant come in.
struct Hall<'a> {
    conn: &'a mut PgConnection,
    tenant: &'a Tenant,
    calendar: Calendar,
    share: usize,
    summary: &'a mut Summary,
    assignments: &'a mut u64,
    steps: &'a mut Vec<Step>,
}

impl Hall<'_> {
    fn receive(&mut self, maker: Maker, say: &mut dyn FnMut(&str)) -> Result<Left, DemoError> {
        let mut batch = Batch::default();
        let mut left = Left::default();
        for (n, mut made) in maker.enumerate() {
            if stories::has_one(n, self.share) {
                let dice = &mut Dice::of(77, made.customer.id.as_u128() as u64);
                self.steps.extend(stories::compose(&mut made, n, self.tenant, &self.calendar, dice));
                left.lately.insert(n.min(1), made.customer.id);
                // Its story is told step by step.
                made.customer.is_disabled = false;
            }
            if n == 0 {
                (left.first, left.first_at) = (made.customer.id, made.customer.created_at);
            }
            if n.is_multiple_of(support::every(self.share)) {
                left.clients.push(Client::of(&made));
            }
            self.write(&made, &mut batch);
            if (n + 1).is_multiple_of(BATCH) || n + 1 == self.share {
                self.send(&mut batch)?;
                say(&format!(
                    "{}: {} of {} customers",
                    self.tenant.plan.name,
                    grouped(n + 1),
                    grouped(self.share)
                ));
            }
        }
        Ok(left)
    }

    fn write(&mut self, made: &Made, batch: &mut Batch) {
        let (tenant, customer) = (self.tenant, &made.customer);
        batch.ends = Some((batch.ends.map_or(customer.id, |(first, _)| first), customer.id));
        customers::write(customer, tenant.id, &mut batch.customers);
        for contact in &made.contacts {
            batch.contact_ends =
                Some((batch.contact_ends.map_or(contact.id, |(first, _)| first), contact.id));
            contacts::write(contact, tenant.id, customer, &mut batch.contacts);
        }
        for tag in &made.tags {
            batch.tags.row().plain(tenant.id).plain(customer.id).plain(tenant.tags[*tag]).end();
        }
        for (i, owner) in made.owners.iter().enumerate() {
            *self.assignments += 1;
            let at = (customer.created_at + TimeDelta::minutes(25 + 1440 * i as i64))
                .min(self.calendar.moment - TimeDelta::seconds(1));
            let assignment = id(Kind::Assignment, *self.assignments);
            batch
                .owners
                .row()
                .plain(assignment)
                .plain(tenant.id)
                .plain(owner)
                .plain(customer.id)
                .time(at)
                .end();
        }
        self.summary.contacts += made.contacts.len();
        self.summary.tags += made.tags.len();
        self.summary.assignments += made.owners.len();
    }

    fn send(&mut self, batch: &mut Batch) -> Result<(), DemoError> {
        use schema::{customer_success_owned_customers as owned, customer_tags};
        let Batch { customers, contacts, tags, owners, ends, contact_ends } = batch;
        send!(self.conn, customers, schema::customers::table, super::customers::columns!());
        send!(self.conn, contacts, schema::contacts::table, super::contacts::columns!());
        send!(
            self.conn,
            tags,
            customer_tags::table,
            (customer_tags::tenant_id, customer_tags::customer_id, customer_tags::tag_id)
        );
        send!(
            self.conn,
            owners,
            owned::table,
            (owned::id, owned::tenant_id, owned::user_id, owned::customer_id, owned::created_at)
        );
        if let Some((first, last)) = ends.take() {
            following::make_headquarters(self.conn, self.tenant.id, first, last)?;
            let contacts = contact_ends.take().unwrap_or_default();
            let moment = self.calendar.moment;
            following::make_deactivations(self.conn, self.tenant.id, (first, last), contacts, moment)?;
        }
        Ok(())
    }
}

fn accounts(tenants: &[Tenant]) -> Vec<Account> {
    let account = |email: &str, role: &str, place: String| Account {
        email: email.to_owned(),
        role: role.to_owned(),
        place,
    };
    let mut all = vec![];
    for (number, tenant) in tenants.iter().enumerate() {
        let name = tenant.plan.name;
        all.extend(tenant.staff.iter().map(|member| account(member.email, member.role, name.to_owned())));
        let customer = if number == 0 { "Northwind" } else { "Initech" };
        all.extend(
            people::portal_users(number)
                .iter()
                .map(|(email, _, role)| account(email, role, format!("{customer}, customer of {name}"))),
        );
    }
    all.push(account("root@clientele.test", "platform_admin", "the platform".to_owned()));
    all
}
