//! Every form of every page, filled in with what no form expects: an answer comes, nothing breaks, nothing is shown unescaped, and what
//! was typed is still there. Forms are found by looking at the pages, so a new one can't be forgotten.
use crate::{
    access::{filled, things},
    support::{Answer, Person, TestApp},
};
use clientele::isolation::routes::{Method, ROUTES};
use scraper::{ElementRef, Html, Selector};
use std::collections::BTreeMap;

/// What would be an element if it were written out as it is.
const MARKUP: &str = "\"'><b id=\"probe\">&lt;";
/// Text that has to come back as it was typed,
const WORDS: &str = "🦦 שלום \u{202e}abc";
/// but for what nobody sees.
const SEEN: &str = "🦦 שלום abc";

fn values() -> Vec<String> {
    let long = "x".repeat(10_000);
    let values = [
        "",
        " ",
        &long,
        WORDS,
        "a\0b",
        MARKUP,
        "2026-02-31",
        "2026-02-31T25:61",
        "-1",
        "99999999999999999999",
        "%00",
        "null",
    ];
    values.map(str::to_owned).into()
}

/// A control of a form.
#[derive(Clone, Debug)]
struct Control {
    name: String,
    kind: String,
    value: String,
}

impl Control {
    /// Whether a person types into it and sees it again.
    fn is_typed(&self) -> bool {
        matches!(self.kind.as_str(), "text" | "search" | "email" | "tel" | "url" | "textarea")
    }
}

#[derive(Clone, Debug)]
struct Form {
    is_post: bool,
    is_multipart: bool,
    action: String,
    controls: Vec<Control>,
}

impl Form {
    fn read(form: ElementRef<'_>, page: &str) -> Self {
        let attribute = |name: &str| form.value().attr(name).unwrap_or_default();
        let controls = Selector::parse("input[name], textarea[name], select[name], button[name]").unwrap();
        let option = Selector::parse("option").unwrap();
        let mut found = vec![];
        for control in form.select(&controls) {
            let of = |name: &str| control.value().attr(name).unwrap_or_default().to_owned();
            let (kind, value) = match control.value().name() {
                "textarea" => ("textarea".to_owned(), control.text().collect()),
                "select" => {
                    let options: Vec<_> = control.select(&option).map(|option| option.value()).collect();
                    let chosen = options.iter().find(|o| o.attr("selected").is_some()).or(options.first());
                    ("select".to_owned(), chosen.and_then(|o| o.attr("value")).unwrap_or_default().to_owned())
                }
                "button" => ("button".to_owned(), of("value")),
                _ => (control.value().attr("type").unwrap_or("text").to_owned(), of("value")),
            };
            let is_off =
                matches!(kind.as_str(), "radio" | "checkbox") && control.value().attr("checked").is_none();
            if kind != "file" && !(is_off && found.iter().any(|known: &Control| known.name == of("name"))) {
                found.push(Control { name: of("name"), kind, value });
            }
        }
        let action = if attribute("action").is_empty() { page } else { attribute("action") };
        Self {
            is_post: attribute("method").eq_ignore_ascii_case("post"),
            is_multipart: attribute("enctype") == "multipart/form-data",
            action: action.to_owned(),
            controls: found,
        }
    }

    /// The same of another record is the same form.
    fn key(&self) -> String {
        let path = self.action.split('?').next().unwrap_or_default();
        let part = |part: &str| {
            if part.len() == 36 || part.parse::<i64>().is_ok() { "*".into() } else { part.to_owned() }
        };
        let path: Vec<String> = path.split('/').map(part).collect();
        let names: Vec<&str> = self.controls.iter().map(|control| control.name.as_str()).collect();
        format!("{} {} {}", self.is_post, path.join("/"), names.join(" "))
    }

    async fn send(&self, person: &Person, fields: &[(&str, &str)]) -> Answer {
        if !self.is_post {
            let path = self.action.split('?').next().unwrap_or_default();
            // As much as goes into an address: of this client 65,535 bytes.
            let room = 50_000 / fields.len().max(1);
            let fields: Vec<(&str, String)> =
                fields.iter().map(|(name, text)| (*name, text.chars().take(room).collect())).collect();
            let query = serde_html_form::to_string(fields).unwrap();
            return person.get(&format!("{path}?{query}")).await;
        }
        match self.is_multipart {
            true => person.send_files(&self.action, fields, &[]).await,
            false => person.submit(&self.action, fields).await,
        }
    }
}

