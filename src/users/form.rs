//! What is typed about an account.
use crate::{
    infra::web::{forms::Submitted, permissions::Role, query::Parameters},
    values::{parsing, person_name},
};
use serde::Deserialize;
use validator::Validate;

/// To invite somebody, or to change what they are granted.
#[derive(Clone, Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub struct UserForm {
    #[validate(custom(function = person_name::valid))]
    pub name: String,
    pub email: String,
    pub roles: Vec<String>,
    /// The customer whose portal they are to see.
    pub customer: String,
    /// Who takes over what they can't act for with other roles.
    pub hand_over_to: String,
    /// The version of the claims that the form was made of.
    pub version: String,
}

impl Parameters for UserForm {}

/// Which roles somebody may be given: those of their side.
pub fn offered(is_portal: bool) -> &'static [Role] {
    if is_portal {
        &[Role::CustomerAdmin, Role::CustomerUser]
    } else {
        &[Role::TenantAdmin, Role::Agent, Role::CustomerSuccess]
    }
}

/// The roles of a customer's users as choices.
pub fn portal_roles() -> Vec<(String, String, String)> {
    choices(true)
}

/// The same as choices: code, name, and what it allows.
pub fn choices(is_portal: bool) -> Vec<(String, String, String)> {
    let option = |role: &Role| {
        let may = match role {
            Role::TenantAdmin => "Everything, users and settings included.",
            Role::Agent => "All customers, their tickets and calls.",
            Role::CustomerSuccess => "The customers that they look after.",
            Role::CustomerAdmin => "The team, settings, and all that a customer user may.",
            _ => "Tickets, messages, and call requests.",
        };
        (role.code().to_owned(), role.name().to_owned(), may.to_owned())
    };
    offered(is_portal).iter().map(option).collect()
}

impl Submitted<UserForm> {
    /// The roles that were chosen, and of those that they hold already the ones that are not given here. Notes what is wrong.
    pub fn roles(&mut self, is_portal: bool, held: &[Role]) -> Vec<Role> {
        let offered = offered(is_portal);
        let chosen: Vec<Role> = self.values.roles.iter().filter_map(|code| code.parse().ok()).collect();
        if chosen.is_empty()
            || chosen.len() != self.values.roles.len()
            || chosen.iter().any(|role| !offered.contains(role))
        {
            self.refuse("roles", "Choose what this person may do.");
        }
        let kept = held.iter().filter(|role| !offered.contains(role));
        Role::ALL
            .into_iter()
            .filter(|role| chosen.contains(role) || kept.clone().any(|held| held == role))
            .collect()
    }

    /// The address in lower case. Notes what is wrong.
    pub fn email(&mut self) -> String {
        match parsing::account_email(&self.values.email) {
            Ok(Some(email)) => return email,
            Ok(None) => self.refuse("email", "Enter their email address."),
            Err(problem) => self.refuse("email", problem),
        }
        String::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(roles: &[&str], is_portal: bool, held: &[Role]) -> (Vec<Role>, bool) {
        let roles = roles.iter().map(|role| (*role).to_owned()).collect();
        let mut form = Submitted::filled(UserForm { roles, ..UserForm::default() });
        (form.roles(is_portal, held), form.has_errors())
    }

    #[test]
    fn nobody_is_given_a_role_of_the_other_side_or_above() {
        for (wrong, is_portal) in [
            (&["platform_admin"][..], false),
            (&["agent", "platform_admin"], false),
            (&["customer_admin"], false),
            (&["tenant_admin"], true),
            (&["customer_user", "agent"], true),
            (&["king"], false),
            (&[], true),
        ] {
            assert!(chosen(wrong, is_portal, &[]).1, "{wrong:?}");
        }
        assert_eq!(
            chosen(&["agent", "customer_success"], false, &[]),
            (vec![Role::Agent, Role::CustomerSuccess], false)
        );
    }

    #[test]
    fn roles_that_are_given_elsewhere_stay() {
        let held = [Role::CustomerAdmin, Role::ClientViewer];
        assert_eq!(
            chosen(&["customer_user"], true, &held),
            (vec![Role::ClientViewer, Role::CustomerUser], false)
        );
    }
}
