//! As whom the server works in the database: three roles, of which none can become another.
//!
//! The owner of the tables migrates, at the start. Requests and background work are [`APP`], which owns nothing and is bound by the
//! policies. What hands out or checks credentials is [`SIGN_IN`]: it alone may call those functions, and reaches hardly a table. So
//! an SQL injection in an ordinary request finds no role to change into, no password hash, and nothing to open a session with.
mod making;

pub use making::{given, guard, make, of};

use diesel::{Connection, ConnectionResult, PgConnection, connection::SimpleConnection};

/// The role of requests and background work.
pub const APP: &str = "clientele_app";
/// The role of what happens before somebody is known, and of what makes or checks credentials.
pub const SIGN_IN: &str = "clientele_sign_in";

/// How sessions of one role begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    url: String,
    becomes: Option<&'static str>,
}

impl Login {
    /// The role in the address is the one.
    pub fn direct(url: impl Into<String>) -> Self {
        Self { url: url.into(), becomes: None }
    }

    /// Another role logs in and becomes this one. It can take that back: only where an installation allows nothing better.
    fn by_becoming(url: impl Into<String>, role: &'static str) -> Self {
        Self { url: url.into(), becomes: Some(role) }
    }

    /// The address to connect to.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The statement that each session begins with; empty: none.
    pub fn beginning(&self) -> String {
        self.becomes.map_or_else(String::new, |role| format!("SET ROLE {role}; "))
    }

    /// A connection of its own, beside the pools.
    pub fn establish(&self) -> ConnectionResult<PgConnection> {
        let mut conn = PgConnection::establish(&self.url)?;
        // PostgreSQL takes no empty statement.
        if self.becomes.is_some() {
            let begun = conn.batch_execute(&self.beginning());
            begun.map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
        }
        Ok(conn)
    }
}

/// The logins of the server's two roles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logins {
    pub app: Login,
    pub sign_in: Login,
}

impl Logins {
    /// Each role logs in by itself; `url` says how.
    pub fn direct(url: impl Fn(&str) -> String) -> Self {
        Self { app: Login::direct(url(APP)), sign_in: Login::direct(url(SIGN_IN)) }
    }
}
