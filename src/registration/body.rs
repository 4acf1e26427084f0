//! What the pages of the settings share, whoever opens them.
use super::{
    domains::Listed,
    settings::{self, SettingsForm},
    verifying,
};
use crate::infra::{
    db::ids::CustomerId,
    web::{
        auth::SignedIn,
        errors::{AppError, Result},
        forms::Submitted,
        pages::{PageResult, see_other_saying},
        shell::{Flash, FlashKind},
    },
};

/// What `registration/settings.html` shows.
pub struct Body {
    /// Where the form goes, and where one goes back.
    pub action: String,
    pub back: String,
    /// Where a domain is verified.
    pub verification: String,
    pub is_console: bool,
    pub form: Submitted<SettingsForm>,
    pub roles: Vec<(String, String, String)>,
    /// The domains as they are saved, each with its state.
    pub domains: Vec<Listed>,
}

impl Body {
    /// With what was typed, or else with what stands.
    pub fn new(
        (action, back, verification): (String, String, String),
        is_console: bool,
        typed: Option<Submitted<SettingsForm>>,
        (current, domains): (SettingsForm, Vec<Listed>),
    ) -> Self {
        let form = typed.unwrap_or_else(|| Submitted::filled(current));
        Self { action, back, verification, is_console, form, roles: crate::users::portal_roles(), domains }
    }

    /// Whether nothing of it is wrong.
    pub fn is_ok(&self) -> bool {
        !self.form.has_errors()
    }
}

/// Saves what was typed. False where something is wrong, which then stands in the form.
pub async fn save(
    person: &SignedIn,
    customer: CustomerId,
    form: &mut Submitted<SettingsForm>,
    is_portal: bool,
) -> Result<bool> {
    let Some(draft) = form.draft() else { return Ok(false) };
    match person.write(move |tx| settings::save(tx, customer, &draft, is_portal)).await {
        Ok(()) => Ok(true),
        Err(AppError::Invalid(problems)) => {
            form.refuse_all(problems);
            Ok(false)
        }
        Err(error) => Err(error),
    }
}

/// The page again, saying that it is saved: a domain that is new waits there to be verified.
pub fn saved(to: String) -> PageResult {
    see_other_saying(to, Flash::good("The registration settings are saved."))
}

/// The page again, saying what became of a verification.
pub fn verified(to: String, outcome: verifying::Outcome) -> PageResult {
    match outcome {
        Ok(text) => see_other_saying(to, Flash::good(text)),
        Err(text) => see_other_saying(to, Flash::new(FlashKind::Bad, text)),
    }
}
