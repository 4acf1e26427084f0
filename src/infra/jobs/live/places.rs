//! How many streams are open: of a person, of a tenant, and on this server.
use crate::infra::{
    db::ids::{TenantId, UserId},
    web::{
        errors::{AppError, Result},
        limits,
    },
};
use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, PoisonError},
};

/// The open streams. Clones count together.
#[derive(Clone, Default)]
pub(super) struct Places(Arc<Mutex<Open>>);

#[derive(Default)]
struct Open {
    people: HashMap<UserId, usize>,
    tenants: HashMap<TenantId, usize>,
    all: usize,
}

/// A stream of a person, counted as long as it lives.
pub struct Place {
    of: Places,
    tenant: TenantId,
    user: UserId,
}

impl Places {
    /// One more; `TooMany` where the person or their tenant has too many open, `Unavailable` where the server has.
    pub fn take(&self, tenant: TenantId, user: UserId) -> Result<Place> {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of_person = open.people.get(&user).copied().unwrap_or_default();
        let of_tenant = open.tenants.get(&tenant).copied().unwrap_or_default();
        if of_person >= limits::STREAMS_OF_A_PERSON.size() || of_tenant >= limits::STREAMS_OF_A_TENANT.size()
        {
            return Err(AppError::TooMany(30));
        }
        if open.all >= limits::STREAMS.size() {
            return Err(AppError::Unavailable);
        }
        *open.people.entry(user).or_default() += 1;
        *open.tenants.entry(tenant).or_default() += 1;
        open.all += 1;
        Ok(Place { of: self.clone(), tenant, user })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.of.0.lock().unwrap_or_else(PoisonError::into_inner);
        one_less(&mut open.people, &self.user);
        one_less(&mut open.tenants, &self.tenant);
        open.all = open.all.saturating_sub(1);
    }
}

fn one_less<K: Eq + Hash>(counts: &mut HashMap<K, usize>, key: &K) {
    if let Some(count) = counts.get_mut(key) {
        *count = count.saturating_sub(1);
        if *count == 0 {
            counts.remove(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_tenant_has_its_share_and_the_server_its_bound() {
        let places = Places::default();
        let take = |tenant: usize, user: usize| {
            let id = |n: usize| Uuid::from_u128(n as u128);
            places.take(TenantId(id(tenant)), UserId(id(tenant * 1_000_000 + user)))
        };
        let of = limits::STREAMS_OF_A_TENANT.size();
        let mut taken: Vec<Place> = (0..of).map(|user| take(1, user).unwrap()).collect();
        assert!(matches!(take(1, of).err(), Some(AppError::TooMany(_))));
        let all = limits::STREAMS.size();
        taken.extend((of..all).map(|n| take(2 + n / of, n).unwrap()));
        assert!(matches!(take(100, 1).err(), Some(AppError::Unavailable)));
        taken.pop();
        assert!(take(100, 1).is_ok());
        drop(taken);
        assert!(take(1, of).is_ok());
        let open = places.0.lock().unwrap();
        assert!(open.people.is_empty() && open.tenants.is_empty() && open.all == 0);
    }
}
