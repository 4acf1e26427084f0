//! One account: what it may do, and whether it may do it.
use super::shell;
use crate::{
    assignments::holding::{self, HandOverForm, Holding},
    events::timeline::History,
    infra::{
        db::{self, ids::UserId},
        web::{app::Settings, prelude::*},
    },
    urls::People,
    users::{
        form::{self, UserForm},
        model::{self, Account, State},
    },
};
use askama::Template;
use chrono::{DateTime, Utc};

struct Body {
    people: People,
    account: Account,
    is_me: bool,
    sessions: i64,
    now: DateTime<Utc>,
    form: Submitted<UserForm>,
    /// What they hold, and who could take it over.
    held: Holding,
    takers: Vec<(String, String)>,
}

impl Body {
    fn is_console(&self) -> bool {
        self.people == People::Console
    }
    fn state(&self) -> State {
        self.account.state(&self.now)
    }
    fn roles(&self) -> Vec<(String, String, String)> {
        form::choices(self.account.is_portal())
    }
    fn form_is_portal(&self) -> bool {
        self.account.is_portal()
    }
    fn staff_roles(&self) -> Vec<(String, String)> {
        let one_line = |(code, name, may): (String, String, String)| (code, format!("{name}. {may}"));
        self.roles().into_iter().map(one_line).collect()
    }
    fn role(&self) -> &str {
        self.form.values.roles.first().map_or("", String::as_str)
    }
}

#[derive(Template)]
#[template(path = "users/show_console.html")]
struct ConsolePage {
    shell: Shell,
    body: Body,
    history: History,
}

#[derive(Template)]
#[template(path = "users/show_portal.html")]
struct PortalPage {
    shell: Shell,
    body: Body,
}

async fn page(
    person: &SignedIn,
    people: People,
    id: UserId,
    form: Option<Submitted<UserForm>>,
    problems: Vec<Refusal>,
) -> PageResult {
    let (account, sessions, history, now, held, takers) = person
        .read(move |tx| {
            let account = Account::find(tx, id)?;
            let sessions = account.open_sessions(tx)?;
            let is_staff = people == People::Console && !account.is_portal();
            let held = if is_staff { Holding::of(tx, id)? } else { Holding::default() };
            let takers = if held.is_empty() { vec![] } else { holding::takers(tx, id)? };
            let history = History::of(tx, &["user", "session"], id.0)?;
            Ok((account, sessions, history, db::now(tx)?, held, takers))
        })
        .await?;
    let mut form = form.unwrap_or_else(|| {
        let offered = form::offered(account.is_portal());
        let held = account.roles().into_iter().filter(|role| offered.contains(role));
        Submitted::filled(UserForm {
            name: account.name.to_string(),
            email: account.email.to_string(),
            roles: held.map(|role| role.code().to_owned()).collect(),
            customer: String::new(),
            hand_over_to: String::new(),
            version: account.claims_version.to_string(),
        })
    });
    form.refuse_all(problems);
    let ok = !form.has_errors();
    let shell = shell(person, people, account.name.clone());
    let is_me = person.user_id == id;
    let body = Body { people, account, is_me, sessions, now, form, held, takers };
    match (people, ok) {
        (People::Console, true) => ConsolePage { shell, body, history }.ok(),
        (People::Console, false) => ConsolePage { shell, body, history }.unprocessable(),
        (People::Team, true) => PortalPage { shell, body }.ok(),
        (People::Team, false) => PortalPage { shell, body }.unprocessable(),
    }
}

pub async fn show(person: &SignedIn, people: People, id: UserId) -> PageResult {
    page(person, people, id, None, vec![]).await
}

