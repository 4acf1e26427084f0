//! What is typed about an account.
use super::{inviting::Invitation, model::ChangeUser};
use crate::infra::{
    db::ids::CustomerId,
    refusal::{Checks, Refusal},
    web::{permissions::Role, query::Parameters},
};
use serde::Deserialize;
use validator::Validate;

/// To invite somebody, or to change what they are granted.
#[derive(Clone, Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub struct UserForm {
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

impl UserForm {
    /// The account that is to be: of this customer, or of the staff.
    pub fn invitation(&self, customer: Option<CustomerId>) -> Result<Invitation, Vec<Refusal>> {
        let mut checks = Checks::default();
        let name = checks.parse("name", &self.name);
        let email = checks.required("email", &self.email, "Enter their email address.");
        let roles = self.roles(&mut checks, customer.is_some(), &[]);
        checks.finish(|| Some(Invitation { customer, name: name?, email: email?, roles: roles? }))
    }

    /// What is to be changed of an account with these roles. What one may do oneself is for another admin to say.
    pub fn change(&self, is_portal: bool, held: &[Role], is_me: bool) -> Result<ChangeUser, Vec<Refusal>> {
        let mut checks = Checks::default();
        let name = checks.parse("name", &self.name);
        let roles = if is_me { Some(held.to_vec()) } else { self.roles(&mut checks, is_portal, held) };
        let version = self.version.parse().unwrap_or(0);
        checks.finish(|| Some(ChangeUser { name: name?, roles: roles?, version }))
    }

    /// The roles that were chosen, and of those that they hold already the ones that are not given here.
    fn roles(&self, checks: &mut Checks, is_portal: bool, held: &[Role]) -> Option<Vec<Role>> {
        let offered = offered(is_portal);
        let is_offered = |code: &String| code.parse().ok().filter(|role| offered.contains(role));
        let chosen: Option<Vec<Role>> = self.roles.iter().map(is_offered).collect();
        let chosen = chosen.filter(|chosen| !chosen.is_empty()).ok_or("Choose what this person may do.");
        let chosen = checks.keep("roles", chosen)?;
        let kept = held.iter().filter(|role| !offered.contains(role));
        let is_held = |role: &Role| chosen.contains(role) || kept.clone().any(|held| held == role);
        Some(Role::ALL.into_iter().filter(is_held).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(roles: &[&str], is_portal: bool, held: &[Role]) -> (Vec<Role>, bool) {
        let roles = roles.iter().map(|role| (*role).to_owned()).collect();
        let form = UserForm { roles, name: "Ada".into(), ..UserForm::default() };
        let found = form.change(is_portal, held, false);
        (found.as_ref().map_or(vec![], |change| change.roles.clone()), found.is_err())
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
