//! The table of limits as a page: `docs/limits.md` is what this makes of it. `UPDATE_DOCS=1` writes the file anew.
use clientele::infra::web::limits::{Answer, DAY, HOUR, Limit, MINUTE, Per, TABLE, Unit, quota::thousands};
use std::{collections::BTreeSet, fs, path::Path};

fn number(limit: &Limit) -> String {
    let rate = if limit.unit == Unit::Rate { " a second" } else { "" };
    match (limit.unit, limit.most) {
        (Unit::Number, most) => thousands(most),
        (Unit::Seconds, most) => format!("{most} seconds"),
        (_, most) if most >= 1 << 30 => format!("{} GB{rate}", most >> 30),
        (_, most) if most >= 1 << 20 => format!("{} MB{rate}", most >> 20),
        (_, most) => format!("{} KB{rate}", most >> 10),
    }
}

fn whom(per: Per) -> &'static str {
    match per {
        Per::Request => "request",
        Per::Form => "form",
        Per::Message => "message",
        Per::File => "file",
        Per::Field => "field",
        Per::List => "list",
        Per::Action => "action",
        Per::Connection => "connection",
        Per::Thread => "thread",
        Per::Person => "person",
        Per::Customer => "customer",
        Per::Tenant => "tenant",
        Per::Server => "server",
        Per::Address => "address",
        Per::Account => "account",
        Per::AccountAndAddress => "account and address together",
        Per::Browser => "browser",
        Per::Session => "session",
        Per::Link => "link",
        Per::Mailbox => "mailbox with something behind a `+`",
        Per::Domain => "email domain",
        Per::Recipient => "tenant and recipient",
    }
}

fn answer(limit: &Limit) -> String {
    match limit.answer {
        Answer::TooLarge => "413".into(),
        Answer::TooSlow => "408".into(),
        Answer::TooMany if limit.longest > 0 => {
            format!("429; the wait between two grows to {}", spell(limit.longest))
        }
        Answer::TooMany => "429".into(),
        Answer::Busy => "503".into(),
        Answer::AtField => "a message at the field".into(),
        Answer::Quota { code, .. } => format!("429 `{code}`"),
        Answer::Full { code, .. } => format!("409 `{code}`"),
        Answer::Other(words) => words.into(),
    }
}

fn spell(seconds: u64) -> String {
    if seconds < MINUTE { format!("{seconds} seconds") } else { format!("{} minutes", seconds / MINUTE) }
}

fn page() -> String {
    let mut text = String::from(
        "# Limits

Each is checked before the work that it limits. This page is made of the table in `src/infra/web/limits`, where each number stands once
(`UPDATE_DOCS=1 cargo nextest run limits::` writes it), and `tests/it/abuse.rs` reaches each of them.

What is counted in an hour or a day is counted in the database, for all servers together, in the transaction of the work: what is refused
or fails is not counted. The window begins with the first use. 429 and 503 come with `Retry-After`; a form comes again as it was filled in,
with a sentence that says what the limit is and when to try again; the API answers `application/problem+json` with the code. Whoever
reaches a limit of their own is in nobody's way; limits of a tenant or a customer are shared by its people, and no limit but those of
the server is shared by tenants. Work of the system (reactions to events, demo data, the rows of an import) is nobody's, and is not counted.
",
    );
    for (title, limits) in TABLE {
        text.push_str(&format!(
            "\n## {title}\n\n| what | at most | for each | within | where it is reached | why |\n|---|---|---|---|---|---|\n"
        ));
        for limit in *limits {
            let within = match limit.within {
                0 => "",
                MINUTE => "a minute",
                HOUR => "an hour",
                DAY => "a day",
                other => panic!("{}: {other}", limit.name),
            };
            let cells = [limit.what, &number(limit), whom(limit.per), within, &answer(limit), limit.because]
                .join(" | ");
            text.push_str(&format!("| {cells} |\n"));
        }
    }
    text
}

#[test]
fn the_page_is_what_the_table_says() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/limits.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&file, page()).unwrap();
    }
    assert!(
        fs::read_to_string(&file).unwrap() == page(),
        "run it with UPDATE_DOCS=1, and commit docs/limits.md"
    );
}

#[test]
fn every_limit_says_what_and_why_under_a_name_of_its_own() {
    let mut names = BTreeSet::new();
    for limit in TABLE.iter().flat_map(|(_, limits)| *limits) {
        assert!(names.insert(limit.name), "{}", limit.name);
        assert!(limit.most > 0 && !limit.what.is_empty(), "{}", limit.name);
        assert!(limit.because.ends_with('.'), "{} has no reason", limit.name);
        for cell in [limit.what, limit.because] {
            assert!(!cell.contains(['|', '\n']), "{}", limit.name);
        }
    }
}
