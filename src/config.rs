//! Every setting, read once: from the environment, else from one TOML file, else a default that works.
use crate::infra::{
    services::{
        files::{Files, Limits},
        mail::{self, Mailer, Sender},
    },
    web::{client::Proxies, limits},
};
use actix_web::cookie::Key;
use std::{
    collections::BTreeMap,
    fs, io,
    net::SocketAddr,
    path::{Path, PathBuf},
};

/// The settings of an installation.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// `DATABASE_URL`: the database to use; none: the private one in the data folder.
    pub database_url: Option<String>,
    /// `CLIENTELE_APP_DATABASE_URL` and `CLIENTELE_SIGN_IN_DATABASE_URL`: how the server's two roles log in to the database of
    /// `DATABASE_URL`; none: as the owner arranges it.
    pub logins: Option<(String, String)>,
    /// `CLIENTELE_LISTEN`: address and port.
    pub listen: SocketAddr,
    /// `CLIENTELE_DATA`: the folder for the private database, keys, files and mails.
    pub data: PathBuf,
    /// `CLIENTELE_PUBLIC_URL`: how people reach it; `https` makes cookies `Secure`.
    pub public_url: String,
    /// `CLIENTELE_SECRET_KEY`: at least 64 bytes in hex, which sign cookies; none: made once and kept in the data folder.
    pub secret_key: Option<Vec<u8>>,
    /// `CLIENTELE_DB_POOL`: connections of requests at most, each for staff, the portal and sign-in. Background work has its own.
    pub db_pool: u32,
    /// `CLIENTELE_WORKERS`: threads that take requests; 0: one per core.
    pub workers: usize,
    /// `CLIENTELE_TASK_THREADS`: background tasks of each lane at once; 0: none in this server, because `clientele worker` does them.
    pub task_threads: usize,
    /// `CLIENTELE_METRICS`: where Prometheus reads figures; none: nowhere.
    pub metrics: Option<SocketAddr>,
    /// `CLIENTELE_DNS`: the name server that is asked for TXT records; none: those of the machine.
    pub dns: Option<SocketAddr>,
    /// `CLIENTELE_SMTP_URL`: the mail server; none: mails go to the folder `mail` in the data folder.
    pub smtp_url: Option<String>,
    /// `CLIENTELE_MAIL_FROM`: who mails are from.
    pub mail_from: Sender,
    /// `CLIENTELE_FILES`: the bucket for uploads; none: the folder `files` in the data folder.
    pub files_url: Option<String>,
    /// `CLIENTELE_FILE_MB` and `CLIENTELE_MESSAGE_FILES`: how large a file, and how many a message.
    pub file_limits: Limits,
    /// `CLIENTELE_REQUESTS_PER_MINUTE`: how many API requests and searches of a person this server takes in a minute; 0: any number.
    pub requests_per_minute: u64,
    /// `CLIENTELE_LOG`: what is logged, as tracing filters: `info`, `clientele=debug`.
    pub log: String,
    /// `CLIENTELE_LOG_FORMAT`: `text` or `json`.
    pub log_json: bool,
    /// `CLIENTELE_DEVELOPMENT`: offers the pages for developers.
    pub development: bool,
    /// `CLIENTELE_SESSION_SECONDS`: how long a session lasts where nobody says otherwise.
    pub session_seconds: i32,
    /// `CLIENTELE_PROXIES` and `CLIENTELE_PROXY_HEADER`: what stands between clients and this server.
    pub proxies: Proxies,
}

