//! A mail as it goes over the wire.
use super::one_line;
use crate::infra::db::ids::MailId;
use chrono::{DateTime, Utc};
use lettre::{
    Address, Message,
    message::{
        Body, Mailbox, MultiPart, SinglePart,
        header::{ContentDisposition, ContentTransferEncoding, ContentType, HeaderName, HeaderValue},
    },
};
use serde::{Deserialize, Serialize};

/// A file of text that comes with a mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    pub name: String,
    /// The media type with its parameters: a calendar's `method` is among them.
    pub kind: String,
    pub text: String,
}

/// A mail that is ready to leave.
#[derive(Clone, Debug)]
pub struct Mail {
    pub id: MailId,
    /// In whose name; empty: the sender that is configured.
    pub from_name: String,
    pub to_name: String,
    pub to_address: String,
    pub subject: String,
    pub text: String,
    pub html: String,
    pub file: Option<File>,
    pub created_at: DateTime<Utc>,
}

/// Who sends: the configured address, and the host that Message-IDs are of.
#[derive(Clone, Debug, PartialEq)]
pub struct Sender {
    pub(super) mailbox: Mailbox,
    pub(super) host: String,
}

impl Sender {
    /// From `CLIENTELE_MAIL_FROM` (`Acme <support@acme.test>`, or empty for one of the host's) and the public URL. The error says what
    /// would be right.
    pub fn new(mail_from: &str, public_url: &str) -> Result<Self, String> {
        let url = url::Url::parse(public_url).map_err(|_| "the public URL is none".to_owned())?;
        let host = url.host_str().unwrap_or("localhost").to_owned();
        let at = if matches!(url.host(), Some(url::Host::Domain(_))) { host.as_str() } else { "localhost" };
        let written =
            if mail_from.is_empty() { format!("Clientele <clientele@{at}>") } else { one_line(mail_from) };
        let mailbox = written.parse().map_err(|_| {
            format!("“{written}” can't be used; give an address like Acme <support@acme.test>")
        })?;
        Ok(Self { mailbox, host })
    }
}

impl Mail {
    /// The whole message. It is the same each time, so that a receiver may drop a double by its Message-ID.
    pub fn message(&self, sender: &Sender) -> Result<Message, String> {
        let to: Address =
            self.to_address.parse().map_err(|_| format!("{} is no mail address", self.to_address))?;
        let from_name = match one_line(&self.from_name) {
            name if name.is_empty() => sender.mailbox.name.clone(),
            name => Some(name),
        };
        let file = self.file.as_ref().map(attached).transpose()?;
        let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
        Message::builder()
            .from(Mailbox::new(from_name, sender.mailbox.email.clone()))
            .to(Mailbox::new(Some(one_line(&self.to_name)).filter(|name| !name.is_empty()), to))
            .subject(one_line(&self.subject))
            .date(self.created_at.into())
            .message_id(Some(format!("<{}@{}>", self.id, sender.host)))
            .raw_header(HeaderValue::new(automatic, "auto-generated".into()))
            .multipart(match file {
                None => self.parts(),
                Some(file) => MultiPart::mixed()
                    .boundary(format!("mixed-{}", self.id.0.simple()))
                    .multipart(self.parts())
                    .singlepart(file),
            })
            .map_err(|error| error.to_string())
    }

    /// What it says, twice.
    fn parts(&self) -> MultiPart {
        MultiPart::alternative()
            .boundary(self.id.0.simple().to_string())
            .singlepart(part(&self.text, ContentType::TEXT_PLAIN))
            .singlepart(part(&self.html, ContentType::TEXT_HTML))
    }
}

/// A file, as the part of a mail that programs offer to open.
fn attached(file: &File) -> Result<SinglePart, String> {
    let kind = ContentType::parse(&file.kind).map_err(|_| format!("{} is no media type", file.kind))?;
    let body = body(&file.text);
    Ok(SinglePart::builder().header(kind).header(ContentDisposition::attachment(&file.name)).body(body))
}

fn part(text: &str, kind: ContentType) -> SinglePart {
    SinglePart::builder().header(kind).body(body(text))
}

