//! What a file may be called, and what it is.
use crate::values::text;

/// Letters of a name: as many as a page and every file system bear.
const LONGEST: usize = 120;

/// The first bytes of a file, by which it is known.
pub const HEAD: usize = 8192;

/// Programs by their names, where their content does not give them away: a double click would run them.
const PROGRAMS: &[&str] = &[
    "apk", "app", "appx", "bash", "bat", "chm", "cmd", "com", "command", "cpl", "csh", "deb", "desktop",
    "dll", "dmg", "exe", "hta", "inf", "iso", "jar", "js", "jse", "lnk", "mjs", "msc", "msi", "msix", "msp",
    "ocx", "pif", "pkg", "ps1", "psm1", "reg", "rpm", "scf", "scr", "sh", "sys", "url", "vb", "vbe", "vbs",
    "vhd", "wasm", "wsf", "wsh", "xll", "zsh",
];

/// Among those the endings that are domains as well: a text called "mail from acme.com" is none, since such a program is never text.
const ALSO_DOMAINS: &[&str] = &["app", "com"];

/// Programs by their content.
const PROGRAM_TYPES: &[&str] = &[
    "application/java",
    "application/vnd.android.dex",
    "application/vnd.android.dey",
    "application/vnd.debian.binary-package",
    "application/vnd.microsoft.portable-executable",
    "application/wasm",
    "application/x-executable",
    "application/x-google-chrome-extension",
    "application/x-llvm",
    "application/x-mach-binary",
    "application/x-rpm",
];

/// Pictures that a browser may show by itself: they carry no script.
const PICTURES: &[&str] = &["image/gif", "image/jpeg", "image/png", "image/webp"];

/// A name without a path, control characters, and characters that turn the direction of text or can't be seen, by which "gpj.exe"
/// would read as "exe.jpg".
pub fn name(typed: &str) -> String {
    let last = typed.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean = text::line(last);
    let clean = clean.trim_matches(['.', ' ']);
    if clean.is_empty() {
        return "file".into();
    }
    // The ending stays: it says what the file is.
    let ending: String = ending(clean).map_or(String::new(), |ending| format!(".{ending}"));
    let most = LONGEST.saturating_sub(ending.chars().count());
    let stem = clean.strip_suffix(&ending).unwrap_or(clean);
    format!("{}{ending}", stem.chars().take(most).collect::<String>().trim_end())
}

fn ending(name: &str) -> Option<&str> {
    let (stem, ending) = name.rsplit_once('.')?;
    let is_one = !stem.is_empty() && (1..=10).contains(&ending.len());
    (is_one && ending.chars().all(|c| c.is_ascii_alphanumeric())).then_some(ending)
}

/// The type of a file by its first bytes, or why it is not taken.
pub fn content_type(name: &str, head: &[u8]) -> Result<String, String> {
    let refused = || Err(format!("{name} is a program. Programs are not taken; pack it into an archive."));
    let ending = ending(name).unwrap_or_default().to_ascii_lowercase();
    let found = infer::get(head).map(|kind| kind.mime_type());
    let is_named_so = PROGRAMS.contains(&ending.as_str());
    let is_a_domain = ALSO_DOMAINS.contains(&ending.as_str()) && found.is_none() && is_text(head);
    if is_named_so && !is_a_domain
        || found.is_some_and(|found| PROGRAM_TYPES.contains(&found))
        || head.starts_with(b"#!")
    {
        return refused();
    }
    Ok(match found {
        // It would be a page of ours.
        Some("text/html" | "text/xml") => "text/plain",
        Some(found) => found,
        None if is_text(head) => match ending.as_str() {
            "csv" => "text/csv",
            "ics" => "text/calendar",
            "json" => "application/json",
            _ => "text/plain",
        },
        None => "application/octet-stream",
    }
    .to_owned())
}

fn is_text(head: &[u8]) -> bool {
    let is_cut = |error: std::str::Utf8Error| error.error_len().is_none() && head.len() >= HEAD;
    !head.contains(&0) && std::str::from_utf8(head).map_or_else(is_cut, |_| true)
}

/// Whether a browser may show it.
pub fn is_picture(content_type: &str) -> bool {
    PICTURES.contains(&content_type)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_no_path_and_nothing_that_cannot_be_seen() {
        for (typed, clean) in [
            ("C:\\Users\\ana\\photo.jpg", "photo.jpg"),
            ("../../etc/passwd", "passwd"),
            ("a\r\nb\0\t c.txt", "a b c.txt"),
            ("evil\u{202E}gpj.exe", "evilgpj.exe"),
            ("in\u{200B}voice\u{2066}.pdf", "invoice.pdf"),
            ("<b>&\"quoted\".png", "<b>&\"quoted\".png"),
            ("..", "file"),
            ("", "file"),
            (".htaccess", "htaccess"),
            ("Rechnung März.pdf", "Rechnung März.pdf"),
        ] {
            assert_eq!(name(typed), clean, "{typed:?}");
        }
        let long = name(&format!("{}.jpeg", "ä".repeat(500)));
        assert!(long.chars().count() == LONGEST && long.ends_with("ä.jpeg"), "{long}");
    }

    #[test]
    fn programs_are_refused_by_content_and_by_name() {
        for (name, head) in [
            ("photo.jpg", &b"MZ\x90\0\x03\0\0\0"[..]),
            ("photo.jpg", b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0>\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
            ("readme", b"#!/bin/sh\nrm -rf ~"),
            ("invoice.pdf.EXE", b"hello"),
            ("link.lnk", b"L\0\0\0"),
            ("tool.com", b"\xb8\0\0\xcd!"),
            ("invoice.com", b"MZ\x90\0\x03\0\0\0"),
            ("setup.sh", b"rm -rf ~"),
        ] {
            assert!(content_type(name, head).is_err(), "{name}");
        }
    }

    #[test]
    fn a_type_is_what_the_bytes_say_and_never_a_page() {
        for (name, head, kind) in [
            ("a.html", &b"<!DOCTYPE html><script>alert(1)</script>"[..], "text/plain"),
            ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "text/plain"),
            ("a.xml", b"<?xml version='1.0'?><a/>", "text/plain"),
            ("a.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "image/png"),
            ("notes.png", b"not a picture", "text/plain"),
            ("a.pdf", b"%PDF-1.7", "application/pdf"),
            ("mail from acme.com", b"Dear Ana,\nas agreed.", "text/plain"),
            ("notes on todo.app", b"one\ntwo", "text/plain"),
            ("list.csv", "name;größe".as_bytes(), "text/csv"),
            ("a.bin", b"\0\x01\x02\xff\xfe", "application/octet-stream"),
        ] {
            assert_eq!(content_type(name, head).as_deref(), Ok(kind), "{name}");
        }
        assert!(is_picture("image/png") && !is_picture("image/svg+xml") && !is_picture("text/html"));
    }
}