/// Name, what it means, default: for `--help` and for the message about an unknown key.
pub const SETTINGS: &[(&str, &str, &str)] = &[
    ("DATABASE_URL", "PostgreSQL to use instead of the private one", "none"),
    (
        "CLIENTELE_APP_DATABASE_URL",
        "DATABASE_URL as the role clientele_app, which the server works as",
        "made at the start, if the owner may",
    ),
    (
        "CLIENTELE_SIGN_IN_DATABASE_URL",
        "The same as the role clientele_sign_in",
        "made at the start, if the owner may",
    ),
    ("CLIENTELE_LISTEN", "Address and port", "127.0.0.1:8080"),
    ("CLIENTELE_DATA", "Folder for the private database and files", "./data"),
    ("CLIENTELE_PUBLIC_URL", "How people reach it; https makes cookies Secure", "http://<listen>"),
    (
        "CLIENTELE_SECRET_KEY",
        "64 bytes or more in hex that sign cookies",
        "made once, kept in the data folder",
    ),
    ("CLIENTELE_DB_POOL", "Database connections of requests at most", "16"),
    ("CLIENTELE_WORKERS", "Threads that take requests", "one per core"),
    (
        "CLIENTELE_TASK_THREADS",
        "Background tasks of each kind at once; 0 leaves them to `clientele worker`",
        "2",
    ),
    ("CLIENTELE_METRICS", "Address and port on which Prometheus reads /metrics", "none"),
    (
        "CLIENTELE_SMTP_URL",
        "Mail server, like smtp://user:password@host:587?tls=required",
        "none: mails are kept in the folder mail of the data folder",
    ),
    ("CLIENTELE_MAIL_FROM", "Who mails are from, like Acme <support@acme.test>", "clientele@<public host>"),
    (
        "CLIENTELE_FILES",
        "Bucket for uploads, like s3://bucket/folder with AWS_* variables",
        "none: the folder files of the data folder",
    ),
    ("CLIENTELE_FILE_MB", "MB of one upload at most", "25"),
    ("CLIENTELE_MESSAGE_FILES", "Uploads of one message at most", "10"),
    (
        "CLIENTELE_REQUESTS_PER_MINUTE",
        "API requests and searches of a person in a minute at most; 0: any number",
        "1200",
    ),
    ("CLIENTELE_DNS", "Name server that verifies domains, like 9.9.9.9:53", "those of the machine"),
    ("CLIENTELE_LOG", "What is logged: error, warn, info, debug", "warn,clientele=info"),
    ("CLIENTELE_LOG_FORMAT", "text or json", "text"),
    ("CLIENTELE_DEVELOPMENT", "true offers /styleguide and /dev/mail, to everybody", "false"),
    ("CLIENTELE_SESSION_SECONDS", "How long a session lasts (300 to 31536000)", "43200"),
    ("CLIENTELE_PROXIES", "Proxies that every request comes through (0 to 10)", "0"),
    (
        "CLIENTELE_PROXY_HEADER",
        "Header to which each proxy adds the address that it was called from",
        "X-Forwarded-For",
    ),
    ("CLIENTELE_TRUST_PROXY", "true is the same as CLIENTELE_PROXIES=1", "false"),
    ("CLIENTELE_CONFIG", "The TOML file with any of these", "clientele.toml, if there"),
];

/// A setting that can't be used: the key, what is wrong, what would be right.
#[derive(Debug, thiserror::Error, PartialEq)]
#[error("{key}: {problem}")]
pub struct ConfigError {
    pub key: String,
    pub problem: String,
}

fn wrong(key: &str, problem: impl Into<String>) -> ConfigError {
    ConfigError { key: key.to_owned(), problem: problem.into() }
}

