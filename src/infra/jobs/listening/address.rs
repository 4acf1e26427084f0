//! Reading a database address as libpq does, where the listener's client knows less of it.
use std::collections::BTreeMap;
use tokio_postgres::{Config, config::Host};

/// When a connection is encrypted, and what is asked of the server's certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Disable,
    Allow,
    Prefer,
    Require,
    VerifyCa,
    VerifyFull,
}

/// What an address says about TLS. Paths are of PEM files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tls {
    pub mode: Mode,
    /// `system`, or a file of certificates that are trusted.
    pub root: Option<String>,
    /// The client's own certificate.
    pub certificate: Option<String>,
    pub key: Option<String>,
}

/// Options of libpq that the client takes too. The others, of which it refuses each, concern other authentication or are read here.
const TAKEN: &[&str] = &[
    "user",
    "password",
    "dbname",
    "options",
    "application_name",
    "sslnegotiation",
    "host",
    "hostaddr",
    "port",
    "connect_timeout",
    "tcp_user_timeout",
    "keepalives",
    "keepalives_idle",
    "keepalives_interval",
    "target_session_attrs",
    "channel_binding",
    "load_balance_hosts",
];

/// What to connect to, and how it is encrypted. What the address leaves open is taken from `environment`, as libpq takes it.
pub fn read(url: &str, environment: impl Fn(&str) -> Option<String>) -> anyhow::Result<(Config, Tls)> {
    let (rest, options) = match url.split_once("://") {
        Some(_) => of_uri(url)?,
        None => of_pairs(url)?,
    };
    let mut config: Config = rest.parse()?;
    // Certificates are of names; an address without one is checked as it stands.
    if config.get_hosts().is_empty() {
        for address in config.get_hostaddrs().to_vec() {
            config.host(address.to_string());
        }
    }
    let option = |name: &str, variable: &str| {
        options.get(name).cloned().or_else(|| environment(variable)).filter(|value| !value.is_empty())
    };
    let root = option("sslrootcert", "PGSSLROOTCERT");
    let mode = match option("sslmode", "PGSSLMODE").as_deref() {
        Some("disable") => Mode::Disable,
        Some("allow") => Mode::Allow,
        None | Some("prefer") => Mode::Prefer,
        Some("require") => Mode::Require,
        Some("verify-ca") => Mode::VerifyCa,
        Some("verify-full") => Mode::VerifyFull,
        Some(other) => anyhow::bail!("sslmode: there is no “{other}”"),
    };
    if root.as_deref() == Some("system") && mode != Mode::VerifyFull {
        anyhow::bail!(
            "sslrootcert=system goes with sslmode=verify-full alone: anybody has a certificate of some name"
        );
    }
    // Nothing is encrypted on a socket of this machine, whatever is asked for.
    let is_local = config.get_hosts().iter().all(|host| matches!(host, Host::Unix(_)));
    let tls = Tls {
        mode: if is_local { Mode::Disable } else { mode },
        root,
        certificate: option("sslcert", "PGSSLCERT"),
        key: option("sslkey", "PGSSLKEY"),
    };
    Ok((config, tls))
}

type Options = BTreeMap<String, String>;

/// Splits the options that the client does not take off an address like `postgres://host/name?sslmode=require`.
fn of_uri(url: &str) -> anyhow::Result<(String, Options)> {
    let (place, query) = url.split_once('?').unwrap_or((url, ""));
    let (mut kept, mut options) = (vec![], Options::new());
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let Some((name, value)) = pair.split_once('=') else { anyhow::bail!("an option has no value") };
        if TAKEN.contains(&name) {
            kept.push(pair);
        } else if let Some((_, value)) =
            url::form_urlencoded::parse(format!("v={}", value.replace('+', "%2B")).as_bytes()).next()
        {
            options.insert(name.to_owned(), value.into_owned());
        }
    }
    let rest = if kept.is_empty() { place.to_owned() } else { format!("{place}?{}", kept.join("&")) };
    Ok((rest, options))
}

