//! What people call the codes of calls.
use crate::values::kinds::Word;

/// What may become of a call, in the order in which it does.
pub const STATUSES: &[Word] = &[
    ("requested", "Requested"),
    ("scheduled", "Scheduled"),
    ("completed", "Completed"),
    ("cancelled", "Cancelled"),
];

/// What came of a call.
pub const OUTCOMES: &[Word] = &[
    ("settled", "Spoke, and it is settled"),
    ("follow_up", "Spoke, and there is more to do"),
    ("voicemail", "Left a message"),
    ("no_answer", "Nobody answered"),
];

/// Who rang whom.
pub const DIRECTIONS: &[Word] = &[("outgoing", "We rang them"), ("incoming", "They rang us")];

/// How long a call may be offered or agreed to be, in minutes.
pub const LENGTHS: &[Word] = &[
    ("15", "15 minutes"),
    ("30", "30 minutes"),
    ("45", "45 minutes"),
    ("60", "1 hour"),
    ("90", "1½ hours"),
    ("120", "2 hours"),
    ("240", "4 hours"),
];

/// The tone and the icon of a badge for a status.
pub fn badge(status: &str) -> (&'static str, &'static str) {
    match status {
        "requested" => ("warn", "circle-dot"),
        "scheduled" => ("accent", "calendar"),
        "completed" => ("good", "circle-check"),
        _ => ("", "circle-x"),
    }
}
