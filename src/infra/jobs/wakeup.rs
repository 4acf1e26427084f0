//! A bell that one thread rings and others wait for; a ring while nobody waits is not missed.
use std::{
    sync::{Arc, Condvar, Mutex, PoisonError},
    time::Duration,
};

/// Clones are the same bell.
#[derive(Clone, Default)]
pub struct Wakeup(Arc<(Mutex<u64>, Condvar)>);

impl Wakeup {
    /// Wakes everybody who waits.
    pub fn ring(&self) {
        let (rung, wake) = &*self.0;
        *rung.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        wake.notify_all();
    }

    /// How often it has rung: to be given to [`Wakeup::wait`], so that a ring between the two is heard.
    pub fn heard(&self) -> u64 {
        *self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until it has rung since `heard`, or for as long as `most`.
    pub fn wait(&self, heard: u64, most: Duration) -> u64 {
        let (rung, wake) = &*self.0;
        let rung = rung.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = wake.wait_timeout_while(rung, most, |rung| *rung == heard);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ring_before_the_wait_is_heard() {
        let wakeup = Wakeup::default();
        let heard = wakeup.heard();
        wakeup.clone().ring();
        assert_ne!(wakeup.wait(heard, Duration::from_secs(600)), heard);
        assert_eq!(wakeup.wait(wakeup.heard(), Duration::from_millis(1)), 1);
    }
}
