//! One ticket from its opening to today: who wrote what and when, and where each step left it.
use super::topics::Topic;
use crate::demo::dice::Dice;
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

/// Somebody who writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Writer {
    /// `None` for a contact, who can't sign in.
    pub id: Option<Uuid>,
    pub name: String,
}

/// How far a ticket has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Waiting,
    Pending,
    Reopened,
    Solved,
    Closed,
}

/// Where a ticket stands after a step.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    pub assignee: Option<Uuid>,
    pub status: &'static str,
    pub waiting_since: Option<DateTime<Utc>>,
    pub first_replied_at: Option<DateTime<Utc>>,
    pub resolved_at: Option<DateTime<Utc>>,
}

/// A step: who took it, and where it left the ticket.
#[derive(Clone, Debug)]
pub struct Step {
    pub at: DateTime<Utc>,
    pub actor: Option<Uuid>,
    pub audience: &'static str,
    pub state: State,
}

/// Something written.
#[derive(Clone, Debug)]
pub struct Said {
    pub at: DateTime<Utc>,
    pub author: Writer,
    pub from_staff: bool,
    pub is_internal: bool,
    pub body: String,
}

/// All of it.
#[derive(Clone, Debug)]
pub struct Story {
    pub steps: Vec<Step>,
    pub messages: Vec<Said>,
}

/// The people of a story.
pub struct Cast {
    pub requester: Writer,
    pub assignee: Writer,
    /// A colleague who helps out or writes notes.
    pub colleague: Writer,
}

struct Teller<'a> {
    cast: &'a Cast,
    /// Before all of it must have happened.
    moment: DateTime<Utc>,
    at: DateTime<Utc>,
    state: State,
    story: Story,
}

/// Tells how a ticket that was opened at `at` came to its fate, as far as there is time for it before `moment`.
pub fn compose(
    topic: &Topic,
    product: &str,
    cast: &Cast,
    at: DateTime<Utc>,
    moment: DateTime<Utc>,
    fate: Fate,
    dice: &mut Dice,
) -> Story {
    let state = State { status: "open", waiting_since: Some(at), ..State::default() };
    let story = Story { steps: vec![], messages: vec![] };
    let mut teller = Teller { cast, moment, at, state, story };
    let words = |text: &str| text.replace("{}", product);
    // A contact can't sign in: staff write down what they ask.
    let opener = if cast.requester.id.is_some() { &cast.requester } else { &cast.assignee };
    teller.say(opener, opener == &cast.assignee, false, words(topic.question));
    teller.step(opener, opener == &cast.assignee);
    let is_taken = fate != Fate::Waiting || dice.permille(450);
    if is_taken && teller.wait(dice.between(3, 240)) {
        teller.state.assignee = cast.assignee.id;
        teller.step(if dice.permille(700) { &cast.assignee } else { &cast.colleague }, true);
    }
    if !topic.note.is_empty() && is_taken && dice.permille(400) && teller.wait(dice.between(2, 90)) {
        let author = if dice.permille(500) { &cast.colleague } else { &cast.assignee };
        teller.say(author, true, true, words(topic.note));
    }
    if fate == Fate::Waiting {
        return teller.story;
    }
    teller.answer(words(topic.answer), "pending", dice.between(6, 400));
    if fate == Fate::Pending {
        return teller.story;
    }
    teller.come_back(words(topic.back), dice.between(20, 2600));
    if fate == Fate::Reopened && dice.permille(400) {
        return teller.story;
    }
    teller.answer(words(topic.end), "solved", dice.between(10, 900));
    match fate {
        Fate::Reopened => teller.come_back(words(topic.back), dice.between(200, 4000)),
        Fate::Closed if teller.state.status == "solved" && teller.wait(7 * 24 * 60) => {
            teller.state.status = "closed";
            teller.step(&cast.assignee, true);
        }
        _ => {}
    }
    teller.story
}

