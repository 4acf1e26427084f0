//! What stands on top of every page of a customer, whatever its tab.
use super::{
    model::{CompanyList, Customer},
    urls,
};
use crate::{
    infra::{
        db::{
            Tx,
            events::{Event, RECENT, RECENT_AT_LEAST},
            ids::{CompanyId, CustomerId, TagId, UserId},
            sql::{Bind, Statement},
        },
        entity::Entity,
        web::{errors::Result, staff::StaffList},
    },
    tags::{Tag, TagList},
};
use chrono::{DateTime, Utc};
use diesel::{prelude::*, sql_types};

fn company_name(tx: &mut Tx, id: CompanyId) -> Result<String> {
    Ok(tx.cached::<CompanyList>()?.name(id).unwrap_or_default().to_owned())
}

/// A tab of a customer's page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    Overview,
    Timeline,
    /// Of the things with this code ([`Entity::tab`]).
    Of(&'static str),
}

/// A tab as its page shows it.
pub struct TabLink {
    pub label: &'static str,
    pub url: String,
    /// How many there are, where that is known; a thousand stands for more.
    pub count: Option<i64>,
    pub is_current: bool,
}

/// The customer and what its header shows.
pub struct Head {
    pub customer: Customer,
    pub tags: Vec<Tag>,
    /// The names of those who look after it and can.
    pub owners: Vec<String>,
    /// And all who look after it, as far as the user at work may know.
    pub owner_ids: Vec<UserId>,
    /// The name of the company that serves it; empty: none.
    pub company: String,
    pub contacts: i64,
    pub tickets: i64,
    /// Those that are open or pending, and since when the customer waits for an answer.
    pub open_tickets: i64,
    pub waiting_since: Option<DateTime<Utc>>,
    pub revenue: String,
    /// How often the log tells of it in the last 30 days, up to 100.
    pub recent_changes: i64,
    /// When anything of it last happened: what its timeline begins with.
    pub last_change: DateTime<Utc>,
    /// Since its access was switched off: until when it can be switched on again, and whether it asks for that.
    pub deactivation: Option<(DateTime<Utc>, bool)>,
    pub now: DateTime<Utc>,
    tab: Tab,
    entities: &'static [Entity],
}

#[derive(QueryableByName)]
struct Extra {
    #[diesel(sql_type = sql_types::Array<sql_types::Uuid>)]
    tag_ids: Vec<TagId>,
    #[diesel(sql_type = sql_types::Array<sql_types::Uuid>)]
    owner_ids: Vec<UserId>,
    #[diesel(sql_type = sql_types::Integer)]
    contacts: i32,
    #[diesel(sql_type = sql_types::Integer)]
    tickets: i32,
    #[diesel(sql_type = sql_types::Integer)]
    open_tickets: i32,
    #[diesel(sql_type = sql_types::Nullable<sql_types::Timestamptz>)]
    waiting_since: Option<DateTime<Utc>>,
    #[diesel(sql_type = sql_types::BigInt)]
    recent_changes: i64,
    #[diesel(sql_type = sql_types::Nullable<sql_types::Timestamptz>)]
    last_event: Option<DateTime<Utc>>,
    #[diesel(sql_type = sql_types::Text)]
    revenue: String,
    #[diesel(sql_type = sql_types::Timestamptz)]
    now: DateTime<Utc>,
    #[diesel(sql_type = sql_types::Nullable<sql_types::Timestamptz>)]
    grace_ends_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = sql_types::Nullable<sql_types::Bool>)]
    asks: Option<bool>,
}