impl Config {
    /// Reads environment and file.
    pub fn load() -> Result<Self, ConfigError> {
        let environment: BTreeMap<String, String> = std::env::vars().collect();
        let named = environment.get("CLIENTELE_CONFIG").cloned();
        let path = PathBuf::from(named.clone().unwrap_or_else(|| "clientele.toml".into()));
        let file = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound && named.is_none() => String::new(),
            Err(error) => return Err(wrong("CLIENTELE_CONFIG", format!("{}: {error}", path.display()))),
        };
        Self::read(&environment, &file)
    }

    /// Reads settings, where the environment wins over the file. Keys of the file are the variables, with or without
    /// `CLIENTELE_`, in any case.
    pub fn read(environment: &BTreeMap<String, String>, file: &str) -> Result<Self, ConfigError> {
        let settings = Settings { environment, file: keys(file)? };
        let listen = settings.parsed(
            "CLIENTELE_LISTEN",
            "127.0.0.1:8080",
            "an address and port like 127.0.0.1:8080",
        )?;
        let public_url = settings.text("CLIENTELE_PUBLIC_URL").unwrap_or_else(|| format!("http://{listen}"));
        if !(public_url.starts_with("http://") || public_url.starts_with("https://")) {
            return Err(wrong(
                "CLIENTELE_PUBLIC_URL",
                "give an address that begins with http:// or https://",
            ));
        }
        let public_url = public_url.trim_end_matches('/').to_owned();
        let session_seconds = settings.parsed("CLIENTELE_SESSION_SECONDS", "43200", "a number of seconds")?;
        if !(300..=31_536_000).contains(&session_seconds) {
            return Err(wrong("CLIENTELE_SESSION_SECONDS", "give between 300 and 31536000 seconds"));
        }
        let db_pool = settings.parsed("CLIENTELE_DB_POOL", "16", "a number of connections from 1 to 500")?;
        if !(1..=500).contains(&db_pool) {
            return Err(wrong("CLIENTELE_DB_POOL", "give a number of connections from 1 to 500"));
        }
        let task_threads = settings.parsed("CLIENTELE_TASK_THREADS", "2", "a number of threads up to 64")?;
        if task_threads > 64 {
            return Err(wrong("CLIENTELE_TASK_THREADS", "give a number of threads up to 64"));
        }
        let metrics = match settings.text("CLIENTELE_METRICS") {
            None => None,
            Some(_) => {
                Some(settings.parsed("CLIENTELE_METRICS", "", "an address and port like 127.0.0.1:9090")?)
            }
        };
        let dns = match settings.text("CLIENTELE_DNS") {
            None => None,
            Some(_) => Some(settings.parsed("CLIENTELE_DNS", "", "an address and port like 9.9.9.9:53")?),
        };
        let smtp_url = settings.text("CLIENTELE_SMTP_URL");
        if let Some(url) = &smtp_url {
            mail::check_url(url).map_err(|problem| wrong("CLIENTELE_SMTP_URL", problem))?;
        }
        let mail_from = settings.text("CLIENTELE_MAIL_FROM").unwrap_or_default();
        if smtp_url.is_some() && mail_from.is_empty() {
            return Err(wrong(
                "CLIENTELE_MAIL_FROM",
                "is needed with CLIENTELE_SMTP_URL; give an address like Acme <support@acme.test>",
            ));
        }
        let mail_from =
            Sender::new(&mail_from, &public_url).map_err(|problem| wrong("CLIENTELE_MAIL_FROM", problem))?;
        let size: u64 = settings.parsed(
            "CLIENTELE_FILE_MB",
            &(limits::FILE_SIZE.most >> 20).to_string(),
            "a number of MB from 1 to 1000",
        )?;
        let number = settings.parsed(
            "CLIENTELE_MESSAGE_FILES",
            &limits::FILES_OF_A_MESSAGE.most.to_string(),
            "a number of files from 1 to 50",
        )?;
        if !(1..=1000).contains(&size) {
            return Err(wrong("CLIENTELE_FILE_MB", "give a number of MB from 1 to 1000"));
        }
        if !(1..=50).contains(&number) {
            return Err(wrong("CLIENTELE_MESSAGE_FILES", "give a number of files from 1 to 50"));
        }
        let logins = match ["CLIENTELE_APP_DATABASE_URL", "CLIENTELE_SIGN_IN_DATABASE_URL"] {
            [app, sign_in] => match (settings.text(app), settings.text(sign_in)) {
                (None, None) => None,
                (Some(_), _) | (_, Some(_)) if settings.text("DATABASE_URL").is_none() => {
                    return Err(wrong("DATABASE_URL", format!("is needed with {app} and {sign_in}")));
                }
                (Some(app), Some(sign_in)) => Some((app, sign_in)),
                (None, Some(_)) => return Err(wrong(app, format!("is needed with {sign_in}"))),
                (Some(_), None) => return Err(wrong(sign_in, format!("is needed with {app}"))),
            },
        };
        Ok(Self {
            logins,
            files_url: settings.text("CLIENTELE_FILES"),
            file_limits: Limits { size: size << 20, number },
            requests_per_minute: settings.parsed(
                "CLIENTELE_REQUESTS_PER_MINUTE",
                &limits::REQUESTS_OF_A_PERSON.most.to_string(),
                "a number of requests a minute; 0: any number",
            )?,
            metrics,
            dns,
            task_threads,
            smtp_url,
            mail_from,
            database_url: settings.text("DATABASE_URL"),
            listen,
            data: settings.text("CLIENTELE_DATA").unwrap_or_else(|| "./data".into()).into(),
            public_url,
            secret_key: settings.text("CLIENTELE_SECRET_KEY").map(|hex| secret(&hex)).transpose()?,
            db_pool,
            workers: settings.parsed("CLIENTELE_WORKERS", "0", "a number of threads")?,
            log: settings.text("CLIENTELE_LOG").unwrap_or_else(|| "warn,clientele=info".into()),
            log_json: match settings.text("CLIENTELE_LOG_FORMAT").as_deref() {
                None | Some("text") => false,
                Some("json") => true,
                Some(other) => {
                    return Err(wrong("CLIENTELE_LOG_FORMAT", format!("{other} is neither text nor json")));
                }
            },
            development: settings.parsed("CLIENTELE_DEVELOPMENT", "false", "true or false")?,
            session_seconds,
            proxies: settings.proxies()?,
        })
    }

    /// What sends mails: connects to nothing yet.
    pub fn mailer(&self) -> Result<Mailer, ConfigError> {
        let sender = self.mail_from.clone();
        match &self.smtp_url {
            Some(url) => Mailer::smtp(url, sender).map_err(|problem| wrong("CLIENTELE_SMTP_URL", problem)),
            None => Ok(Mailer::folder(self.data.join("mail"), sender)),
        }
    }

    /// Where uploads are kept.
    pub fn files(&self) -> anyhow::Result<Files> {
        Files::open(self.files_url.as_deref(), &self.data.join("files"), self.file_limits)
    }

    /// Whether people reach it over HTTPS.
    pub fn is_secure(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    /// The key that signs cookies: the one that is set, else the one in the data folder, which is made at the first start.
    pub fn key(&self) -> io::Result<Key> {
        let bytes = match &self.secret_key {
            Some(bytes) => bytes.clone(),
            None => kept_key(&self.data.join("secret.key"))?,
        };
        Key::try_from(bytes.as_slice()).map_err(io::Error::other)
    }
}

