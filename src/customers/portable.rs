//! A customer as one document: with everything that belongs to it, to take elsewhere or to bring back (S003).
//!
//! What is in it follows from the descriptions of things (`tx.entities`), so that a new field, or a new thing of a customer, needs no line
//! here. It is JSON: the customer, then a list for each kind of thing. A reference to something outside is that thing's name (the email
//! of a user, the name of a tag), so that a document means the same in another installation; one to something inside is its id.
//!
//! Writing takes little memory, however much a customer has: rows go out a hundred at a time, and files one by one. Reading holds the
//! document, which is why the files in it are limited ([`DOCUMENT_FILES`](crate::infra::web::limits::DOCUMENT_FILES)).
mod checking;
mod files;
mod inserting;
mod links;
mod notes;
mod parts;
mod reading;
mod refusing;
mod restoring;
mod version_one;
mod writing;

pub use restoring::{Restored, restore};
pub use writing::write;

/// What a document calls itself.
const FORMAT: &str = "clientele customer";

/// The version that is written. The one before, of Clientele 0.1.0, is read as well.
const VERSION: u64 = 2;

/// The key under which a file's bytes stand in its row.
const CONTENT: &str = "content";

/// What the document holds for reading, beside the parts: a log is never written from outside.
const EVENTS: &str = "events";
const FILES_LEFT_OUT: &str = "files_left_out";

/// The name of a customer in letters that every file system takes.
pub fn file_stem(customer: &str) -> String {
    let plain: String = customer
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { ' ' })
        .take(60)
        .collect();
    let stem = plain.split_whitespace().collect::<Vec<_>>().join("-");
    if stem.is_empty() { "customer".into() } else { stem }
}

#[cfg(test)]
mod tests {
    use super::file_stem;

    #[test]
    fn a_file_is_named_after_the_customer() {
        assert_eq!(file_stem("Müller & Söhne, Inc."), "m-ller-s-hne-inc");
        assert_eq!(file_stem("../../etc/passwd\"\r\n"), "etc-passwd");
        assert_eq!(file_stem("株式会社"), "customer");
    }
}
