//! What the pages of the settings share, whoever opens them.
use super::settings::{self, SettingsForm};
use crate::platform::{
    auth::SignedIn,
    errors::{AppError, Result},
    forms::Submitted,
    ids::CustomerId,
    pages::{PageResult, see_other_saying},
    shell::{Flash, FlashKind},
};

/// What `registration/settings.html` shows.
pub struct Body {
    /// Where the form goes, and where one goes back.
    pub action: String,
    pub back: String,
    pub is_console: bool,
    pub form: Submitted<SettingsForm>,
    pub roles: Vec<(String, String, String)>,
}

impl Body {
    /// With what was typed, or else with what stands.
    pub fn new(
        (action, back): (String, String),
        is_console: bool,
        typed: Option<Submitted<SettingsForm>>,
        current: SettingsForm,
    ) -> Self {
        let form = typed.unwrap_or_else(|| Submitted::filled(current));
        Self { action, back, is_console, form, roles: crate::users::portal_roles() }
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

/// Back, saying that it is done.
pub fn saved(to: String) -> PageResult {
    let text = "The registration settings are saved.".into();
    see_other_saying(to, Flash { kind: FlashKind::Good, text, undo: String::new() })
}