/// As [`of_uri`], for `host=… dbname=… sslmode=require`.
fn of_pairs(text: &str) -> anyhow::Result<(String, Options)> {
    let (mut kept, mut options) = (String::new(), Options::new());
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let Some((name, after)) = rest.split_once('=') else { anyhow::bail!("an option has no value") };
        let (name, after) = (name.trim_end(), after.trim_start());
        let (value, length) = value_of(after);
        if TAKEN.contains(&name) {
            kept.push_str(&format!("{name}={} ", after.get(..length).unwrap_or_default()));
        } else {
            options.insert(name.to_owned(), value);
        }
        rest = after.get(length..).unwrap_or_default().trim_start();
    }
    Ok((kept, options))
}

/// The value at the beginning of a text, and how many bytes it takes there: quoted, or up to a space.
fn value_of(text: &str) -> (String, usize) {
    let is_quoted = text.starts_with('\'');
    let mut value = String::new();
    let mut chars = text.char_indices().skip(usize::from(is_quoted));
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => value.extend(chars.next().map(|(_, c)| c)),
            '\'' if is_quoted => return (value, at + 1),
            c if c.is_whitespace() && !is_quoted => return (value, at),
            c => value.push(c),
        }
    }
    (value, text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tls(url: &str) -> Tls {
        read(url, |_| None).unwrap().1
    }

    #[test]
    fn both_forms_of_an_address_say_how_it_is_encrypted() {
        for url in [
            "postgres://own:p%40w@db.test:5433/x?sslmode=verify-full&application_name=c&sslrootcert=%2Fetc%2Fca+1.pem&gssencmode=disable",
            "host=db.test port=5433 user=own password='p@w' dbname = x sslmode=verify-full sslrootcert='/etc/ca+1.pem' gssencmode=disable",
        ] {
            let (config, tls) = read(url, |_| None).unwrap();
            assert_eq!(config.get_hosts(), [Host::Tcp("db.test".into())]);
            assert_eq!((config.get_ports(), config.get_dbname()), ([5433].as_slice(), Some("x")));
            assert_eq!((config.get_user(), config.get_password()), (Some("own"), Some("p@w".as_bytes())));
            assert_eq!((tls.mode, tls.root.as_deref()), (Mode::VerifyFull, Some("/etc/ca+1.pem")));
        }
        assert_eq!(
            tls("postgres://db.test/x?sslmode=disable&sslmode=require").mode,
            Mode::Require,
            "the last counts"
        );
        assert_eq!(
            tls(r"host=db.test sslrootcert='it\'s.pem' sslkey=a\ b").root.as_deref(),
            Some("it's.pem")
        );
    }

    #[test]
    fn what_an_address_leaves_open_is_taken_from_the_environment() {
        let environment = |name: &str| (name == "PGSSLMODE").then(|| "require".to_owned());
        assert_eq!(read("host=db.test", environment).unwrap().1.mode, Mode::Require);
        assert_eq!(read("host=db.test sslmode=disable", environment).unwrap().1.mode, Mode::Disable);
        assert_eq!(tls("host=db.test").mode, Mode::Prefer);
    }

    #[test]
    fn a_socket_of_this_machine_is_not_encrypted_and_an_address_needs_no_name() {
        assert_eq!(tls("host=/run/postgresql sslmode=verify-full").mode, Mode::Disable);
        let (config, _) = read("hostaddr=10.0.0.7 sslmode=require", |_| None).unwrap();
        assert_eq!(config.get_hosts(), [Host::Tcp("10.0.0.7".into())]);
    }

    #[test]
    fn what_libpq_refuses_is_refused() {
        for url in [
            "host=db.test sslmode=never",
            "postgres://db.test/x?sslmode=require&sslrootcert=system",
            "host=db.test sslmode",
        ] {
            assert!(read(url, |_| None).is_err(), "{url}");
        }
    }
}
