//! Changing many customers at once: first a page that says exactly what will change, then the change, with its undo.
mod choosing;

use self::choosing::{Action, BulkForm, Details};
use crate::{
    customers::{
        bulk::{self, Change, MOST, MOST_PICKED, Outcome},
        listing::{CUSTOMERS, Customers},
    },
    infra::{
        lists::ListRequest,
        web::{filters::counted, prelude::*},
    },
    urls,
};
use actix_web::{http::StatusCode, web::Path};
use askama::Template;

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
            _ if !self.details.choices.is_empty() => "",
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
    let Ok(action) = form.values.action.parse::<Action>() else {
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
    let change = match form.read(|form| form.change(action, &details)) {
        Ok(change) => change,
        Err(error) => {
            let (form, why) = form.refused_by(error)?;
            return page(&staff, form, action, details, None).refused(why);
        }
    };
    let expected = form.values.count.parse().unwrap_or(0);
    let (chosen, done) = (selection.clone(), change.clone());
    let outcome = match staff.once(form.sent(), move |tx| bulk::apply(tx, &chosen, &done, expected)).await {
        Err(AppError::Changed(_)) => {
            let details = staff.read(move |tx| Details::load(tx, &selection, action)).await?;
            let page = page(&staff, form, action, details, Some(expected));
            return page.with_status(StatusCode::CONFLICT);
        }
        outcome => outcome?,
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
    let shell = staff.shell(action.heading(details.count));
    BulkPage { shell, form, action, details, picked, was }
}

/// What was done, in words.
fn describe(change: &Change, outcome: &Outcome, details: &Details) -> String {
    let changed = counted(outcome.changed, "customer", "customers");
    let are = if outcome.changed == 1 { "is" } else { "are" };
    let (done, [one, many]) = match change {
        Change::Tag(name, _) => {
            (format!("{changed} tagged “{name}”."), ["carried it already", "carried it already"])
        }
        Change::Untag(tag) => {
            let tag = details.name(&tag.to_string());
            (format!("“{tag}” removed from {changed}."), ["did not carry it", "did not carry it"])
        }
        Change::Assign(user) => {
            let rep = details.name(&user.to_string());
            (format!("{changed} assigned to {rep}."), ["was already", "were already"])
        }
        Change::Unassign(user) => {
            let rep = details.name(&user.to_string());
            (format!("{changed} taken from {rep}."), ["was not theirs", "were not theirs"])
        }
        Change::Stage(stage) => {
            let stage = stage.label().to_lowercase();
            (format!("{changed} {are} now {stage}."), ["was so before", "were so before"])
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
    let undone = staff.once(pressed.sent(), move |tx| bulk::undo(tx, transaction, may_assign)).await?;
    let (kind, text) = undone.describe("customer", "customers");
    let to = urls::customers_with(&list.query.query());
    see_other_saying(to, Flash::new(kind, text))
}
