//! The words that a call is described with: each a code in the database and a label for people.
use crate::values::{kinds::Word, traits::choice};

choice!(
    /// Where a call stands, in the order in which it goes on.
    CallStatus {
        /// Somebody has to agree on a time, or ring.
        Requested = "requested", "Requested";
        /// A time is agreed on.
        Scheduled = "scheduled", "Scheduled";
        /// It was held.
        Completed = "completed", "Completed";
        /// It was called off.
        Cancelled = "cancelled", "Cancelled";
    }
);

choice!(
    /// What came of a call.
    CallOutcome {
        Settled = "settled", "Spoke, and it is settled";
        FollowUp = "follow_up", "Spoke, and there is more to do";
        Voicemail = "voicemail", "Left a message";
        NoAnswer = "no_answer", "Nobody answered";
    }
);

choice!(
    /// Who rang whom.
    Direction {
        Outgoing = "outgoing", "We rang them";
        Incoming = "incoming", "They rang us";
    }
);

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

impl CallStatus {
    /// Whether the call is still to come.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Requested | Self::Scheduled)
    }

    /// The tone of its badge.
    pub const fn tone(self) -> &'static str {
        match self {
            Self::Requested => "warn",
            Self::Scheduled => "accent",
            Self::Completed => "good",
            Self::Cancelled => "",
        }
    }

    /// The icon of its badge.
    pub const fn icon(self) -> &'static str {
        match self {
            Self::Requested => "circle-dot",
            Self::Scheduled => "calendar",
            Self::Completed => "circle-check",
            Self::Cancelled => "circle-x",
        }
    }
}
