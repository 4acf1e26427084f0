//! The rules of the house that no compiler keeps: who may import what, what a template may hold, what code may not do.
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// How files with handlers are called: by who uses them. `open` is for the signed out, and for addresses that everybody shares.
const SURFACES: [&str; 5] = ["console", "portal", "platform", "api", "open"];

/// A file and what it holds, without its unit tests.
struct Source {
    /// From the root of the repository: `src/customers/model.rs`.
    path: String,
    text: String,
}

fn files(dir: &str, ending: &str) -> Vec<Source> {
    fn walk(dir: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { walk(&path, found) } else { found.push(path) }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = vec![];
    walk(&root.join(dir), &mut paths);
    paths.sort();
    paths
        .into_iter()
        .filter(|path| path.to_string_lossy().ends_with(ending))
        .map(|path| {
            let text = fs::read_to_string(&path).unwrap();
            // Unit tests stand at the end of a file.
            let text = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default().to_owned();
            let text = text
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"))
                .collect::<Vec<_>>()
                .join("\n");
            Source { path: path.strip_prefix(root).unwrap().to_string_lossy().into_owned(), text }
        })
        .collect()
}

fn sources() -> Vec<Source> {
    let found = files("src", ".rs");
    assert!(found.len() > 50);
    found
}

/// Every template that somebody meets: path and text.
pub fn templates() -> Vec<(String, String)> {
    let found = files("templates", ".html").into_iter().map(|source| (source.path, source.text));
    found.filter(|(path, _)| !path.starts_with("templates/styleguide/")).collect()
}

impl Source {
    /// The feature (or `infra`) it belongs to; empty for `lib.rs` and its like.
    fn feature(&self) -> &str {
        let mut parts = self.path.split('/').skip(1);
        match (parts.next(), parts.next()) {
            (Some(feature), Some(_)) => feature,
            _ => "",
        }
    }

    /// The paths it uses of this crate, each as its segments: `crate::a::{b, c::d}` is `a b` and `a c d`.
    fn uses(&self) -> Vec<Vec<String>> {
        let mut found = vec![];
        for (start, _) in self.text.match_indices("crate::") {
            let before = self.text[..start].chars().next_back();
            if before.is_none_or(|c| !c.is_alphanumeric() && c != '_') {
                tree(&mut self.text[start + "crate::".len()..].chars().peekable(), vec![], &mut found);
            }
        }
        found
    }

    /// Whether a page: what shows or takes something on one of the surfaces.
    fn is_page(&self) -> bool {
        let parts: Vec<&str> = self.path.trim_end_matches(".rs").split('/').skip(2).collect();
        parts.iter().any(|part| SURFACES.contains(part) || *part == "pages")
    }
}

fn tree(chars: &mut std::iter::Peekable<std::str::Chars>, mut at: Vec<String>, found: &mut Vec<Vec<String>>) {
    let skip_space = |chars: &mut std::iter::Peekable<std::str::Chars>| {
        while chars.next_if(|c| c.is_whitespace()).is_some() {}
    };
    loop {
        skip_space(chars);
        if chars.next_if_eq(&'{').is_some() {
            loop {
                tree(chars, at.clone(), found);
                skip_space(chars);
                if chars.next_if_eq(&',').is_none() {
                    chars.next_if_eq(&'}');
                    return;
                }
                skip_space(chars);
                if chars.next_if_eq(&'}').is_some() {
                    return;
                }
            }
        }
        let mut name = String::new();
        while let Some(c) = chars.next_if(|c| c.is_alphanumeric() || *c == '_' || *c == '*') {
            name.push(c);
        }
        at.push(name);
        if chars.next_if_eq(&':').is_none() || chars.next_if_eq(&':').is_none() {
            found.push(at);
            return;
        }
    }
}

/// What breaks a rule, but for what is excused. An excuse that is not needed any more is wrong too.
fn assert_none_but(excused: &[(&str, &str)], found: impl IntoIterator<Item = String>) {
    let found: BTreeSet<String> = found.into_iter().collect();
    for (what, reason) in excused {
        assert!(!reason.is_empty());
        assert!(found.contains(*what), "{what} is excused without need");
    }
    let left: Vec<_> = found.iter().filter(|what| excused.iter().all(|(name, _)| name != what)).collect();
    assert_eq!(left, Vec::<&String>::new());
}

#[test]
fn the_parser_of_imports_sees_every_path() {
    let text =
        "use crate::{\n    a::b,\n    c::{D, e::{F, G}},\n};\nfn x() { crate::h::i() }\nuse other_crate::no;"
            .to_owned();
    let uses: Vec<String> =
        Source { path: String::new(), text }.uses().iter().map(|path| path.join(" ")).collect();
    assert_eq!(uses, ["a b", "c D", "c e F", "c e G", "h i"]);
}

#[test]
fn the_plumbing_knows_no_feature() {
    let found = sources().into_iter().filter(|source| source.feature() == "infra").flat_map(|source| {
        let uses = source.uses().into_iter().filter(|path| !["infra", "values"].contains(&path[0].as_str()));
        uses.map(|path| format!("{} uses {}", source.path, path.join("::"))).collect::<Vec<_>>()
    });
    assert_none_but(&[], found);
}

#[test]
fn values_know_nothing_but_values() {
    let found = sources().into_iter().filter(|source| source.feature() == "values").flat_map(|source| {
        let uses = source.uses().into_iter().filter(|path| path[0] != "values");
        uses.map(|path| format!("{} uses {}", source.path, path.join("::"))).collect::<Vec<_>>()
    });
    assert_none_but(&[], found);
}

#[test]
fn a_feature_never_uses_the_pages_or_forms_of_another() {
    let is_door = |module: &str| SURFACES.contains(&module) || ["pages", "form"].contains(&module);
    let found = sources().into_iter().filter(|source| !["", "infra"].contains(&source.feature())).flat_map(
        |source| {
            let others =
                source.uses().into_iter().filter(|path| path[0] != source.feature() && path[0] != "infra");
            others
                .filter(|path| path.get(1).is_some_and(|module| is_door(module)))
                .map(|path| format!("{} uses {}", source.path, path[..2].join("::")))
                .collect::<Vec<_>>()
        },
    );
    assert_none_but(EXCUSED_DOORS, found);
}

#[test]
fn features_do_not_use_each_other_in_a_circle() {
    let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for source in sources() {
        let feature = source.feature().to_owned();
        if !["", "infra"].contains(&feature.as_str()) {
            let others = source
                .uses()
                .into_iter()
                .map(|path| path[0].clone())
                .filter(|other| *other != feature && other != "platform");
            uses.entry(feature.clone()).or_default().extend(others);
        }
    }
    let mut circles = vec![];
    for (feature, others) in &uses {
        let mut seen = BTreeSet::new();
        let mut next: Vec<&String> = others.iter().collect();
        while let Some(other) = next.pop() {
            if seen.insert(other) {
                next.extend(uses.get(other).into_iter().flatten());
            }
        }
        if seen.contains(feature) {
            circles.push(feature.clone());
        }
    }
    assert_none_but(&[], circles);
}

#[test]
fn a_file_with_handlers_is_called_by_its_surface() {
    let found = sources()
        .into_iter()
        .filter(|source| source.text.contains("pub fn routes() -> Vec<Route>"))
        .filter(|source| {
            let mut parts = source.path.trim_end_matches(".rs").split('/').skip(2);
            !parts.any(|part| SURFACES.contains(&part))
        })
        .map(|source| source.path);
    assert_none_but(EXCUSED_SURFACES, found);
}

#[test]
fn pages_ask_models_and_not_the_database() {
    let found = sources()
        .into_iter()
        .filter(|source| source.feature() != "infra" && source.is_page())
        .filter_map(|source| {
            let asks = source.text.contains("diesel::")
                || source.uses().iter().any(|path| path.join("::").starts_with("infra::db::schema"));
            asks.then_some(source.path)
        });
    assert_none_but(EXCUSED_QUERIES, found);
}

#[test]
fn only_pages_have_templates() {
    let found = sources()
        .into_iter()
        .filter(|source| !source.is_page() && source.text.contains("askama"))
        .filter(|source| !["infra", "styleguide"].contains(&source.feature()))
        .map(|source| source.path);
    assert_none_but(&[], found);
}

#[test]
fn lists_go_on_from_a_row_and_never_skip_rows() {
    let found = sources()
        .into_iter()
        .filter(|source| source.text.contains(" OFFSET ") || source.text.contains(".offset("));
    assert_none_but(&[], found.map(|source| source.path));
}

#[test]
fn csv_is_written_in_one_place() {
    let found = sources().into_iter().filter(|source| {
        ["csv::Writer", "WriterBuilder", "text/csv; charset"].iter().any(|word| source.text.contains(word))
    });
    assert_none_but(&[("src/infra/web/csv.rs", "the place")], found.map(|source| source.path));
}

/// The names in code: its words outside of texts.
fn names(code: &str) -> impl Iterator<Item = &str> {
    // Every second part stands between quotation marks.
    let outside = code.split('"').step_by(2);
    outside.flat_map(|part| part.split(|c: char| !c.is_alphanumeric() && c != '_'))
}

#[test]
fn names_are_those_of_the_trade() {
    let found = sources().into_iter().flat_map(|source| {
        let code = source.text.replace("\\\\", "").replace("\\\"", "").replace("'\"'", "");
        let names: BTreeSet<&str> = names(&code).collect();
        let wrong = ["told", "said", "asked", "tell"].into_iter().filter(|word| names.contains(word));
        wrong.map(|word| format!("{}: {word}", source.path)).collect::<Vec<_>>()
    });
    assert_none_but(&[], found);
}

#[test]
fn nothing_panics_on_purpose() {
    let words = [".unwrap()", ".expect(", "panic!(", "todo!(", "unimplemented!(", "unreachable!(", "dbg!("];
    let found = sources().into_iter().flat_map(|source| {
        let found = words.iter().filter(|word| source.text.contains(**word));
        found.map(|word| format!("{}: {word}", source.path)).collect::<Vec<_>>()
    });
    assert_none_but(EXCUSED_PANICS, found);
}

#[test]
fn lines_of_templates_can_be_read() {
    for (path, text) in templates() {
        for (line, number) in text.lines().zip(1..) {
            assert!(line.chars().count() <= 160, "{path}:{number} is longer than 160 characters");
        }
    }
}

#[test]
fn templates_hold_no_script_no_style_no_path_and_nothing_unescaped() {
    let templates = files("templates", ".html");
    assert!(templates.len() > 20);
    // The style guide is for developers, and its links lead nowhere.
    let shown = templates.into_iter().filter(|template| !template.path.starts_with("templates/styleguide/"));
    let found = shown.flat_map(|template| {
        let text = template.text.to_lowercase();
        let mut wrong = vec![];
        for (mark, name) in [
            ("|safe", "safe"),
            ("| safe", "safe"),
            (" style=", "inline style"),
            ("<style", "inline style"),
            ("javascript:", "inline script"),
        ] {
            if text.contains(mark) {
                wrong.push(name);
            }
        }
        if text
            .match_indices("<script")
            .any(|(at, _)| !text[at..].split('>').next().unwrap_or_default().contains(" src="))
        {
            wrong.push("inline script");
        }
        let handlers = text.match_indices(" on").filter(|(at, _)| {
            let rest = &text[at + 3..];
            let name: String = rest.chars().take_while(char::is_ascii_alphabetic).collect();
            !name.is_empty() && rest[name.len()..].starts_with("=\"")
        });
        if handlers.count() > 0 {
            wrong.push("handler in an attribute");
        }
        if ["href=\"/", "action=\"/", "src=\"/"].iter().any(|mark| text.contains(mark)) {
            wrong.push("path");
        }
        wrong.into_iter().map(|name| format!("{}: {name}", template.path)).collect::<Vec<_>>()
    });
    assert_none_but(EXCUSED_TEMPLATES, found);
}

const FORM: &str = "a row of a file is judged as what a person types";
const EXCUSED_DOORS: &[(&str, &str)] = &[
    ("src/imports/applying.rs uses customers::form", FORM),
    ("src/imports/rows.rs uses customers::form", FORM),
];
const TO_MOVE: &str = "older than this test; its queries belong in the model";
const TICKETS: &str = "small reads and writes of one page; what may become of a ticket is in its verbs";
const EXCUSED_QUERIES: &[(&str, &str)] = &[
    ("src/tickets/console/choices.rs", TICKETS),
    ("src/tickets/console/new.rs", TICKETS),
    ("src/tickets/console/properties.rs", TICKETS),
    ("src/customers/console/bulk/choosing.rs", TO_MOVE),
    ("src/customers/console/export.rs", TO_MOVE),
    ("src/accounts/console.rs", TO_MOVE),
];
const EVERYBODY: &str = "not of people: for machines, or for developers";
const EXCUSED_SURFACES: &[(&str, &str)] =
    &[("src/health/mod.rs", EVERYBODY), ("src/styleguide/mod.rs", EVERYBODY)];
const EXCUSED_PANICS: &[(&str, &str)] = &[];
const EXCUSED_TEMPLATES: &[(&str, &str)] =
    &[("templates/mail/letter.html: inline style", "a mail program fetches no stylesheet")];