pub async fn update(person: &SignedIn, people: People, id: UserId, form: Submitted<UserForm>) -> PageResult {
    let account = person.read(move |tx| Account::find(tx, id)).await?;
    let held = account.roles();
    let is_me = person.user_id == id;
    let command = match form.read(|form| form.change(account.is_portal(), &held, is_me)) {
        Ok(command) => command,
        Err(error) => return page(person, people, id, Some(form.refused_by(error)?.0), vec![]).await,
    };
    let is_other = command.roles.len() != held.len() || command.roles.iter().any(|role| !held.contains(role));
    let to = HandOverForm { hand_over_to: form.values.hand_over_to.clone() };
    let changed = person.once(form.sent(), move |tx| {
        model::change(tx, id, &command)?;
        holding::hand_over(tx, id, &to, None)
    });
    match changed.await {
        Ok(handed) => {
            let out = if is_other {
                " They are signed out, and have their new roles when they sign in."
            } else {
                ""
            };
            let handed = holding::describe(handed, Holding::default(), &form.values.name);
            see_other_saying(
                people.one(&id),
                Flash::good(format!("{} is saved.{out}{handed}", form.values.name)),
            )
        }
        Err(AppError::Invalid(problems)) => page(person, people, id, Some(form), problems).await,
        Err(error) => Err(error),
    }
}

/// Switches the account off. What they hold goes to a colleague, where one is chosen; else it counts as unassigned.
pub async fn disable(person: &SignedIn, people: People, id: UserId, form: HandOverForm) -> PageResult {
    let done = person
        .write(move |tx| {
            let account = Account::find(tx, id)?;
            account.set_access(tx, false)?;
            if people != People::Console || account.is_portal() {
                return Ok(format!("{} is disabled and signed out everywhere.", account.name));
            }
            let handed = holding::hand_over(tx, id, &form, None)?;
            let more = holding::describe(handed, Holding::of(tx, id)?, &account.name);
            Ok(format!("{} is disabled and signed out everywhere.{more}", account.name))
        })
        .await;
    answered(person, people, id, done).await
}

pub async fn enable(person: &SignedIn, people: People, id: UserId) -> PageResult {
    let done = person
        .write(move |tx| {
            let account = Account::find(tx, id)?;
            account.set_access(tx, true)?;
            Ok(format!("{} is enabled again.", account.name))
        })
        .await;
    answered(person, people, id, done).await
}

/// What was done, or the page with why not.
async fn answered(person: &SignedIn, people: People, id: UserId, done: Result<String>) -> PageResult {
    match done {
        Ok(text) => see_other_saying(people.one(&id), Flash::good(text)),
        Err(AppError::Invalid(problems)) => page(person, people, id, None, problems).await,
        Err(error) => Err(error),
    }
}

pub async fn end_sessions(person: &SignedIn, people: People, id: UserId) -> PageResult {
    let done = person
        .write(move |tx| {
            let account = Account::find(tx, id)?;
            account.end_sessions(tx)?;
            Ok(format!("{} is signed out everywhere.", account.name))
        })
        .await;
    answered(person, people, id, done).await
}

pub async fn withdraw(person: &SignedIn, people: People, id: UserId) -> PageResult {
    let account = person
        .write(move |tx| {
            let account = Account::find(tx, id)?;
            account.withdraw(tx)?;
            Ok(account)
        })
        .await?;
    let text = format!(
        "The invitation of {} is withdrawn: its link does nothing any more, and {} is free again.",
        account.name, account.email
    );
    see_other_saying(people.all(), Flash::good(text))
}

pub async fn invite_again(
    person: &SignedIn,
    people: People,
    id: UserId,
    pressed: &Submitted<Button>,
    settings: &Settings,
) -> PageResult {
    let base = settings.public_url.clone();
    let email = person
        .once(pressed.sent(), move |tx| {
            let account = Account::find(tx, id)?;
            account.invite_again(tx, &base)?;
            Ok(account.email.to_string())
        })
        .await?;
    see_other_saying(
        people.one(&id),
        Flash::good(format!("Another link is on its way to {email}. The one before is void.")),
    )
}
