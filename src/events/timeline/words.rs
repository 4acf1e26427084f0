//! Fields and values of the log as people call them.
use super::names::Names;
use crate::{infra::db::events::Event, values::kinds};

/// What an update of a customer changed: "changed the stage".
pub fn changed(event: &Event) -> String {
    let fields: Vec<String> = event
        .changed
        .iter()
        .flatten()
        .filter(|f| *f != "churned_at")
        .map(|f| label(f).to_lowercase())
        .collect();
    match fields.as_slice() {
        [] => "changed this customer".into(),
        [one] => format!("changed the {one}"),
        [rest @ .., last] if rest.len() < 4 => format!("changed the {} and the {last}", rest.join(", the ")),
        many => format!("changed {} fields", many.len()),
    }
}

/// What became of a deactivation, without whose it is.
pub fn deactivation(event: &Event) -> &'static str {
    let has = |field: &str| event.changed.iter().flatten().any(|changed| changed == field);
    if has("asked_at") {
        "asked for the return of"
    } else if has("reactivated_at") {
        "noted the return of"
    } else if has("churned_at") {
        "ended the grace period of"
    } else {
        "changed the deactivation of"
    }
}

/// What became of a bootstrap key, without whose it is.
pub fn bootstrap_key(event: &Event, operation: &str) -> &'static str {
    let is_used = event.changed.iter().flatten().any(|field| field == "redeemed_at");
    match operation {
        "insert" => "made the bootstrap key",
        "delete" => "deleted the bootstrap key",
        _ if is_used => "set up a tenant with the bootstrap key",
        _ => "replaced the bootstrap key",
    }
}

/// Fields that follow from what the sentence tells already.
const DERIVED: [&str; 14] = [
    "asked_at",
    "asked_by",
    "churned_at",
    "expires_at",
    "first_replied_at",
    "is_disabled",
    "is_primary",
    "issued_at",
    "issued_by",
    "reactivated_at",
    "reactivated_by",
    "redeemed_at",
    "resolved_at",
    "waiting_since",
];

/// The fields that differ, in the words of the pages, but for those that tell nothing new and those that the page does not show.
pub fn changes(event: &Event, names: &Names, hidden: &[&str]) -> Vec<(String, String, String)> {
    let is_left_out = |field: &str| DERIVED.contains(&field) || hidden.contains(&field);
    event
        .changes()
        .into_iter()
        .filter(|(field, ..)| !is_left_out(field))
        .map(|(field, from, to)| {
            let word = |value: String| word(&field, value, names);
            (label(&field), word(from), word(to))
        })
        .collect()
}

/// A value of the log in the words of the pages, cut where it is long. A moment stays as the log has it: the page tells it by its reader's
/// clock.
pub fn word(field: &str, value: String, names: &Names) -> String {
    let words = match field {
        "lifecycle_stage" => kinds::STAGES,
        "customer_type" => kinds::TYPES,
        "source" => kinds::SOURCES,
        "classification" => kinds::CLASSIFICATIONS,
        "size_range" => kinds::SIZES,
        "industry_sector" => kinds::SECTORS,
        "company_id" => return names.company(&value).cloned().unwrap_or(value),
        "tag_id" => return names.tag(&value).cloned().unwrap_or(value),
        "customer_id" => return names.customer(&value).cloned().unwrap_or(value),
        "created_by" | "updated_by" | "user_id" | "decided_by" | "assignee_id" | "cancelled_by"
            if !value.is_empty() =>
        {
            return names.user(&value);
        }
        _ => {
            let cut: String = value.chars().take(200).collect();
            return if cut.len() < value.len() { format!("{cut}…") } else { cut };
        }
    };
    kinds::name(words, &value)
}

/// What people call a column.
pub fn label(field: &str) -> String {
    let known = match field {
        "lifecycle_stage" => "Stage",
        "customer_type" => "Type",
        "company_id" => "Company",
        "industry_sector" => "Industry",
        "industry_group" => "Industry group",
        "size_range" => "Size",
        "external_id" => "External id",
        "x_url" => "X",
        "linkedin_url" => "LinkedIn",
        "facebook_url" => "Facebook",
        "instagram_url" => "Instagram",
        "youtube_url" => "YouTube",
        "github_url" => "GitHub",
        "session_expiration_seconds" => "Session length",
        "query" => "Selection",
        "is_shared" => "Shared with colleagues",
        "is_tenant_customer" => "Runs a tenant",
        "compact" => "Compact tables",
        "password_changed_at" => "Password changed",
        "disabled_at" => "Disabled",
        "assignee_id" => "Assignee",
        "call_requests_allowed" => "Call requests",
        "scheduled_at" => "Time",
        "scheduled_minutes" => "Minutes",
        "waiting_since" => "Customer waits since",
        "resolved_at" => "Solved or closed",
        "first_replied_at" => "First answered",
        other => {
            let mut text = other.replace('_', " ");
            if let Some(first) = text.get_mut(0..1) {
                first.make_ascii_uppercase();
            }
            return text;
        }
    };
    known.to_owned()
}