impl Teller<'_> {
    /// Lets minutes pass; false, and nothing passes, where it would be later than now.
    fn wait(&mut self, minutes: i64) -> bool {
        let then = self.at + TimeDelta::seconds(minutes * 60 + 17);
        let is_past = then < self.moment;
        if is_past {
            self.at = then;
        }
        is_past
    }

    fn say(&mut self, author: &Writer, from_staff: bool, is_internal: bool, body: String) {
        self.story.messages.push(Said { at: self.at, author: author.clone(), from_staff, is_internal, body });
    }

    fn step(&mut self, actor: &Writer, is_staff: bool) {
        let audience = if is_staff { "staff" } else { "portal" };
        self.story.steps.push(Step { at: self.at, actor: actor.id, audience, state: self.state.clone() });
    }

    fn answer(&mut self, body: String, status: &'static str, minutes: i64) {
        if !self.wait(minutes) {
            return;
        }
        let author = &self.cast.assignee;
        self.say(author, true, false, body);
        self.state.status = status;
        self.state.waiting_since = None;
        self.state.first_replied_at = self.state.first_replied_at.or(Some(self.at));
        self.state.resolved_at = (status == "solved").then_some(self.at);
        self.step(author, true);
    }

    fn come_back(&mut self, body: String, minutes: i64) {
        // What a contact says on the phone is written down as a note.
        if !self.wait(minutes) {
            return;
        }
        let Some(_) = self.cast.requester.id else {
            let described = format!("{} on the phone: “{body}”", self.cast.requester.name);
            return self.say(&self.cast.assignee, true, true, described);
        };
        self.say(&self.cast.requester, false, false, body);
        self.state.waiting_since = self.state.waiting_since.or(Some(self.at));
        self.state.status = "open";
        self.state.resolved_at = None;
        self.step(&self.cast.requester, false);
    }
}

/// A fate that suits a ticket of this age.
pub fn fate(days: i64, dice: &mut Dice) -> Fate {
    use Fate::{Closed, Pending, Reopened, Solved, Waiting};
    match days {
        ..2 => *dice.weighted(&[(Waiting, 40), (Pending, 28), (Reopened, 10), (Solved, 22)]),
        2..14 => *dice.weighted(&[(Waiting, 7), (Pending, 16), (Reopened, 5), (Solved, 60), (Closed, 12)]),
        14..60 => *dice.weighted(&[(Waiting, 1), (Pending, 5), (Reopened, 2), (Solved, 47), (Closed, 45)]),
        _ => *dice.weighted(&[(Pending, 1), (Solved, 39), (Closed, 160)]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::{
        dice::{Kind, id},
        support::topics,
    };

    #[test]
    fn every_story_keeps_the_rules_of_tickets() {
        let moment: DateTime<Utc> = "2026-03-18T00:00:00Z".parse().unwrap();
        let writer = |n| Writer { id: Some(id(Kind::User, n)), name: format!("Writer {n}") };
        for n in 0..600 {
            let dice = &mut Dice::of(3, n);
            let requester = if n % 3 == 0 { Writer { id: None, name: "Contact".into() } } else { writer(1) };
            let cast = Cast { requester, assignee: writer(2), colleague: writer(3) };
            let at = moment - TimeDelta::minutes(dice.between(1, 60 * 24 * 90));
            let fate = fate((moment - at).num_days(), dice);
            let topic = dice.pick(topics::of_tenant(n as usize % 2));
            let story = compose(topic, "Core", &cast, at, moment, fate, dice);
            assert!(
                story.steps.iter().all(|step| step.at < moment)
                    && story.messages.iter().all(|s| s.at < moment)
            );
            assert!(story.steps.is_sorted_by_key(|s| s.at) && story.messages.is_sorted_by_key(|s| s.at));
            assert_eq!((story.messages[0].at, story.steps[0].at), (at, at));
            for Step { state, .. } in &story.steps {
                assert_eq!(state.resolved_at.is_some(), matches!(state.status, "solved" | "closed"));
                assert!(state.waiting_since.is_none() || state.status == "open");
            }
            assert!(story.messages.iter().all(|one| !one.body.is_empty() && !one.body.contains("{}")));
        }
    }
}
