//! What a mail says, once for both of its parts.
use super::{message::File, one_line};
use crate::infra::{
    db::{Tx, ids::MailId, schema::mails},
    web::errors::Result,
};
use askama::Template;
use diesel::prelude::*;

/// The width that the text part keeps to, as RFC 3676 advises.
const WIDTH: usize = 72;

/// A mail to one person, put together piece by piece in the order in which it is read.
#[derive(Clone, Debug)]
pub struct Letter {
    kind: &'static str,
    subject: String,
    sender: String,
    to_name: String,
    to_address: String,
    /// Why they got it, in a sentence.
    reason: String,
    pieces: Vec<Piece>,
    file: Option<File>,
}

/// A piece of a letter.
#[derive(Clone, Debug)]
enum Piece {
    Says(String),
    Facts(Vec<(String, String)>),
    Action { label: String, url: String },
}

#[derive(Template)]
#[template(path = "mail/letter.txt", whitespace = "preserve")]
struct TextPart<'a> {
    letter: &'a Letter,
}

#[derive(Template)]
#[template(path = "mail/letter.html", whitespace = "preserve")]
struct HtmlPart<'a> {
    letter: &'a Letter,
}

impl Letter {
    /// An empty one. `kind` is what it is about, as it is stored: `password_changed`; `reason` ends the mail: "You get this mail
    /// because ...".
    pub fn new(kind: &'static str, subject: &str, reason: &str) -> Self {
        Self {
            kind,
            subject: one_line(subject),
            sender: String::new(),
            to_name: String::new(),
            to_address: String::new(),
            reason: reason.to_owned(),
            pieces: vec![],
            file: None,
        }
    }

    /// To whom.
    pub fn to(self, name: &str, address: &str) -> Self {
        Self { to_name: one_line(name), to_address: address.trim().to_owned(), ..self }
    }

    /// To an address that nobody has confirmed. What such a mail says must not hold a word that somebody typed: they would use us to write
    /// to anybody. Even the organisation's name is written so that nothing in it is a link.
    pub fn to_unconfirmed(self, address: &str) -> Self {
        self.to("", address)
    }

    /// A greeting, by name where one is known.
    pub fn greets(self, name: &str) -> Self {
        if name.is_empty() { self.says("Hello,") } else { self.says(format!("Hello {name},")) }
    }

    /// In whose name: the tenant's. Without it, in the platform's own.
    pub fn in_the_name_of(self, tenant: &str) -> Self {
        Self { sender: one_line(tenant), ..self }
    }

    /// A paragraph.
    pub fn says(self, text: impl Into<String>) -> Self {
        self.with(Piece::Says(text.into()))
    }

    /// What there is to know, each with its name.
    pub fn facts(self, facts: &[(&str, &str)]) -> Self {
        let facts = facts.iter().map(|(name, value)| ((*name).to_owned(), one_line(value))).collect();
        self.with(Piece::Facts(facts))
    }

    /// What can be done: the words on a button, and the whole address that it leads to.
    pub fn action(self, label: &str, url: impl Into<String>) -> Self {
        self.with(Piece::Action { label: label.to_owned(), url: url.into() })
    }

    /// What comes with it, instead of what came before.
    pub fn with_file(self, file: File) -> Self {
        Self { file: Some(file), ..self }
    }

    fn with(mut self, piece: Piece) -> Self {
        self.pieces.push(piece);
        self
    }

    fn from(&self) -> &str {
        if self.sender.is_empty() { "Clientele" } else { &self.sender }
    }

    /// The part for those who read text.
    pub fn text(&self) -> Result<String> {
        let text = TextPart { letter: self }.render()?;
        let lines: Vec<String> = text.lines().flat_map(wrapped).collect();
        Ok(format!("{}\n", lines.join("\n").trim()))
    }

    /// The part for everybody else.
    pub fn html(&self) -> Result<String> {
        Ok(HtmlPart { letter: self }.render()?)
    }
}

/// Asks for a letter to be sent once this transaction is committed.
pub fn queue(tx: &mut Tx, letter: &Letter) -> Result<MailId> {
    let id = MailId::new();
    let file = letter.file.as_ref();
    diesel::insert_into(mails::table)
        .values((
            mails::id.eq(id),
            mails::kind.eq(letter.kind),
            mails::from_name.eq(&letter.sender),
            mails::to_name.eq(&letter.to_name),
            mails::to_address.eq(&letter.to_address),
            mails::subject.eq(&letter.subject),
            mails::body_text.eq(letter.text()?),
            mails::body_html.eq(letter.html()?),
            mails::file_name.eq(file.map(|file| &file.name)),
            mails::file_type.eq(file.map(|file| &file.kind)),
            mails::file_body.eq(file.map(|file| &file.text)),
        ))
        .execute(tx.conn)?;
    Ok(id)
}

/// A line, broken at spaces. A word that is too long, an address of a page, stays whole: broken it would lead nowhere.
fn wrapped(line: &str) -> Vec<String> {
    if line.chars().count() <= WIDTH {
        return vec![line.trim_end().to_owned()];
    }
    let mut lines = vec![String::new()];
    for word in line.split(' ').filter(|word| !word.is_empty()) {
        let Some(last) = lines.last_mut() else { continue };
        if last.is_empty() {
            last.push_str(word);
        } else if last.chars().count() + 1 + word.chars().count() <= WIDTH {
            last.push(' ');
            last.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter() -> Letter {
        Letter::new("trial", "Zwölf\nBoxkämpfer", "You get this mail because you asked for it.")
            .to("Ada <Park>", " ada@acme.test ")
            .in_the_name_of("Smith & Sons")
            .says("A first paragraph that says more than fits on one line of seventy-two characters, and <b>does</b> not mean any of it.")
            .facts(&[("When", "21 Nov 2026"), ("Device", "a\nb")])
            .action("Look at it", "https://clientele.test/a?b=1&c=2&d=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")
            .says("Goodbye.")
    }

    #[test]
    fn the_text_part_keeps_to_its_width_and_leaves_addresses_whole() {
        insta::assert_snapshot!(letter().text().unwrap(), @r#"
        Smith & Sons

        Zwölf Boxkämpfer

        A first paragraph that says more than fits on one line of seventy-two
        characters, and <b>does</b> not mean any of it.

        When: 21 Nov 2026
        Device: a b

        Look at it:
        https://clientele.test/a?b=1&c=2&d=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa

        Goodbye.

        --
        You get this mail because you asked for it.
        "#);
    }

    #[test]
    fn the_html_part_shows_what_was_written_and_nothing_of_it_works_as_markup() {
        let html = letter().html().unwrap();
        assert!(html.contains("Smith &#38; Sons") && html.contains("&#60;b&#62;does&#60;/b&#62;"), "{html}");
        assert!(html.contains("href=\"https://clientele.test/a?b=1&#38;c=2"), "{html}");
        assert!(!html.contains("<script") && !html.contains(" style=") && !html.contains("<img"));
    }

    #[test]
    fn a_long_line_is_broken_at_spaces_only() {
        assert_eq!(wrapped("short"), ["short"]);
        assert_eq!(wrapped(&"x".repeat(100)), ["x".repeat(100)]);
        let broken = wrapped(&"word ".repeat(40));
        assert!(broken.iter().all(|line| line.chars().count() <= WIDTH) && broken.len() == 3, "{broken:?}");
    }
}
