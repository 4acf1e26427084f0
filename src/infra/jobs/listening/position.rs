//! Where the log stands, and whether something new can be seen of it.

/// What the database says of itself (`log_position`).
#[derive(Clone, Copy, Debug, Default)]
pub struct Found {
    /// The last numbers that were given: their rows may not be visible yet, or never.
    pub events: i64,
    pub tasks: i64,
    /// A transaction later than all that took those numbers, where they are new.
    pub next: i64,
    /// How many are in progress of those before the one that was asked about.
    pub open: i64,
}

/// Of what there may be something new.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct News {
    pub events: bool,
    pub tasks: bool,
}

/// What is known of the log so far.
#[derive(Debug, Default)]
pub struct Position {
    seen: Option<(i64, i64)>,
    /// Before this one all transactions began that may hold what was not visible yet.
    until: i64,
    /// How many of them are in progress; none: not known yet.
    open: Option<i64>,
    awaited: News,
}

impl Position {
    /// What to ask the database about.
    pub fn until(&self) -> i64 {
        self.until
    }

    /// The numbers that are known; -1 before the first answer.
    pub fn seen(&self) -> (i64, i64) {
        self.seen.unwrap_or((-1, -1))
    }

    /// Whether all that was written is visible, and known.
    pub fn is_settled(&self) -> bool {
        self.awaited == News::default()
    }

    /// Takes note of an answer, and says what there may be to do.
    pub fn look(&mut self, found: Found) -> News {
        let seen = self.seen.replace((found.events, found.tasks));
        let given = News {
            events: seen.is_none_or(|(events, _)| events != found.events),
            tasks: seen.is_none_or(|(_, tasks)| tasks != found.tasks),
        };
        if given != News::default() {
            self.awaited = News {
                events: self.awaited.events || given.events,
                tasks: self.awaited.tasks || given.tasks,
            };
            (self.until, self.open) = (found.next, None);
            // Short ones may have ended already.
            return self.awaited;
        }
        if self.open == Some(found.open) {
            return News::default();
        }
        self.open = Some(found.open);
        let news = self.awaited;
        if found.open == 0 {
            self.awaited = News::default();
        }
        news
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: News = News { events: false, tasks: false };
    const BOTH: News = News { events: true, tasks: true };

    #[test]
    fn what_is_written_is_looked_for_until_its_transaction_has_ended() {
        let mut position = Position::default();
        let at = |events, tasks, next, open| Found { events, tasks, next, open };
        assert_eq!(position.look(at(5, 3, 100, 0)), BOTH, "whatever came before");
        assert_eq!(position.look(at(5, 3, 100, 0)), BOTH);
        assert!(position.is_settled());
        assert_eq!(position.look(at(5, 3, 130, 0)), NONE, "others' transactions are none of its business");
        // Two write; one ends at once, the other later.
        assert_eq!(position.look(at(7, 3, 132, 0)), News { events: true, tasks: false });
        assert_eq!(position.until(), 132);
        assert_eq!(position.look(at(7, 3, 133, 1)), News { events: true, tasks: false });
        assert_eq!(position.look(at(7, 3, 150, 1)), NONE);
        assert!(!position.is_settled());
        assert_eq!(position.look(at(7, 3, 150, 0)), News { events: true, tasks: false });
        assert!(position.is_settled());
        assert_eq!(position.look(at(7, 3, 150, 0)), NONE);
    }
}
