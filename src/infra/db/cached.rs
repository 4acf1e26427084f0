//! What forms and filters of a tenant offer, read once and kept in memory until it changes.
//!
//! The database counts the changes (migration `session_versions`), a request learns the count of now with its session, and what was read under
//! another count is read anew. A transaction that writes reads what it needs itself: it may be the one that changes it.
use super::{Audience, Tx, ids::TenantId};
use crate::infra::web::errors::Result;
use quick_cache::sync::Cache;
use std::{
    any::{Any, TypeId},
    sync::Arc,
};

/// So many lists are kept, of all tenants together.
const MOST: usize = 2_000;

/// A list of a tenant, the same for all of its staff.
pub trait Cached: Sized + Send + Sync + 'static {
    /// Reads it.
    ///
    /// # Errors
    /// Those of the database.
    fn load(tx: &mut Tx) -> Result<Self>;
}

type Kept = (i64, Arc<dyn Any + Send + Sync>);

/// What one server keeps.
#[derive(Clone)]
pub(super) struct Memory(Arc<Cache<(TenantId, TypeId), Kept>>);

impl Default for Memory {
    fn default() -> Self {
        Self(Arc::new(Cache::new(MOST)))
    }
}

impl Tx<'_> {
    /// A list of the tenant at work, from memory where nothing has changed since it was read.
    ///
    /// # Errors
    /// Those of the database.
    pub fn cached<T: Cached>(&mut self) -> Result<Arc<T>> {
        let (Some(tenant), Some(count), Audience::Staff, true) =
            (self.scope.tenant_id, self.scope.choices, self.scope.audience, self.is_reading)
        else {
            return T::load(self).map(Arc::new);
        };
        let key = (tenant, TypeId::of::<T>());
        let known = self.memory.0.get(&key).filter(|(of, _)| *of == count);
        if let Some(Ok(list)) = known.map(|(_, list)| list.downcast::<T>()) {
            return Ok(list);
        }
        let list = Arc::new(T::load(self)?);
        self.memory.0.insert(key, (count, list.clone()));
        Ok(list)
    }
}
