//! Changing many customers at once: first a page that says exactly what will change, then the change, with its undo.
use crate::{
    customers::{
        bulk::{self, Change, Held, MOST, MOST_PICKED, Outcome},
        listing::{CUSTOMERS, Customers},
    },
    infra::{
        db::{
            Tx,
            ids::{TagId, UserId},
            schema::tags,
        },
        lists::{Fact, ListRequest, Names, Selection},
        web::{
            filters::{self, counted},
            prelude::*,
            staff::Offered,
        },
    },
    urls,
    values::kinds,
};
use actix_web::{http::StatusCode, web::Path};
use askama::Template;
use diesel::prelude::*;
use serde::Deserialize;
use validator::Validate;

/// Which customers, what to do with them, and whether it was asked already.
#[derive(Clone, Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub struct BulkForm {
    pub id: Vec<String>,
    pub all: String,
    pub query: String,
    pub action: String,
    pub confirmed: String,
    /// How many customers the page before spoke of.
    pub count: String,
    /// The name of a tag to put on.
    pub tag: String,
    /// The tag to take off, the rep, or the stage.
    pub choice: String,
}

/// What can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    Tag,
    Untag,
    Assign,
    Unassign,
    Stage,
}

impl Action {
    fn of(word: &str) -> Option<Self> {
        match word {
            "tag" => Some(Self::Tag),
            "untag" => Some(Self::Untag),
            "assign" => Some(Self::Assign),
            "unassign" => Some(Self::Unassign),
            "stage" => Some(Self::Stage),
            _ => None,
        }
    }

    /// The action and its object, for the heading and the button.
    fn heading(self, count: i64) -> String {
        let customers = counted(count, "customer", "customers");
        match self {
            Self::Tag => format!("Tag {customers}"),
            Self::Untag => format!("Remove a tag from {customers}"),
            Self::Assign => format!("Assign {customers}"),
            Self::Unassign => format!("Unassign {customers}"),
            Self::Stage => format!("Change the stage of {customers}"),
        }
    }
}

impl BulkForm {
    fn selection(&self) -> Selection {
        if self.all == "true" {
            Selection::Matching(Box::new(CUSTOMERS.read(&self.query).0))
        } else {
            Selection::picked(CUSTOMERS, &self.id)
        }
    }

    /// The change that is chosen, or the field that is wrong and why.
    fn change(&self, action: Action, details: &Details) -> Result<Change, (&'static str, &'static str)> {
        let offered = |wrong| {
            let found = details.options.iter().find(|(id, _)| *id == self.choice);
            found.and_then(|(id, _)| id.parse().ok()).ok_or(("choice", wrong))
        };
        match action {
            Action::Tag => match self.tag.split_whitespace().collect::<Vec<_>>().join(" ") {
                name if name.is_empty() => Err(("tag", "Name a tag.")),
                name if name.chars().count() > 50 => Err(("tag", "A tag may have 50 characters.")),
                // A file of customers lists tags with commas between them.
                name if name.contains([',', ';']) => Err(("tag", "Name one tag, without a comma.")),
                name => Ok(Change::Tag(name.clone(), i64::from(filters::hue_of(&name)))),
            },
            Action::Untag => Ok(Change::Untag(TagId(offered("Choose a tag from the list.")?))),
            Action::Assign => Ok(Change::Assign(UserId(offered("Choose a CS rep from the list.")?))),
            Action::Unassign => Ok(Change::Unassign(UserId(offered("Choose a CS rep from the list.")?))),
            Action::Stage => match kinds::Stage::WORDS.iter().find(|(code, _)| *code == self.choice) {
                Some((code, _)) => Ok(Change::Stage(code)),
                None => Err(("choice", "Choose a stage.")),
            },
        }
    }
}

/// What the page shows besides the form.
struct Details {
    count: i64,
    names: Vec<String>,
    facts: Vec<Fact>,
    /// The tags to choose from by name.
    tags: Vec<String>,
    /// What else is chosen from: id and name.
    options: Vec<(String, String)>,
}

/// How many are named on the page.
const NAMED: usize = 5;

