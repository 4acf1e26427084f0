//! Mails that are kept where they can be looked at, because no mail server is configured.
use super::message::{File, Mail};
use crate::infra::db::ids::MailId;
use chrono::{DateTime, Utc};
use lettre::Message;
use serde::{Deserialize, Serialize};
use std::{
    fs, io,
    io::Write,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

/// How many are listed.
const MOST: usize = 200;

/// A mail that did not leave.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    pub id: MailId,
    pub to_name: String,
    pub to_address: String,
    pub subject: String,
    pub created_at: DateTime<Utc>,
    /// As they would have gone over the wire.
    pub headers: String,
    pub text: String,
    pub html: String,
    #[serde(default)]
    pub file: Option<File>,
}

impl Kept {
    pub(super) fn new(mail: &Mail, message: &Message) -> Self {
        let whole = String::from_utf8_lossy(&message.formatted()).replace('\r', "");
        Self {
            id: mail.id,
            to_name: mail.to_name.clone(),
            to_address: mail.to_address.clone(),
            subject: mail.subject.clone(),
            created_at: mail.created_at,
            headers: whole.split("\n\n").next().unwrap_or_default().to_owned(),
            text: mail.text.clone(),
            html: mail.html.clone(),
            file: mail.file.clone(),
        }
    }
}

/// A folder with two files a mail: `<id>.eml`, which mail programs open, and `<id>.json`, which our own page reads. Ids count up with
/// time, and so do the names.
#[derive(Clone, Debug)]
pub(super) struct Folder(pub PathBuf);

impl Folder {
    /// Writes a mail. Whole or not at all: whoever looks meanwhile sees no half of it.
    pub fn keep(&self, mail: &Mail, message: &Message) -> io::Result<()> {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.0)?;
        let kept = Kept::new(mail, message);
        self.write(&format!("{}.eml", mail.id), &message.formatted())?;
        self.write(&format!("{}.json", mail.id), &serde_json::to_vec_pretty(&kept)?)
    }

    fn write(&self, name: &str, content: &[u8]) -> io::Result<()> {
        let unfinished = self.0.join(format!("{name}.unfinished"));
        let mut file =
            fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&unfinished)?;
        file.write_all(content)?;
        fs::rename(unfinished, self.0.join(name))
    }

    /// The newest ones, the newest first.
    pub fn newest(&self) -> io::Result<Vec<Kept>> {
        let entries = match fs::read_dir(&self.0) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(vec![]),
            entries => entries?,
        };
        let mut ids: Vec<MailId> = entries
            .filter_map(|entry| entry.ok()?.file_name().to_str()?.strip_suffix(".json")?.parse().ok())
            .collect();
        ids.sort_unstable_by(|a, b| b.cmp(a));
        // One that can't be read any more is left out: it was deleted meanwhile, or is of another version.
        Ok(ids.into_iter().take(MOST).filter_map(|id| self.find(id).ok().flatten()).collect())
    }

    /// One of them. An id is no path, so nothing else can be reached.
    pub fn find(&self, id: MailId) -> io::Result<Option<Kept>> {
        match fs::read(Path::new(&self.0).join(format!("{id}.json"))) {
            Ok(json) => Ok(serde_json::from_slice(&json).ok()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}