/// Plain where that is possible, else quoted-printable: a mail is readable in a file, too.
fn body(text: &str) -> Body {
    let mut body = Body::new(text.to_owned());
    if body.encoding() == ContentTransferEncoding::Base64
        && let Ok(quoted) = Body::new_with_encoding(text.to_owned(), ContentTransferEncoding::QuotedPrintable)
    {
        body = quoted;
    }
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail() -> Mail {
        Mail {
            id: MailId(uuid::Uuid::from_u128(7)),
            from_name: "Acme, Inc.".into(),
            to_name: "Ada".into(),
            to_address: "ada@acme.test".into(),
            subject: "Hello".into(),
            text: "Hello, Ada.\n".into(),
            html: "<p>Grüße".into(),
            file: None,
            created_at: DateTime::from_timestamp(1_772_715_900, 0).unwrap(),
        }
    }

    fn written(mail: &Mail) -> String {
        let sender = Sender::new("Clientele <post@clientele.test>", "https://clientele.test:8443").unwrap();
        String::from_utf8(mail.message(&sender).unwrap().formatted()).unwrap().replace('\r', "")
    }

    /// The headers, with folded lines joined.
    fn headers(mail: &Mail) -> Vec<String> {
        let text = written(mail).replace("\n ", " ");
        text.split("\n\n").next().unwrap().lines().map(str::to_owned).collect()
    }

    #[test]
    fn the_same_mail_is_the_same_message_each_time() {
        assert_eq!(written(&mail()), written(&mail()));
        insta::assert_snapshot!(written(&mail()), @r#"
        From: =?utf-8?b?QWNtZSwgSW5jLg==?= <post@clientele.test>
        To: Ada <ada@acme.test>
        Subject: Hello
        Date: Thu, 05 Mar 2026 13:05:00 +0000
        Message-ID: <00000000-0000-0000-0000-000000000007@clientele.test>
        Auto-Submitted: auto-generated
        MIME-Version: 1.0
        Content-Type: multipart/alternative;
         boundary="00000000000000000000000000000007"

        --00000000000000000000000000000007
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: 7bit

        Hello, Ada.

        --00000000000000000000000000000007
        Content-Type: text/html; charset=utf-8
        Content-Transfer-Encoding: quoted-printable

        <p>Gr=C3=BC=C3=9Fe
        --00000000000000000000000000000007--
        "#);
    }

    #[test]
    fn a_file_is_a_part_of_its_own() {
        let file = File {
            name: "call.ics".into(),
            kind: "text/calendar; charset=utf-8; method=REQUEST".into(),
            text: "BEGIN:VCALENDAR\r\nSUMMARY:Grüße\r\nEND:VCALENDAR\r\n".into(),
        };
        let mail = Mail { file: Some(file), html: "<p>Hello".into(), ..mail() };
        let parts = written(&mail);
        insta::assert_snapshot!(parts.split_once("MIME-Version: 1.0\n").unwrap().1, @r#"
        Content-Type: multipart/mixed;
         boundary="mixed-00000000000000000000000000000007"

        --mixed-00000000000000000000000000000007
        Content-Type: multipart/alternative;
         boundary="00000000000000000000000000000007"

        --00000000000000000000000000000007
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: 7bit

        Hello, Ada.

        --00000000000000000000000000000007
        Content-Type: text/html; charset=utf-8
        Content-Transfer-Encoding: 7bit

        <p>Hello
        --00000000000000000000000000000007--
        --mixed-00000000000000000000000000000007
        Content-Type: text/calendar; charset=utf-8; method=REQUEST
        Content-Disposition: attachment; filename="call.ics"
        Content-Transfer-Encoding: quoted-printable

        BEGIN:VCALENDAR
        SUMMARY:Gr=C3=BC=C3=9Fe
        END:VCALENDAR

        --mixed-00000000000000000000000000000007--
        "#);
        let broken = File { kind: "calendar\r\nBcc: all@acme.test".into(), ..mail.file.clone().unwrap() };
        let sender = Sender::new("", "http://127.0.0.1").unwrap();
        assert!(Mail { file: Some(broken), ..mail }.message(&sender).is_err());
    }

    #[test]
    fn no_name_and_no_subject_adds_a_header() {
        for name in [
            "Doe, \"Jane\" \\ <jane@evil.test>",
            "Eve\r\nBcc: all@acme.test\r\n\r\nBody",
            "Ōtautahi, Zoë; 張",
            "",
        ] {
            let mail = Mail { from_name: name.into(), to_name: name.into(), subject: name.into(), ..mail() };
            let names: Vec<_> =
                headers(&mail).iter().map(|line| line.split(':').next().unwrap().to_owned()).collect();
            assert_eq!(
                names,
                [
                    "From",
                    "To",
                    "Subject",
                    "Date",
                    "Message-ID",
                    "Auto-Submitted",
                    "MIME-Version",
                    "Content-Type"
                ]
            );
            let to: Address = "ada@acme.test".parse().unwrap();
            let sender = Sender::new("", "http://127.0.0.1").unwrap();
            let envelope = mail.message(&sender).unwrap().envelope().clone();
            assert_eq!(envelope.to(), [to]);
        }
    }

    #[test]
    fn a_name_is_read_as_it_was_written() {
        for name in ["Doe, \"Jane\"", "Ōtautahi, Zoë; 張", "O'Hara (sales)", "a@b, c"] {
            let mail = Mail { to_name: name.into(), ..mail() };
            let sender = Sender::new("", "http://127.0.0.1").unwrap();
            let message = mail.message(&sender).unwrap();
            let to: lettre::message::header::To = message.headers().get().unwrap();
            let read = lettre::message::Mailboxes::from(to).into_single().unwrap();
            assert_eq!((read.name.as_deref(), read.email.as_ref()), (Some(name), "ada@acme.test"));
        }
    }

    #[test]
    fn what_is_no_address_is_not_written_to() {
        for address in [
            "ada",
            "ada@acme.test\r\nRCPT TO:<eve@evil.test>",
            "ada@acme.test, eve@evil.test",
            "<ada@acme.test>",
        ] {
            let sender = Sender::new("", "http://clientele.test").unwrap();
            assert!(Mail { to_address: address.into(), ..mail() }.message(&sender).is_err(), "{address}");
        }
    }

    #[test]
    fn the_sender_is_one_that_can_be_used() {
        let from = |from, url| Sender::new(from, url).map(|sender| sender.mailbox.to_string());
        assert_eq!(from("", "https://crm.acme.test").unwrap(), "Clientele <clientele@crm.acme.test>");
        assert_eq!(from("", "http://127.0.0.1:8080").unwrap(), "Clientele <clientele@localhost>");
        assert_eq!(from("Acme <a@acme.test>", "http://[::1]").unwrap(), "Acme <a@acme.test>");
        assert!(from("nobody", "http://a.test").unwrap_err().contains("Acme <support@acme.test>"));
    }
}
