//! Removing what nobody can reach any more.
use crate::infra::{
    db::ids::TenantId,
    jobs::{Errand, Record},
    services::files::Stored,
    web::errors::Result,
};
use diesel::{
    RunQueryDsl,
    sql_types::{Array, Uuid},
};
use std::collections::HashSet;

#[diesel::declare_sql_function]
extern "SQL" {
    fn kept_files(tenants: Array<Uuid>, ids: Array<Uuid>) -> Uuid;
}

/// Files that one statement asks about.
const BATCH: usize = 1000;

/// Removes the files of attachments that are gone: with their ticket, their customer, or their tenant.
pub fn remove_files(errand: &Errand) -> Result<Record> {
    let files = &errand.tools.files;
    for task in errand.tasks {
        if let (Some(tenant), Some(id)) = (task.tenant_id, task.entity_id) {
            files.wait(files.remove(tenant, id))?;
        }
    }
    Ok(Box::new(|_| Ok(())))
}

/// Removes what was uploaded and never sent, because a server stopped in between.
pub fn sweep(errand: &Errand) -> Result<Record> {
    let files = &errand.tools.files;
    let found = files.wait(files.old())?;
    let mut removed = 0;
    for batch in found.chunks(BATCH) {
        let (tenants, ids): (Vec<TenantId>, Vec<uuid::Uuid>) =
            batch.iter().map(|Stored { tenant, id }| (*tenant, *id)).unzip();
        let kept = errand.transaction(|tx| Ok(diesel::select(kept_files(&tenants, &ids)).load(tx.conn)?))?;
        let kept: HashSet<uuid::Uuid> = kept.into_iter().collect();
        for Stored { tenant, id } in batch.iter().filter(|file| !kept.contains(&file.id)) {
            files.wait(files.remove(*tenant, *id))?;
            removed += 1;
        }
    }
    if removed > 0 {
        tracing::info!(removed, "files that belonged to nothing are removed");
    }
    Ok(Box::new(|_| Ok(())))
}
