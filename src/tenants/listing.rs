//! The list of tenants: by name, page after page.
use super::model::Tenant;
use crate::infra::{
    db::{Tx, ids::TenantId, paging, schema::tenants},
    web::{errors::Result, query::Parameters},
};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

/// What the URL asks for.
#[derive(Deserialize, Serialize, Default, Clone, Debug)]
#[serde(default)]
pub struct Params {
    /// A part of the name, short name or host.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub q: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub rows: String,
    /// Where the page goes on, or what it leads up to.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub after: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub before: String,
}

impl Parameters for Params {
    fn knows(name: &str, value: &str) -> bool {
        match name {
            "rows" => paging::is_size(value),
            _ => true,
        }
    }
}

/// A page of the list.
pub struct Found {
    pub tenants: Vec<Tenant>,
    /// Query strings of the pages beside it; empty where there is none.
    pub previous: String,
    pub next: String,
}

type Key = (String, TenantId);

impl Params {
    /// As a query string, on from somewhere else.
    fn at(&self, after: String, before: String) -> String {
        serde_html_form::to_string(Self { after, before, ..self.clone() }).unwrap_or_default()
    }

    /// Choices of how many rows: number, query string, whether it is this one.
    pub fn sizes(&self) -> Vec<(usize, String, bool)> {
        let of = |size: usize| Self { rows: size.to_string(), q: self.q.clone(), ..Self::default() };
        let now = paging::size(&self.rows);
        let query = |size| serde_html_form::to_string(of(size)).unwrap_or_default();
        paging::SIZES.into_iter().map(|size| (size, query(size), size == now)).collect()
    }

    /// Reads the page.
    pub fn find(&self, tx: &mut Tx) -> Result<Found> {
        let size = paging::size(&self.rows);
        let (after, before) = (paging::keys::<Key>(&self.after), paging::keys::<Key>(&self.before));
        let mut query = Tenant::query()
            .filter(tenants::is_throwaway.eq(false))
            .limit(i64::try_from(size).unwrap_or(100) + 1)
            .into_boxed();
        if !self.q.is_empty() {
            let part = format!("%{}%", self.q.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"));
            let (name, slug) = (tenants::name.ilike(part.clone()), tenants::slug.ilike(part.clone()));
            query = query.filter(name.or(slug).or(tenants::host.ilike(part).assume_not_null()));
        }
        let backwards = before.is_some();
        if let Some((name, id)) = before {
            let earlier = tenants::name.lt(name.clone());
            query = query
                .filter(earlier.or(tenants::name.eq(name).and(tenants::id.lt(id))))
                .order((tenants::name.desc(), tenants::id.desc()));
        } else {
            if let Some((name, id)) = &after {
                let later = tenants::name.gt(name.clone());
                query = query.filter(later.or(tenants::name.eq(name.clone()).and(tenants::id.gt(*id))));
            }
            query = query.order((tenants::name, tenants::id));
        }
        let mut found: Vec<Tenant> = query.load(tx.conn)?;
        let goes_on = found.len() > size;
        found.truncate(size);
        if backwards {
            found.reverse();
        }
        let key = |tenant: Option<&Tenant>| {
            tenant.map_or(String::new(), |tenant| paging::cursor(&(&tenant.name, tenant.id)))
        };
        let (first, last) = (key(found.first()), key(found.last()));
        let has_previous = if backwards { goes_on } else { after.is_some() && !found.is_empty() };
        let has_next = backwards || goes_on;
        let link = |is_there: bool, after: String, before: String| {
            if is_there { self.at(after, before) } else { String::new() }
        };
        Ok(Found {
            previous: link(has_previous, String::new(), first),
            next: link(has_next && !last.is_empty(), last, String::new()),
            tenants: found,
        })
    }
}