impl Details {
    fn load(tx: &mut Tx, selection: &Selection, action: Action) -> Result<Self> {
        let count = selection.count(tx, MOST)?;
        let mut details = Self { count, names: vec![], facts: vec![], tags: vec![], options: vec![] };
        if count == 0 || count > MOST {
            return Ok(details);
        }
        details.names = selection.names(tx, NAMED)?;
        if let Selection::Matching(query) = selection {
            details.facts = query.facts(&Names::of(tx, &[query])?);
        }
        let held = |held: Vec<Held>| {
            let option = |one: Held| {
                let of =
                    format!("{} ({} of {})", one.name, filters::grouped(one.count), filters::grouped(count));
                (one.id.to_string(), of)
            };
            held.into_iter().map(option).collect()
        };
        match action {
            Action::Tag => {
                details.tags =
                    tags::table.select(tags::name).order(tags::name_key).limit(500).load(tx.conn)?;
            }
            Action::Untag => details.options = held(bulk::tags(tx, selection)?),
            Action::Assign => details.options = Offered::Reps.options(tx)?,
            Action::Unassign => details.options = held(bulk::owners(tx, selection)?),
            Action::Stage => details.options = kinds::options(kinds::Stage::WORDS),
        }
        Ok(details)
    }
}

#[derive(Template)]
#[template(path = "customers/console/bulk.html")]
struct BulkPage {
    shell: Shell,
    form: Submitted<BulkForm>,
    action: Action,
    details: Details,
    picked: Vec<String>,
    /// How many the page before spoke of, where they are more or fewer now.
    was: Option<i64>,
}

impl BulkPage {
    fn back(&self) -> String {
        urls::customers_with(&self.form.values.query)
    }
    /// How many are selected but not named.
    fn unnamed(&self) -> i64 {
        self.details.count - self.details.names.len() as i64
    }
    fn button(&self) -> String {
        let customers = counted(self.details.count, "customer", "customers");
        match self.action {
            Action::Untag => "Remove tag".into(),
            Action::Stage => format!("Change {customers}"),
            action => action.heading(self.details.count),
        }
    }
    /// What is chosen from, as the label of the field.
    fn label(&self) -> &'static str {
        match self.action {
            Action::Tag | Action::Untag => "Tag",
            Action::Assign | Action::Unassign => "CS rep",
            Action::Stage => "Stage",
        }
    }
    fn is_tag(&self) -> bool {
        self.action == Action::Tag
    }
    /// Why there is nothing to choose from, if so.
    fn nothing(&self) -> &'static str {
        match self.action {
            _ if !self.details.options.is_empty() => "",
            Action::Tag | Action::Stage => "",
            Action::Untag => "None of these customers carries a tag.",
            Action::Assign => "Nobody works as a CS rep yet, so there is nobody to assign them to.",
            Action::Unassign => "None of these customers is assigned to anybody.",
        }
    }
}

