//! How fast a person may ask, where counting each request in the database would cost more than the request: counted in the memory of the
//! server.
use super::{Limit, REQUESTS_OF_A_PERSON, Reached};
use crate::infra::{
    db::ids::UserId,
    web::errors::{AppError, Result},
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

/// What each person has left. Clones share it.
#[derive(Clone, Debug)]
pub struct Pace {
    /// Requests a minute; 0: as many as they like.
    most: u64,
    seen: Arc<Mutex<HashMap<UserId, Window>>>,
}

/// A minute that began with a first request.
#[derive(Clone, Copy, Debug)]
struct Window {
    began: Instant,
    used: u64,
}

/// How many people are remembered: with more, those whose minute is over are forgotten.
const REMEMBERED: usize = 10_000;

impl Default for Pace {
    fn default() -> Self {
        Self::of(REQUESTS_OF_A_PERSON.most)
    }
}

impl Pace {
    /// So many requests a minute for each person; 0: as many as they like.
    pub fn of(most: u64) -> Self {
        Self { most, seen: Arc::default() }
    }

    /// Counts one; `Limit` where it is too many.
    pub fn take(&self, person: UserId) -> Result<()> {
        if self.most == 0 {
            return Ok(());
        }
        let (now, minute) = (Instant::now(), Duration::from_secs(REQUESTS_OF_A_PERSON.within));
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= REMEMBERED {
            seen.retain(|_, window| now.duration_since(window.began) < minute);
        }
        let window = seen.entry(person).or_insert(Window { began: now, used: 0 });
        let gone = now.duration_since(window.began);
        if gone >= minute {
            *window = Window { began: now, used: 0 };
        } else if window.used >= self.most {
            let limit = Limit { most: self.most, ..REQUESTS_OF_A_PERSON };
            return Err(AppError::Limit(Box::new(Reached::quota(&limit, (minute - gone).as_secs() + 1))));
        }
        window.used += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_person_has_a_number_of_their_own() {
        let (pace, eve, gil) = (Pace::of(2), UserId::new(), UserId::new());
        assert!(pace.take(eve).is_ok() && pace.clone().take(eve).is_ok());
        assert!(matches!(pace.take(eve), Err(AppError::Limit(_))));
        assert!(pace.take(gil).is_ok());
        assert!((0..100).all(|_| Pace::of(0).take(eve).is_ok()));
    }
}
