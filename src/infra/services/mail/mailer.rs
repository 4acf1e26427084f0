//! The ways by which a mail leaves.
use super::{
    kept::{Folder, Kept},
    message::{Mail, Sender},
    smtp::Smtp,
};
use crate::infra::db::ids::MailId;
use std::{
    fmt, io,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

/// Why a mail did not leave.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// It may leave another time.
    #[error("{0}")]
    ForNow(String),
    /// It never will: there is no such mailbox, or its server wants nothing from us.
    #[error("refused for good: {0}")]
    ForGood(String),
}

/// Sends mails. Clones share its connections.
#[derive(Clone)]
pub struct Mailer {
    sender: Sender,
    way: Way,
}

#[derive(Clone)]
enum Way {
    Smtp(Smtp),
    Folder(Folder),
    Memory(Arc<Mutex<Vec<Kept>>>),
}

impl Mailer {
    /// Through the mail server of this URL. The error says what is wrong with it.
    pub fn smtp(url: &str, sender: Sender) -> Result<Self, String> {
        Ok(Self { way: Way::Smtp(Smtp::new(url, &sender)?), sender })
    }

    /// Into a folder, which is made when there is a mail.
    pub fn folder(folder: PathBuf, sender: Sender) -> Self {
        Self { way: Way::Folder(Folder(folder)), sender }
    }

    /// Nowhere: for tests, which look at [`Mailer::kept`].
    pub fn in_memory() -> Self {
        let mailbox =
            lettre::message::Mailbox::new(None, lettre::Address::new_dangerous("clientele", "localhost"));
        let sender = Sender { mailbox, host: "localhost".into() };
        Self { way: Way::Memory(Arc::default()), sender }
    }

    /// Sends a mail, or says why not.
    pub fn send(&self, mail: &Mail) -> Result<(), Failure> {
        let message = mail.message(&self.sender).map_err(Failure::ForGood)?;
        match &self.way {
            Way::Smtp(smtp) => smtp.send(&message),
            Way::Folder(folder) => folder.keep(mail, &message).map_err(|error| {
                Failure::ForNow(format!("{} can't be written: {error}", folder.0.display()))
            }),
            Way::Memory(kept) => {
                kept.lock().unwrap_or_else(PoisonError::into_inner).push(Kept::new(mail, &message));
                Ok(())
            }
        }
    }

    /// The address that mails come from, whosever name stands before it.
    pub fn address(&self) -> String {
        self.sender.mailbox.email.to_string()
    }

    /// Whether mails can leave at the moment; the error is for whoever runs the server.
    pub fn check(&self) -> Result<(), String> {
        match &self.way {
            Way::Smtp(smtp) => smtp.check(),
            Way::Folder(_) | Way::Memory(_) => Ok(()),
        }
    }

    /// Whether mails really leave, so that there are none to look at.
    pub fn leaves(&self) -> bool {
        matches!(self.way, Way::Smtp(_))
    }

    /// The mails that did not leave, the newest first. Reads files: not for a thread that serves others.
    pub fn kept(&self) -> io::Result<Vec<Kept>> {
        match &self.way {
            Way::Smtp(_) => Ok(vec![]),
            Way::Folder(folder) => folder.newest(),
            Way::Memory(kept) => {
                let kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                Ok(kept.iter().rev().cloned().collect())
            }
        }
    }

    /// One of them.
    pub fn find(&self, id: MailId) -> io::Result<Option<Kept>> {
        match &self.way {
            Way::Folder(folder) => folder.find(id),
            Way::Smtp(_) | Way::Memory(_) => Ok(self.kept()?.into_iter().find(|kept| kept.id == id)),
        }
    }
}

impl fmt::Debug for Mailer {
    /// Without the address of the server, which has a password in it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let way = match &self.way {
            Way::Smtp(_) => "smtp",
            Way::Folder(_) => "folder",
            Way::Memory(_) => "memory",
        };
        f.debug_struct("Mailer").field("way", &way).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_folder_keeps_mails_that_a_person_can_read() {
        let folder = std::env::temp_dir().join(format!("clientele-mail-{}", std::process::id()));
        let sender = Sender::new("Clientele <post@clientele.test>", "https://clientele.test").unwrap();
        let mailer = Mailer::folder(folder.join("mail"), sender);
        assert_eq!(mailer.kept().unwrap(), []);
        let mail = |subject: &str| Mail {
            id: MailId::new(),
            from_name: "Acme".into(),
            to_name: "Zoë, \"Zo\"".into(),
            to_address: "zoe@acme.test".into(),
            subject: subject.into(),
            text: "Grüße an Zoë.\n".into(),
            html: "<p>Grüße an Zoë.</p>".into(),
            file: None,
            created_at: chrono::DateTime::from_timestamp(1_772_715_900, 0).unwrap(),
        };
        let (first, second) = (mail("First"), mail("Second"));
        for mail in [&first, &second, &second] {
            mailer.send(mail).unwrap();
        }
        let subjects: Vec<_> = mailer.kept().unwrap().into_iter().map(|kept| kept.subject).collect();
        assert_eq!(subjects, ["Second", "First"]);
        let found = mailer.find(first.id).unwrap().unwrap();
        assert_eq!((found.text.as_str(), found.html.as_str()), ("Grüße an Zoë.\n", "<p>Grüße an Zoë.</p>"));
        assert_eq!(mailer.find(MailId::new()).unwrap(), None);
        let file = folder.join("mail").join(format!("{}.eml", first.id));
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        let eml = std::fs::read_to_string(&file).unwrap();
        for line in ["Subject: First", "Gr=C3=BC=C3=9Fe an Zo=C3=AB.", "From: Acme <post@clientele.test>"] {
            assert!(eml.contains(line), "{line} is not in\n{eml}");
        }
        std::fs::remove_dir_all(folder).unwrap();
    }
}