/// `POST /console/customers/bulk`: asks first, then does it.
pub async fn bulk(staff: Staff, mut form: Submitted<BulkForm>) -> PageResult {
    let (query, unknown) = CUSTOMERS.read(&form.values.query);
    form.values.query = query.query();
    unknown.refused()?;
    let Some(action) = Action::of(&form.values.action) else {
        return back(&form, FlashKind::Bad, "Choose what to do with the selected customers.");
    };
    if matches!(action, Action::Assign | Action::Unassign) && !staff.may(Permission::AssignmentManage) {
        return Err(AppError::Forbidden);
    }
    if form.values.all != "true" && form.values.id.len() > MOST_PICKED {
        return back(&form, FlashKind::Bad, "Pick at most 100 customers, or choose all that match.");
    }
    let selection = form.values.selection();
    let params = selection.clone();
    let details = staff.read(move |tx| Details::load(tx, &params, action)).await?;
    if details.count == 0 {
        let text = if selection.is_matching() {
            "No customer matches any more."
        } else {
            "Select at least one customer first."
        };
        return back(&form, FlashKind::Warn, text);
    }
    if details.count > MOST {
        let text = "More than 100,000 customers match, which is too many for one step. Filter the list until fewer do.";
        return back(&form, FlashKind::Bad, text);
    }
    if form.values.confirmed != "true" {
        return page(&staff, form, action, details, None).ok();
    }
    let change = match form.values.change(action, &details) {
        Ok(change) => change,
        Err((field, message)) => {
            return page(&staff, form.refused(field, message), action, details, None).unprocessable();
        }
    };
    let expected = form.values.count.parse().unwrap_or(0);
    let done = change.clone();
    let outcome = staff
        .once(form.sent(), move |tx| {
            let outcome = bulk::apply(tx, &selection, &done, expected)?;
            Ok(if outcome.selected == expected { Ok(outcome) } else { Err(()) })
        })
        .await?;
    let Ok(outcome) = outcome else {
        return page(&staff, form, action, details, Some(expected)).with_status(StatusCode::CONFLICT);
    };
    let undo = if outcome.changed == 0 {
        String::new()
    } else {
        urls::customers_bulk_undo(&outcome.transaction, &query.query_of_cookie())
    };
    let kind = if outcome.changed == 0 { FlashKind::Warn } else { FlashKind::Good };
    let text = describe(&change, &outcome, &details);
    see_other_saying(urls::customers_with(&form.values.query), Flash { kind, text, undo })
}

fn back(form: &Submitted<BulkForm>, kind: FlashKind, text: &str) -> PageResult {
    let to = urls::customers_with(&form.values.query);
    see_other_saying(to, Flash::new(kind, text))
}

fn page(
    staff: &Staff,
    form: Submitted<BulkForm>,
    action: Action,
    details: Details,
    was: Option<i64>,
) -> BulkPage {
    let picked = form.values.selection().ids().iter().map(ToString::to_string).collect();
    let shell = staff.shell(Section::Customers, action.heading(details.count));
    BulkPage { shell, form, action, details, picked, was }
}

/// What was done, in words.
fn describe(change: &Change, outcome: &Outcome, details: &Details) -> String {
    let changed = counted(outcome.changed, "customer", "customers");
    let are = if outcome.changed == 1 { "is" } else { "are" };
    let chosen = |id: String| {
        let name = details.options.iter().find(|(known, _)| *known == id).map(|(_, name)| name.as_str());
        // An option says in brackets how many have it.
        name.map_or("", |name| name.rsplit_once(" (").map_or(name, |(name, _)| name)).to_owned()
    };
    let (done, [one, many]) = match change {
        Change::Tag(name, _) => {
            (format!("{changed} tagged “{name}”."), ["carried it already", "carried it already"])
        }
        Change::Untag(tag) => {
            let tag = chosen(tag.to_string());
            (format!("“{tag}” removed from {changed}."), ["did not carry it", "did not carry it"])
        }
        Change::Assign(user) => {
            let rep = chosen(user.to_string());
            (format!("{changed} assigned to {rep}."), ["was already", "were already"])
        }
        Change::Unassign(user) => {
            let rep = chosen(user.to_string());
            (format!("{changed} taken from {rep}."), ["was not theirs", "were not theirs"])
        }
        Change::Stage(stage) => {
            let stage = kinds::name(kinds::Stage::WORDS, stage);
            (format!("{changed} {are} now {}.", stage.to_lowercase()), ["was so before", "were so before"])
        }
    };
    match outcome.selected - outcome.changed {
        0 => done,
        rest => format!("{done} {}.", counted(rest, one, many)),
    }
}

/// `POST /console/customers/bulk/{transaction}/undo`
pub async fn undo(
    staff: Staff,
    transaction: Path<i64>,
    list: ListRequest<Customers>,
    pressed: Submitted<Button>,
) -> PageResult {
    let transaction = transaction.into_inner();
    let may_assign = staff.may(Permission::AssignmentManage);
    let undone = staff.do_once(pressed.sent(), move |tx| bulk::undo(tx, transaction, may_assign)).await?;
    let (kind, text) = undone.describe("customer", "customers");
    let to = urls::customers_with(&list.query.query());
    see_other_saying(to, Flash::new(kind, text))
}
