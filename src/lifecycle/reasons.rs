//! Why customers leave.
use crate::values::traits::choice;

choice!(
    /// Why a customer leaves.
    Reason {
        Price = "price", "Price";
        MissingFeature = "missing_feature", "A feature is missing";
        PoorSupport = "poor_support", "Poor support";
        SwitchedCompetitor = "switched_competitor", "Switched to a competitor";
        BusinessClosed = "business_closed", "Closed their business";
        NotUsing = "not_using", "Not using it";
        Other = "other", "Something else";
    }
);