fn check(answer: &Answer, what: &str, wrong: &mut Vec<String>) {
    if answer.status.is_server_error() {
        wrong.push(format!("{}: {what}", answer.status));
    }
    if answer.body.contains("<b id=\"probe\"") {
        wrong.push(format!("unescaped: {what}"));
    }
}

/// The forms of those pages that this person can open.
async fn look(pages: &[String], person: &Person, wrong: &mut Vec<String>) -> BTreeMap<String, Form> {
    let form = Selector::parse("form").unwrap();
    let mut forms = BTreeMap::new();
    for path in pages {
        let answer = person.get(path).await;
        check(&answer, path, wrong);
        if answer.status != 200 {
            continue;
        }
        for found in Html::parse_document(&answer.body).select(&form) {
            let form = Form::read(found, path);
            if form.controls.iter().any(|control| !matches!(control.kind.as_str(), "hidden" | "button")) {
                forms.entry(form.key()).or_insert(form);
            }
        }
    }
    forms
}

async fn try_everything(email: &str, at_least: usize) {
    let app = TestApp::start().await;
    let person = if email.is_empty() { app.visitor() } else { app.person(email).await };
    app.sql(&things());
    let pages = ROUTES.iter().filter(|(method, path)| *method == Method::Get && *path != "/live");
    let pages: Vec<String> = pages.map(|(_, path)| filled(&app, path)).collect();
    let mut wrong = vec![];
    let forms = look(&pages, &person, &mut wrong).await;
    assert!(forms.len() >= at_least, "only {} forms: {:#?}", forms.len(), forms.keys());
    for form in forms.values() {
        let whole = |value: &str, only: Option<usize>| -> Vec<(String, String)> {
            let changed = |place: usize, control: &Control| match only {
                Some(one) => one == place,
                None => !matches!(control.kind.as_str(), "hidden" | "button"),
            };
            let filled = |(place, control): (usize, &Control)| {
                let value = if changed(place, control) { value } else { &control.value };
                (control.name.clone(), value.to_owned())
            };
            form.controls.iter().enumerate().map(filled).collect()
        };
        let singles = (0..form.controls.len()).map(|place| (MARKUP.to_owned(), Some(place)));
        for (value, only) in values().into_iter().map(|value| (value, None)).chain(singles) {
            let fields = whole(&value, only);
            let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
            let answer = form.send(&person, &fields).await;
            let what = format!("{} with {value:.30?} in {only:?} of {}", form.action, form.key());
            check(&answer, &what, &mut wrong);
            if value == WORDS && answer.status == 422 {
                let html = Html::parse_document(&answer.body);
                let kept = form.controls.iter().filter(|control| control.is_typed()).all(|control| {
                    let at = Selector::parse(&format!("[name=\"{}\"]", control.name)).unwrap();
                    html.select(&at).any(|e| {
                        e.value().attr("value") == Some(SEEN) || e.text().collect::<String>().trim() == SEEN
                    })
                });
                if !kept {
                    wrong.push(format!("lost what was typed: {what}"));
                }
            }
        }
        if form.is_post && !form.is_multipart {
            let body = form.controls.iter().map(|control| format!("{}=%ff%fe", control.name));
            let body = body.collect::<Vec<_>>().join("&").into_bytes();
            let answer = person.post_raw(&form.action, "application/x-www-form-urlencoded", body).await;
            check(&answer, &format!("{} with what is no UTF-8", form.action), &mut wrong);
        }
    }
    // What was taken is shown by now.
    look(&pages, &person, &mut wrong).await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[actix_web::test]
async fn forms_of_a_tenant_admin_withstand_anything() {
    try_everything("ada@acme.test", 45).await;
}

#[actix_web::test]
async fn forms_of_a_customers_admin_withstand_anything() {
    try_everything("carol@northwind.test", 12).await;
}

#[actix_web::test]
async fn forms_of_a_platform_admin_withstand_anything() {
    try_everything("root@clientele.test", 6).await;
}

#[actix_web::test]
async fn forms_of_everybody_withstand_anything() {
    try_everything("", 4).await;
}
