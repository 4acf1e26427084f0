//! What the server has few of (connections for exports, memory for large bodies), shared so that nobody uses it up for the others: so many
//! at once for a person, for a tenant, and in all.
use crate::infra::web::{
    errors::{AppError, Result},
    limits::Limit,
};
use std::sync::{Mutex, PoisonError};

/// Something of which there are few.
pub struct Shares {
    of_a_person: &'static Limit,
    of_a_tenant: &'static Limit,
    in_all: &'static Limit,
    /// Who has what: tenant and person, as whatever tells them apart.
    taken: Mutex<Vec<(String, String)>>,
}

/// One of them, given back when it is dropped.
pub struct Share {
    of: &'static Shares,
    tenant: String,
    person: String,
}

impl Shares {
    /// None taken yet.
    pub const fn new(
        of_a_person: &'static Limit,
        of_a_tenant: &'static Limit,
        in_all: &'static Limit,
    ) -> Self {
        Self { of_a_person, of_a_tenant, in_all, taken: Mutex::new(vec![]) }
    }

    /// Takes one. `TooMany` where the person or their tenant has their share, `Unavailable` where all are taken.
    pub fn take(&'static self, tenant: impl ToString, person: impl ToString) -> Result<Share> {
        let (tenant, person) = (tenant.to_string(), person.to_string());
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let of_tenant = taken.iter().filter(|(of, _)| *of == tenant).count();
        let of_person = taken.iter().filter(|one| **one == (tenant.clone(), person.clone())).count();
        if of_person >= self.of_a_person.size() || of_tenant >= self.of_a_tenant.size() {
            return Err(AppError::TooMany(10));
        }
        if taken.len() >= self.in_all.size() {
            return Err(AppError::Unavailable);
        }
        taken.push((tenant.clone(), person.clone()));
        Ok(Share { of: self, tenant, person })
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut taken = self.of.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) =
            taken.iter().position(|(tenant, person)| *tenant == self.tenant && *person == self.person)
        {
            taken.swap_remove(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::infra::web::limits::{DOWNLOADS, DOWNLOADS_OF_A_PERSON, DOWNLOADS_OF_A_TENANT};

    #[test]
    fn nobody_takes_the_shares_of_others() {
        static FEW: Shares = Shares::new(&DOWNLOADS_OF_A_PERSON, &DOWNLOADS_OF_A_TENANT, &DOWNLOADS);
        let ada = FEW.take("acme", "ada").unwrap();
        assert!(matches!(FEW.take("acme", "ada"), Err(AppError::TooMany(_))));
        let grace = FEW.take("acme", "grace").unwrap();
        assert!(matches!(FEW.take("acme", "chloe"), Err(AppError::TooMany(_))));
        let others: Vec<Share> =
            (0..4).map(|n| FEW.take(format!("tenant {}", n / 2), format!("person {n}")).unwrap()).collect();
        assert!(matches!(FEW.take("globex", "eve"), Err(AppError::Unavailable)));
        drop((ada, grace));
        assert!(FEW.take("globex", "eve").is_ok());
        drop(others);
        assert!(FEW.taken.lock().unwrap().is_empty());
    }
}
