//! The mark of a browser in which somebody signed in before. It lets nobody in: it only counts that browser's tries apart from those of
//! strangers, so that nobody is kept out by them (see [`crate::accounts::checking`]), and says for whom something is kept that it sent
//! after the session had ended ([`crate::infra::web::stash`]).
use crate::infra::{
    db::ids::UserId,
    web::{
        app::Settings,
        encrypted::{self, Encrypted},
        errors::Result,
    },
};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// How many accounts one browser is known for.
const MOST: usize = 3;

/// The marks of a browser, the latest first: hash of an email address, and what its tries are counted under.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct KnownBrowser {
    marks: Vec<(String, String)>,
    /// Who signed in last.
    #[serde(default)]
    latest: Option<UserId>,
}

impl Encrypted for KnownBrowser {
    const NAME: &'static str = "known";
    /// 90 days after the last sign-in.
    const MINUTES: i64 = 90 * 24 * 60;
}

impl KnownBrowser {
    fn mark(&self, email: &str) -> Option<&str> {
        let account = account_hash(email);
        self.marks.iter().find(|(of, _)| *of == account).map(|(_, mark)| mark.as_str())
    }

    /// Known for one account more. A mark stays the same while it is used: nobody gets new tries by signing in to another account.
    fn with(mut self, email: &str) -> Self {
        let account = account_hash(email);
        let mark = self.mark(email).map_or_else(|| uuid::Uuid::new_v4().simple().to_string(), str::to_owned);
        self.marks.retain(|(of, _)| *of != account);
        self.marks.insert(0, (account, mark));
        self.marks.truncate(MOST);
        self
    }
}

/// What the tries of this browser at this account are counted under, if anybody signed in to it here before.
pub fn mark(req: &HttpRequest, email: &str) -> Option<String> {
    encrypted::given::<KnownBrowser>(req)?.value.mark(email).map(str::to_owned)
}

/// The account that was signed in to here last.
pub fn latest(req: &HttpRequest) -> Option<UserId> {
    encrypted::given::<KnownBrowser>(req)?.value.latest
}

/// Marks the browser: whoever has this address is in, or has read a mail to it.
pub fn remember(
    req: &HttpRequest,
    response: &mut HttpResponse,
    settings: &Settings,
    email: &str,
    user: UserId,
) -> Result<()> {
    let known = encrypted::given::<KnownBrowser>(req).map(|given| given.value).unwrap_or_default();
    encrypted::give(response, settings, &KnownBrowser { latest: Some(user), ..known.with(email) })
}

/// What an email address is counted under: people type passwords where an address belongs.
pub fn account_hash(email: &str) -> String {
    let digest = Sha256::digest(format!("account\0{email}").as_bytes());
    digest[..16].iter().fold(String::new(), |mut text, byte| {
        // Writing to a String can't fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_known_for_its_latest_accounts() {
        let known = KnownBrowser::default().with("a@acme.test").with("b@acme.test");
        let mark = known.mark("a@acme.test").unwrap().to_owned();
        assert_ne!(known.mark("b@acme.test"), Some(mark.as_str()));
        assert_eq!(known.mark("c@acme.test"), None);
        let known = known.with("a@acme.test").with("c@acme.test").with("d@acme.test");
        assert_eq!(known.mark("a@acme.test"), Some(mark.as_str()));
        assert_eq!(known.mark("b@acme.test"), None);
    }
}
