//! What stands on top of every page of a customer, whatever its tab.
use super::{model::Customer, urls};
use crate::{
    infra::{
        db::{
            Tx,
            ids::{CustomerId, TagId},
            json_rows::{JsonRows, json_rows},
        },
        entity::Entity,
        web::{errors::Result, staff::OWNER_CAN_ACT},
    },
    tags::TagColour,
};
use chrono::{DateTime, Utc};
use diesel::{prelude::*, sql_types};

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
    /// Id, name and colour.
    pub tags: JsonRows<(TagId, String, TagColour)>,
    pub owners: Vec<String>,
    pub contacts: i64,
    /// Up to 1,000.
    pub tickets: i64,
    /// Those that wait for us or for the customer, up to 100, and since when the first of them waits for us.
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
    #[diesel(sql_type = sql_types::Jsonb)]
    tags: JsonRows<(TagId, String, TagColour)>,
    #[diesel(sql_type = sql_types::Array<sql_types::Text>)]
    owners: Vec<String>,
    #[diesel(sql_type = sql_types::BigInt)]
    contacts: i64,
    #[diesel(sql_type = sql_types::BigInt)]
    tickets: i64,
    #[diesel(sql_type = sql_types::BigInt)]
    open_tickets: i64,
    #[diesel(sql_type = sql_types::Nullable<sql_types::Timestamptz>)]
    waiting_since: Option<DateTime<Utc>>,
    #[diesel(sql_type = sql_types::BigInt)]
    recent_changes: i64,
    #[diesel(sql_type = sql_types::Timestamptz)]
    last_change: DateTime<Utc>,
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
    /// Loads it in two queries; `NotFound` where the person at work may not see the customer.
    pub fn load(tx: &mut Tx, id: CustomerId, tab: Tab) -> Result<Self> {
        let customer = Customer::find(tx, id)?;
        let tags = json_rows(
            "t.id, t.name, t.colour",
            "FROM customer_tags ct JOIN tags t ON t.tenant_id = ct.tenant_id AND t.id = ct.tag_id
             WHERE ct.customer_id = c.id ORDER BY t.name_key",
        );
        let extra: Extra = crate::infra::db::sql::Statement::new(&format!(
            "SELECT {tags} AS tags,
                    ARRAY(SELECT u.name FROM customer_success_owned_customers o JOIN users u ON u.id = o.user_id WHERE o.customer_id = c.id AND {OWNER_CAN_ACT} ORDER BY u.name) AS owners,
                    (SELECT count(*) FROM (SELECT FROM contacts p WHERE p.customer_id = c.id LIMIT 1000) x) AS contacts,
                    k.tickets, k.open_tickets, k.waiting_since,
                    (SELECT count(*) FROM (SELECT FROM events e WHERE e.customer_id = c.id AND e.occurred_at > now() - interval '30 days' LIMIT 100) x) AS recent_changes,
                    greatest(c.updated_at, (SELECT e.occurred_at FROM events e WHERE e.customer_id = c.id ORDER BY e.occurred_at DESC, e.id DESC LIMIT 1)) AS last_change,
                    c.revenue_total::text AS revenue, now() AS now, d.grace_ends_at, d.asked_at IS NOT NULL AS asks
             FROM customers c LEFT JOIN deactivations d ON d.tenant_id = c.tenant_id AND d.customer_id = c.id AND d.reactivated_at IS NULL
             CROSS JOIN LATERAL (
                 SELECT count(*) AS tickets, count(*) FILTER (WHERE status IN ('open', 'pending')) AS open_tickets, min(waiting_since) AS waiting_since
                 FROM (SELECT status, waiting_since FROM tickets t WHERE t.customer_id = c.id ORDER BY activity_at DESC, id DESC LIMIT 1000) latest) k
             WHERE c.id = ",
        ))
        .bind(crate::infra::db::sql::Bind::Uuid(id.0))
        .clone()
        .get_result(tx.conn)?;
        Ok(Self {
            customer,
            tags: extra.tags,
            owners: extra.owners,
            contacts: extra.contacts,
            tickets: extra.tickets,
            open_tickets: extra.open_tickets,
            waiting_since: extra.waiting_since,
            revenue: extra.revenue,
            recent_changes: extra.recent_changes,
            last_change: extra.last_change,
            deactivation: extra.grace_ends_at.map(|end| (end, extra.asks.unwrap_or_default())),
            now: extra.now,
            tab,
            entities: tx.entities,
        })
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