struct Settings<'a> {
    environment: &'a BTreeMap<String, String>,
    file: BTreeMap<String, String>,
}

impl Settings<'_> {
    fn proxies(&self) -> Result<Proxies, ConfigError> {
        let is_one: bool = self.parsed("CLIENTELE_TRUST_PROXY", "false", "true or false")?;
        let right = "a number of proxies from 0 to 10";
        let number = self.parsed("CLIENTELE_PROXIES", if is_one { "1" } else { "0" }, right)?;
        if number > 10 {
            return Err(wrong("CLIENTELE_PROXIES", format!("give {right}")));
        }
        let header = self.parsed("CLIENTELE_PROXY_HEADER", "X-Forwarded-For", "the name of a header")?;
        Ok(Proxies { header, number })
    }

    fn text(&self, key: &str) -> Option<String> {
        self.environment.get(key).or_else(|| self.file.get(key)).filter(|v| !v.is_empty()).cloned()
    }

    fn parsed<T: std::str::FromStr>(&self, key: &str, default: &str, right: &str) -> Result<T, ConfigError> {
        let written = self.text(key).unwrap_or_else(|| default.to_owned());
        written.parse().map_err(|_| wrong(key, format!("“{written}” can't be used; give {right}")))
    }
}

fn keys(file: &str) -> Result<BTreeMap<String, String>, ConfigError> {
    let table: toml::Table =
        file.parse().map_err(|error: toml::de::Error| wrong("clientele.toml", error.message().to_owned()))?;
    let mut keys = BTreeMap::new();
    for (key, value) in table {
        let upper = key.to_uppercase();
        let full = [upper.clone(), format!("CLIENTELE_{upper}")];
        let Some((known, ..)) = SETTINGS.iter().find(|(name, ..)| full.iter().any(|f| f == name)) else {
            let known: Vec<_> = SETTINGS.iter().map(|(name, ..)| name.to_lowercase()).collect();
            return Err(wrong(&key, format!("there is no such setting; there are {}", known.join(", "))));
        };
        let text = match value {
            toml::Value::String(text) => text,
            toml::Value::Integer(number) => number.to_string(),
            toml::Value::Boolean(truth) => truth.to_string(),
            _ => return Err(wrong(&key, "give a text, a number, true or false")),
        };
        keys.insert((*known).to_owned(), text);
    }
    Ok(keys)
}

