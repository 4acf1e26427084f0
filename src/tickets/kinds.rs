//! The words that a ticket is described with: each a code in the database and a label for people.
use crate::values::traits::choice;

choice!(
    /// Where a ticket stands (SPEC §9).
    Status {
        /// Staff have to do something.
        Open = "open", "Open";
        /// The customer has to answer.
        Pending = "pending", "Pending";
        /// Answered; a reply opens it again.
        Solved = "solved", "Solved";
        /// Over.
        Closed = "closed", "Closed";
    }
);

choice!(
    /// How pressing a ticket is.
    Priority {
        Urgent = "urgent", "Urgent";
        High = "high", "High";
        Normal = "normal", "Normal";
        Low = "low", "Low";
    }
);

impl Status {
    /// Whether nothing is left to do.
    pub fn is_done(self) -> bool {
        matches!(self, Self::Solved | Self::Closed)
    }

    /// As its customer reads it: what happens next.
    pub fn to_customer(self) -> &'static str {
        match self {
            Self::Open => "With us",
            Self::Pending => "Waiting for you",
            Self::Solved => "Solved",
            Self::Closed => "Closed",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_read_back_as_written() {
        for status in Status::ALL {
            assert_eq!(status.code().parse(), Ok(*status));
        }
        for priority in Priority::ALL {
            assert_eq!(priority.code().parse(), Ok(*priority));
        }
        assert!("gone".parse::<Status>().is_err());
    }
}
