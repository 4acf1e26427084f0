//! Mail: what is written to people, and the ways by which it leaves.
//!
//! A feature writes a [`Letter`] and [`queue`]s it in the transaction of what it tells of. A task sends it afterwards, so that nobody
//! waits for a mail server, and a change that is taken back is not written about.
use crate::values::{person_name::is_linked, text};

mod kept;
mod letter;
mod mailer;
mod message;
mod smtp;

pub use kept::Kept;
pub use letter::{Letter, queue};
pub use mailer::{Failure, Mailer};
pub use message::{File, Mail, Sender};
pub use smtp::check_url;

/// The name of an organisation as it is written to somebody who has not confirmed their address: on one line, of at most 80 characters,
/// with nothing in it that a mail program makes a link of.
pub fn unlinked(name: &str) -> String {
    let short: String = text::line(name).chars().take(80).collect();
    if is_linked(&short) { short.replace('.', "[.]").replace(':', "[:]").replace('@', "[at]") } else { short }
}

/// Text for a header: on one line, without control characters, and of a length that every mail program shows.
pub(crate) fn one_line(text: &str) -> String {
    let is_break = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    let clean: String = text.chars().map(|c| if is_break(c) { ' ' } else { c }).collect();
    clean.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_name_leads_nowhere() {
        assert_eq!(super::unlinked("Smith & Sons Ltd."), "Smith & Sons Ltd.");
        assert_eq!(super::unlinked("Booking.com"), "Booking[.]com");
        let typed = super::unlinked("URGENT:\nread https://evil.example/x or a@evil.com");
        assert_eq!(typed, "URGENT[:] read https[:]//evil[.]example/x or a[at]evil[.]com");
        assert!(!super::is_linked(&typed));
    }

    #[test]
    fn a_header_has_one_line() {
        let name = "Eve\r\nBcc: all@acme.test\u{2028}\t  Stone\0";
        assert_eq!(super::one_line(name), "Eve Bcc: all@acme.test Stone");
        assert_eq!(super::one_line(&"é".repeat(300)).chars().count(), 200);
    }
}