fn secret(hex: &str) -> Result<Vec<u8>, ConfigError> {
    let problem = || wrong("CLIENTELE_SECRET_KEY", "give at least 128 hexadecimal digits (64 bytes)");
    if hex.len() % 2 == 1 || !hex.is_ascii() {
        return Err(problem());
    }
    let bytes: Option<Vec<u8>> =
        (0..hex.len()).step_by(2).map(|i| u8::from_str_radix(hex.get(i..i + 2)?, 16).ok()).collect();
    bytes.filter(|bytes| bytes.len() >= 64).ok_or_else(problem)
}

fn kept_key(path: &Path) -> io::Result<Vec<u8>> {
    use std::{io::Write, os::unix::fs::OpenOptionsExt};
    match fs::read(path) {
        Ok(bytes) if bytes.len() >= 64 => return Ok(bytes),
        Ok(_) => {
            return Err(io::Error::other(format!(
                "{} is damaged: remove it to have a new one made",
                path.display()
            )));
        }
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Err(_) => {}
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let key = Key::generate();
    fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?.write_all(key.master())?;
    Ok(key.master().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(environment: &[(&str, &str)], file: &str) -> Result<Config, ConfigError> {
        let environment = environment.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        Config::read(&environment, file)
    }

    #[test]
    fn nothing_set_is_a_working_configuration() {
        let config = read(&[], "").unwrap();
        assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
        assert_eq!(config.public_url, "http://127.0.0.1:8080");
        assert!(config.database_url.is_none() && !config.is_secure());
    }

    #[test]
    fn the_environment_wins_over_the_file() {
        let config = read(&[("CLIENTELE_DB_POOL", "4")], "db_pool = 9\nlisten = '127.0.0.1:9000'").unwrap();
        assert_eq!((config.db_pool, config.listen.port()), (4, 9000));
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (environment, file, key) in [
            (vec![("CLIENTELE_LISTEN", "here")], "", "CLIENTELE_LISTEN"),
            (vec![("CLIENTELE_METRICS", "yes")], "", "CLIENTELE_METRICS"),
            (vec![("CLIENTELE_DNS", "dns.example")], "", "CLIENTELE_DNS"),
            (vec![("CLIENTELE_PROXIES", "11")], "", "CLIENTELE_PROXIES"),
            (vec![("CLIENTELE_PROXIES", "-1")], "", "CLIENTELE_PROXIES"),
            (vec![("CLIENTELE_PROXY_HEADER", "X Real")], "", "CLIENTELE_PROXY_HEADER"),
            (vec![("CLIENTELE_SECRET_KEY", "abc")], "", "CLIENTELE_SECRET_KEY"),
            (vec![("CLIENTELE_SESSION_SECONDS", "1")], "", "CLIENTELE_SESSION_SECONDS"),
            (vec![("CLIENTELE_PUBLIC_URL", "acme.test")], "", "CLIENTELE_PUBLIC_URL"),
            (
                vec![("CLIENTELE_SMTP_URL", "mail.acme.test")],
                "mail_from = 'a@acme.test'",
                "CLIENTELE_SMTP_URL",
            ),
            (vec![("CLIENTELE_SMTP_URL", "smtp://mail.acme.test")], "", "CLIENTELE_MAIL_FROM"),
            (vec![("CLIENTELE_MAIL_FROM", "Acme")], "", "CLIENTELE_MAIL_FROM"),
            (vec![("CLIENTELE_APP_DATABASE_URL", "postgres://a@db/x")], "", "DATABASE_URL"),
            (
                vec![
                    ("DATABASE_URL", "postgres://a@db/x"),
                    ("CLIENTELE_APP_DATABASE_URL", "postgres://b@db/x"),
                ],
                "",
                "CLIENTELE_SIGN_IN_DATABASE_URL",
            ),
            (vec![], "listne = 1", "listne"),
            (vec![], "listen = [1]", "listen"),
        ] {
            assert_eq!(read(&environment, file).unwrap_err().key, key);
        }
    }
}
