//! The mail server.
use super::{mailer::Failure, message::Sender};
use lettre::{
    Message, SmtpTransport, Transport,
    transport::smtp::{
        self, PoolConfig,
        extension::ClientId,
        response::{Category, Severity},
    },
};
use std::{
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

/// How long one answer of the server is waited for.
const PATIENCE: Duration = Duration::from_secs(15);
/// How long a server that could not be reached is left alone: mails that wait for it must not hold up other work.
const REST: Duration = Duration::from_secs(10);

/// A mail server, with the connections to it that stay open.
#[derive(Clone)]
pub(super) struct Smtp {
    transport: SmtpTransport,
    trouble: Arc<Mutex<Option<(Instant, String)>>>,
}

impl Smtp {
    /// From `CLIENTELE_SMTP_URL`; connects to nothing yet. The error says what would be right, and never repeats the password.
    pub fn new(url: &str, sender: &Sender) -> Result<Self, String> {
        let mut url = parsed(url)?;
        let is_plain = url.query_pairs().any(|(key, value)| key == "tls" && value == "none");
        if is_plain {
            url.set_query(None);
        } else if url.scheme() == "smtp" && url.query().is_none() {
            url.set_query(Some("tls=required"));
        }
        if url.port().is_none() {
            // Fails only where there is no host.
            let _ = url.set_port(Some(if url.scheme() == "smtps" { 465 } else { 587 }));
        }
        let builder = SmtpTransport::from_url(url.as_str()).map_err(|error| describe(&error))?;
        let hello = match sender.host.trim_matches(['[', ']']).parse() {
            Ok(IpAddr::V4(address)) => ClientId::Ipv4(address),
            Ok(IpAddr::V6(address)) => ClientId::Ipv6(address),
            Err(_) => ClientId::Domain(sender.host.clone()),
        };
        let transport = builder
            .hello_name(hello)
            .timeout(Some(PATIENCE))
            .pool_config(PoolConfig::new().max_size(8).idle_timeout(Duration::from_secs(60)))
            .build();
        Ok(Self { transport, trouble: Arc::default() })
    }

    /// Whether it answers, and takes who we are.
    pub fn check(&self) -> Result<(), String> {
        match self.transport.test_connection() {
            Ok(true) => Ok(()),
            Ok(false) => Err("the mail server does not answer".into()),
            Err(error) => Err(format!("the mail server can't be reached: {}", describe(&error))),
        }
    }

    /// Hands it a mail. What goes wrong before the mail's turn is the connection's trouble and passes; a refusal of the mail itself does not.
    pub fn send(&self, message: &Message) -> Result<(), Failure> {
        if let Some(trouble) = self.recent_trouble() {
            return Err(Failure::ForNow(trouble));
        }
        if let Err(trouble) = self.check() {
            *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) =
                Some((Instant::now(), trouble.clone()));
            return Err(Failure::ForNow(trouble));
        }
        match self.transport.send(message) {
            Ok(_) => Ok(()),
            Err(error) if is_for_good(&error) => Err(Failure::ForGood(describe(&error))),
            Err(error) => Err(Failure::ForNow(describe(&error))),
        }
    }

    fn recent_trouble(&self) -> Option<String> {
        let trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        trouble.as_ref().filter(|(at, _)| at.elapsed() < REST).map(|(_, text)| text.clone())
    }
}

/// Refused by the server with 55x: no such mailbox, not allowed, policy. Not 50x, 52x and 53x, which are about the conversation, and
/// not 4xx, which is "try later". A client's error at this point is about the address: one that the server has no way to take.
fn is_for_good(error: &smtp::Error) -> bool {
    let refused = error.status().is_some_and(|code| {
        code.severity == Severity::PermanentNegativeCompletion && code.category == Category::MailSystem
    });
    refused || error.is_client()
}

/// An error with its causes, in one line.
fn describe(error: &dyn std::error::Error) -> String {
    let mut chain = error.to_string();
    let mut cause = error.source();
    while let Some(deeper) = cause {
        let text = deeper.to_string();
        if !chain.contains(&text) {
            chain = format!("{chain}: {text}");
        }
        cause = deeper.source();
    }
    super::one_line(&chain)
}

const RIGHT: &str = "give an address like smtp://user:password@mail.example.com:587?tls=required";

fn parsed(written: &str) -> Result<url::Url, String> {
    let url = url::Url::parse(written).map_err(|error| format!("it is no URL ({error}); {RIGHT}"))?;
    if !["smtp", "smtps"].contains(&url.scheme()) {
        return Err(format!("it begins with {}:; {RIGHT}", url.scheme()));
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err(format!("it names no host; {RIGHT}"));
    }
    for (key, value) in url.query_pairs() {
        if key != "tls" || !["required", "opportunistic", "none"].contains(&value.as_ref()) {
            return Err(format!("“{key}={value}” is unknown; tls is required, opportunistic or none"));
        }
        if url.scheme() == "smtps" {
            return Err("smtps: is encrypted from the start; leave tls out".into());
        }
    }
    if url.username().is_empty() != url.password().is_none() {
        return Err(format!("it has a user or a password, but not both; {RIGHT}"));
    }
    Ok(url)
}

/// Whether a mail server may be named so: looked at when settings are read.
pub fn check_url(url: &str) -> Result<(), String> {
    parsed(url).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_the_address_of_a_server_is_told_without_its_password() {
        for right in [
            "smtp://mail.acme.test",
            "smtp://ada:p%40ss@mail.acme.test:2525?tls=none",
            "smtps://ada:pass@mail.acme.test",
            "smtp://127.0.0.1:25?tls=opportunistic",
        ] {
            assert_eq!(check_url(right), Ok(()), "{right}");
            let sender = Sender::new("", "http://clientele.test").unwrap();
            assert!(Smtp::new(right, &sender).is_ok(), "{right}");
        }
        for wrong in [
            "mail.acme.test",
            "http://ada:hunter2@mail.acme.test",
            "smtp://",
            "smtp://ada:hunter2@mail.acme.test?tls=maybe",
            "smtps://ada:hunter2@mail.acme.test?tls=required",
            "smtp://ada@mail.acme.test",
            "smtp://ada:hunter2@mail.acme.test:99999",
        ] {
            let problem = check_url(wrong).unwrap_err();
            assert!(!problem.contains("hunter2") && problem.len() > 20, "{wrong}: {problem}");
        }
    }
}
