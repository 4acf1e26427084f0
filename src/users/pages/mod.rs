//! The pages of accounts, for the console and the portal alike: the database decides whom either of them sees.
mod index;
mod new;
mod show;

pub use index::index;
pub use new::{create, new};
pub use show::{disable, enable, end_sessions, invite_again, show, update, withdraw};

use crate::{infra::web::prelude::*, urls::People};

fn shell(person: &SignedIn, people: People, title: impl Into<String>) -> Shell {
    match people {
        People::Console => person.shell(title),
        People::Team => person.portal_shell(title),
    }
}
