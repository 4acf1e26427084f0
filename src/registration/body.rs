//! What the pages of the settings share, whoever opens them.
use super::{
    domains::Listed,
    settings::{self, SaveRegistration, SettingsForm},
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

/// Saves what was typed.
///
/// # Errors
/// `Invalid` where something of it is wrong.
pub async fn save(
    person: &SignedIn,
    customer: CustomerId,
    form: &Submitted<SettingsForm>,
    is_portal: bool,
) -> Result<()> {
    let command: SaveRegistration = form.command()?;
    person.write(move |tx| settings::save(tx, customer, &command, is_portal)).await
}

/// The page again, saying that it is saved: a domain that is new waits there to be verified.
pub fn saved(to: String) -> PageResult {
    see_other_saying(to, Flash::good("The registration settings are saved."))
}

/// The page again, saying what became of a verification, or why nothing did.
pub fn verified(to: String, outcome: Result<String>) -> PageResult {
    match outcome {
        Ok(text) => see_other_saying(to, Flash::good(text)),
        Err(AppError::Conflict(why)) => see_other_saying(to, Flash::new(FlashKind::Bad, why)),
        Err(error) => Err(error),
    }
}
