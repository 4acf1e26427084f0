//! Inviting somebody.
use super::shell;
use crate::{
    customers::model::Customer,
    infra::{
        db::ids::CustomerId,
        web::{app::Settings, prelude::*},
    },
    urls::{self, People},
    users::{
        form::{self, UserForm},
        inviting::{invite, invite_unseeing},
    },
};
use askama::Template;

struct Body {
    people: People,
    /// Whose portal they are to see.
    customer: Option<Customer>,
    form: Submitted<UserForm>,
}

impl Body {
    fn roles(&self) -> Vec<(String, String, String)> {
        form::choices(self.customer.is_some())
    }
    fn form_is_portal(&self) -> bool {
        self.customer.is_some()
    }
    fn staff_roles(&self) -> Vec<(String, String)> {
        let one_line = |(code, name, may): (String, String, String)| (code, format!("{name}. {may}"));
        self.roles().into_iter().map(one_line).collect()
    }
    fn role(&self) -> &str {
        self.form.values.roles.first().map_or("customer_user", String::as_str)
    }
    fn action(&self) -> String {
        self.people.all()
    }
    fn is_console(&self) -> bool {
        self.people == People::Console
    }
    fn back(&self) -> String {
        match &self.customer {
            Some(customer) if self.is_console() => urls::customer_users(&customer.id),
            _ => self.people.all(),
        }
    }
}

#[derive(Template)]
#[template(path = "users/new_console.html")]
struct ConsolePage {
    shell: Shell,
    body: Body,
}

#[derive(Template)]
#[template(path = "users/new_portal.html")]
struct PortalPage {
    shell: Shell,
    body: Body,
}

/// Whose portal the person is to see: in the portal always the own customer, whatever was sent.
async fn customer(person: &SignedIn, people: People, form: &UserForm) -> Result<Option<Customer>> {
    let id: Option<CustomerId> = match people {
        People::Team => person.customer_id,
        People::Console if form.customer.is_empty() => None,
        People::Console => Some(form.customer.parse().map_err(|_| AppError::NotFound)?),
    };
    match id {
        Some(id) => person.read(move |tx| Customer::find(tx, id)).await.map(Some),
        None => Ok(None),
    }
}

fn page(
    person: &SignedIn,
    people: People,
    customer: Option<Customer>,
    form: Submitted<UserForm>,
) -> PageResult {
    let ok = !form.has_errors();
    let title = match (&customer, people) {
        (Some(customer), People::Console) => format!("Invite a user of {}", customer.name),
        (None, People::Console) => "Invite a colleague".into(),
        (_, People::Team) => "Invite a team member".into(),
    };
    let shell = shell(person, people, title);
    let body = Body { people, customer, form };
    match (people, ok) {
        (People::Console, true) => ConsolePage { shell, body }.ok(),
        (People::Console, false) => ConsolePage { shell, body }.unprocessable(),
        (People::Team, true) => PortalPage { shell, body }.ok(),
        (People::Team, false) => PortalPage { shell, body }.unprocessable(),
    }
}

pub async fn new(person: &SignedIn, people: People, query: UserForm) -> PageResult {
    let customer = customer(person, people, &query).await?;
    page(person, people, customer, Submitted::filled(query))
}

pub async fn create(
    person: &SignedIn,
    people: People,
    form: Submitted<UserForm>,
    settings: &Settings,
) -> PageResult {
    let customer = customer(person, people, &form.values).await?;
    let id = customer.as_ref().map(|customer| customer.id);
    let who = match form.read(|form| form.invitation(id)) {
        Ok(who) => who,
        Err(error) => return page(person, people, customer, form.refused_by(error)?.0),
    };
    let base = settings.public_url.clone();
    let invited = match people {
        People::Console => {
            person.once(form.sent(), move |tx| invite(tx, &who, &base)).await.map(|id| people.one(&id))
        }
        // The answer must not tell whether the address has an account: so it leads to no page of one either.
        People::Team => {
            person.once(form.sent(), move |tx| invite_unseeing(tx, &who, &base)).await.map(|()| people.all())
        }
    };
    match invited {
        Ok(next) => see_other_saying(
            next,
            Flash::good(format!(
                "{} is invited. The link is on its way to {}.",
                form.values.name, form.values.email
            )),
        ),
        Err(AppError::Limit(reached)) => {
            page(person, people, customer, form.over(&reached)).map(|page| reached.on(page))
        }
        Err(error) => page(person, people, customer, form.refused_by(error)?.0),
    }
}