impl Head {
    /// Loads it in two queries, three where nothing has happened for a month; `NotFound` where the person at work may not see the customer.
    pub fn load(tx: &mut Tx, id: CustomerId, tab: Tab) -> Result<Self> {
        let customer = Customer::find(tx, id)?;
        let extra: Extra = Statement::new(&format!(
            "SELECT f.tag_ids, f.contacts, f.tickets, f.open_tickets, nullif(f.waiting_since, 'infinity') AS waiting_since,
                    ARRAY(SELECT o.user_id FROM customer_success_owned_customers o WHERE o.tenant_id = c.tenant_id AND o.customer_id = c.id) AS owner_ids,
                    (SELECT count(*) FROM (SELECT FROM events WHERE customer_id = c.id AND {RECENT} AND occurred_at > now() - interval '30 days' LIMIT 100) x) AS recent_changes,
                    (SELECT occurred_at FROM events WHERE customer_id = c.id AND {RECENT} ORDER BY occurred_at DESC, id DESC LIMIT 1) AS last_event,
                    c.revenue_total::text AS revenue, now() AS now, d.grace_ends_at, d.asked_at IS NOT NULL AS asks
             FROM customers c JOIN customer_figures f ON f.tenant_id = c.tenant_id AND f.customer_id = c.id
             LEFT JOIN deactivations d ON d.tenant_id = c.tenant_id AND d.customer_id = c.id AND d.reactivated_at IS NULL
             WHERE c.id = ",
        ))
        .bind(Bind::Uuid(id.0))
        .clone()
        .get_result(tx.conn)?;
        let last_event = match extra.last_event {
            Some(at) => Some(at),
            None => Event::of_customer(tx, id, false, None, 1)?.first().map(|event| event.occurred_at),
        };
        let (staff, tags) = (tx.cached::<StaffList>()?, tx.cached::<TagList>()?);
        let company = customer.company_id.map(|company| company_name(tx, company)).transpose()?;
        Ok(Self {
            tags: tags.of(&extra.tag_ids).into_iter().cloned().collect(),
            owners: staff.owners(&extra.owner_ids).into_iter().map(str::to_owned).collect(),
            owner_ids: extra.owner_ids,
            company: company.unwrap_or_default(),
            contacts: extra.contacts.into(),
            tickets: extra.tickets.into(),
            open_tickets: extra.open_tickets.into(),
            waiting_since: extra.waiting_since,
            revenue: extra.revenue,
            recent_changes: extra.recent_changes,
            last_change: last_event.unwrap_or(customer.updated_at).max(customer.updated_at),
            deactivation: extra.grace_ends_at.map(|end| (end, extra.asks.unwrap_or_default())),
            now: extra.now,
            customer,
            tab,
            entities: tx.entities,
        })
    }

    /// Whether all that happened to it is in the log of this month and the last.
    pub fn is_new(&self) -> bool {
        self.customer.created_at >= self.now - RECENT_AT_LEAST
    }

    /// The tabs: what there is of every customer, then the things that have one.
    pub fn tabs(&self) -> Vec<TabLink> {
        let id = &self.customer.id;
        let link = |label, url, tab, count| TabLink { label, url, count, is_current: self.tab == tab };
        let mut tabs = vec![
            link("Overview", urls::customer(id), Tab::Overview, None),
            link("Timeline", urls::customer_timeline(id), Tab::Timeline, None),
        ];
        tabs.extend(self.entities.iter().filter_map(|entity| {
            let tab = entity.tab?;
            let count = match entity.code {
                "contact" => Some(self.contacts),
                "ticket" => Some(self.tickets),
                _ => None,
            };
            Some(link(tab.label, (tab.url)(id.0), Tab::Of(entity.code), count))
        }));
        tabs
    }

    /// Whether no purchase is known: then nothing is known of revenue either.
    pub fn has_no_purchases(&self) -> bool {
        self.customer.first_purchase_on.is_none() && self.revenue.trim_matches(['0', '.']).is_empty()
    }

    /// Days until the grace period ends, begun ones included; 0: it is over.
    pub fn days_left(&self, end: &DateTime<Utc>) -> i64 {
        ((*end - self.now).num_seconds().max(0) + 86_399) / 86_400
    }
}
