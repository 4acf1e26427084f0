//! Lanes: kinds of work that don't wait for one another.
use super::handlers::{Handler, Task};
use uuid::Uuid;

/// A kind of work, with threads of its own in each process: however slow its work is, that of other lanes goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lane {
    pub name: &'static str,
    /// Threads at most, however many `CLIENTELE_TASK_THREADS` grants to each lane.
    most: usize,
    /// Of one tenant one task at a time, on all servers together.
    pub is_alone: bool,
}

impl Lane {
    /// What follows from a change within the database, and is to be seen soon.
    pub const EVENTS: Self = Self::new("events", 16);
    /// The search index.
    pub const SEARCH: Self = Self::new("search", 16);
    /// Conversations with the mail server.
    pub const MAIL: Self = Self::new("mail", 4);
    /// Where files are kept.
    pub const FILES: Self = Self::new("files", 1);
    /// Imports: long transactions, of one tenant one at a time.
    pub const IMPORTS: Self = Self { is_alone: true, ..Self::new("imports", 2) };
    /// What clocks ask for.
    pub const UPKEEP: Self = Self::new("upkeep", 1);

    /// A lane of at most so many threads.
    pub const fn new(name: &'static str, most: usize) -> Self {
        Self { name, most, is_alone: false }
    }

    /// How many threads it has, where each lane is granted so many.
    pub fn threads(self, granted: usize) -> usize {
        self.most.min(granted).max(1)
    }
}

/// The lanes of these handlers.
pub fn all(handlers: &[Handler]) -> Vec<Lane> {
    let mut lanes: Vec<Lane> = vec![];
    for handler in handlers {
        if !lanes.contains(&handler.lane) {
            lanes.push(handler.lane);
        }
    }
    lanes
}

/// Tasks that are run together: of one handler and one tenant.
pub(super) type Group = (&'static Handler, Vec<Task>);

/// Whose turn it is: of each handler which tenant was served last, of each lane which handler.
pub(super) struct Turns {
    handlers: &'static [Handler],
    lanes: Vec<Lane>,
    after: Vec<Uuid>,
    last: Vec<usize>,
}

/// What `claim_task_groups` is asked, an entry for each handler.
#[derive(Default)]
pub(super) struct Ask {
    pub handlers: Vec<&'static str>,
    pub lanes: Vec<i32>,
    pub together: Vec<i32>,
    pub alone: Vec<bool>,
    pub after: Vec<Uuid>,
}

impl Turns {
    pub fn new(handlers: &'static [Handler], lanes: Vec<Lane>) -> Self {
        Self { handlers, after: vec![Uuid::nil(); handlers.len()], last: vec![0; lanes.len()], lanes }
    }

    /// In which lane a handler's work is done. Where there is only one, all is done in it.
    pub fn lane_of(&self, handler: &Handler) -> usize {
        self.lanes.iter().position(|lane| *lane == handler.lane).unwrap_or_default()
    }

    /// The handlers in the order of their turns, each with the tenant that was last.
    pub fn ask(&self) -> Ask {
        let mut ask = Ask::default();
        for (lane, last) in self.last.iter().enumerate() {
            let of_lane =
                self.handlers.iter().enumerate().filter(|(_, handler)| self.lane_of(handler) == lane);
            let (early, late): (Vec<_>, Vec<_>) = of_lane.partition(|(at, _)| at <= last);
            for (at, handler) in late.into_iter().chain(early) {
                ask.handlers.push(handler.name);
                ask.lanes.push(i32::try_from(lane + 1).unwrap_or(i32::MAX));
                ask.together.push(i32::try_from(handler.together).unwrap_or(i32::MAX));
                ask.alone.push(handler.lane.is_alone);
                ask.after.extend(self.after.get(at));
            }
        }
        ask
    }

    /// Notes who had their turn, and splits what was claimed into what is run together.
    pub fn took(&mut self, tasks: Vec<Task>) -> Vec<Group> {
        let mut groups: Vec<Group> = vec![];
        for task in tasks {
            let Some((at, handler)) =
                self.handlers.iter().enumerate().find(|(_, handler)| handler.name == task.handler)
            else {
                continue;
            };
            let lane = self.lane_of(handler);
            if let (Some(after), Some(last)) = (self.after.get_mut(at), self.last.get_mut(lane)) {
                (*after, *last) = (task.tenant_id.map_or(Uuid::nil(), |id| id.0), at);
            }
            match groups.last_mut() {
                Some((same, group))
                    if same.name == handler.name
                        && group.len() < handler.together
                        && group.first().is_some_and(|first| first.tenant_id == task.tenant_id) =>
                {
                    group.push(task);
                }
                _ => groups.push((handler, vec![task])),
            }
        }
        for (_, group) in &mut groups {
            group.sort_by_key(|task| task.id);
        }
        groups
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::infra::{db::ids::TenantId, jobs::Job, web::errors::Result};

    fn nothing(_: &mut Job) -> Result<()> {
        Ok(())
    }

    static HANDLERS: &[Handler] = &[
        Handler { together: 2, ..Handler::on("index", "", &[], nothing) }.in_lane(Lane::SEARCH),
        Handler::on("mail", "", &[], nothing).one_by_one(3).in_lane(Lane::MAIL),
        Handler::on("index_more", "", &[], nothing).in_lane(Lane::SEARCH),
    ];

    fn task(id: i64, handler: &str, tenant: u128) -> Task {
        Task {
            id,
            tenant_id: Some(TenantId(Uuid::from_u128(tenant))),
            handler: handler.into(),
            topic: None,
            entity_id: None,
            event_id: None,
            event_at: None,
            due_for: None,
            attempts: 1,
            tries: 3,
        }
    }

    #[test]
    fn a_group_has_one_handler_one_tenant_and_no_more_than_it_takes() {
        let claimed =
            [("index", 1), ("index", 1), ("index", 1), ("index", 2), ("mail", 2), ("mail", 2), ("gone", 1)];
        let tasks =
            claimed.iter().zip(1..).map(|((handler, tenant), id)| task(id, handler, *tenant)).collect();
        let groups = Turns::new(HANDLERS, all(HANDLERS)).took(tasks);
        let ids: Vec<Vec<i64>> =
            groups.iter().map(|(_, tasks)| tasks.iter().map(|t| t.id).collect()).collect();
        assert_eq!(ids, [vec![1, 2], vec![3], vec![4], vec![5], vec![6]]);
    }

    #[test]
    fn who_was_served_last_comes_last() {
        let mut turns = Turns::new(HANDLERS, all(HANDLERS));
        let order = |turns: &Turns| turns.ask().handlers.join(" ");
        assert_eq!(order(&turns), "index_more index mail");
        turns.took(vec![task(1, "index_more", 7)]);
        assert_eq!(order(&turns), "index index_more mail");
        let ask = turns.ask();
        assert_eq!((ask.after[1], ask.after[0]), (Uuid::from_u128(7), Uuid::nil()));
        assert_eq!((ask.lanes, ask.together), (vec![1, 1, 2], vec![2, 200, 1]));
    }

    #[test]
    fn a_lane_has_a_thread_at_least_and_no_more_than_its_own() {
        assert_eq!([0, 2, 64].map(|granted| Lane::MAIL.threads(granted)), [1, 2, 4]);
    }
}
