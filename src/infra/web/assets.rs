//! Style, script, icons and font: embedded in the program, written at start under one hash of their content.
use crate::infra::web::icons;
use actix_files::Files;
use actix_web::{
    Error,
    body::MessageBody,
    dev::{HttpServiceFactory, ServiceRequest, ServiceResponse},
    http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, HeaderValue},
    middleware::{Next, from_fn},
    web,
};
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};
use std::{borrow::Cow, fmt::Write, fs, io, path::Path, sync::LazyLock};

/// What the layers of the style are, from the weakest to the strongest.
const LAYERS: &str = "@layer reset, base, components, utilities;\n";
/// The style sheets that come first, in this order; the rest follow by name.
const FIRST: [&str; 4] = ["css/tokens.css", "css/reset.css", "css/base.css", "css/layout.css"];
const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

#[derive(RustEmbed)]
#[folder = "static/"]
struct Static;

/// Everything that pages link to, and the hash that names its folder.
struct Bundle {
    hash: String,
    files: Vec<(String, Cow<'static, [u8]>)>,
}

static BUNDLE: LazyLock<Bundle> = LazyLock::new(Bundle::build);

impl Bundle {
    fn build() -> Self {
        let mut files = vec![
            ("app.css".to_owned(), Cow::Owned(style().into_bytes())),
            ("app.js".to_owned(), Cow::Owned(script().into_bytes())),
            ("icons.svg".to_owned(), Cow::Owned(icons::sprite().into_bytes())),
        ];
        for name in names() {
            if !name.starts_with("css/") && !name.starts_with("js/") {
                files.extend(Static::get(&name).map(|file| (name, file.data)));
            }
        }
        let mut digest = Sha256::new();
        for (name, content) in &files {
            digest.update(name);
            digest.update(content);
        }
        let mut hash = String::new();
        for byte in digest.finalize().iter().take(6) {
            let _ = write!(hash, "{byte:02x}");
        }
        Self { hash, files }
    }
}

/// The path of an asset: `asset("app.css")` is `/static/1f0c…/app.css`, which may be kept for ever.
pub fn asset(name: &str) -> String {
    format!("/static/{}/{name}", BUNDLE.hash)
}

/// Writes the assets into a folder of `dir` that is named by their hash, for [`service`] to serve.
pub fn prepare(dir: &Path) -> io::Result<()> {
    let home = dir.join(&BUNDLE.hash);
    for (name, content) in &BUNDLE.files {
        let path = home.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(path, content)?;
    }
    Ok(())
}

/// Serves what [`prepare`] wrote, under `/static`, to be kept for ever by whoever asks.
pub fn service(dir: &Path) -> impl HttpServiceFactory + use<> {
    web::scope("/static").wrap(from_fn(keep_for_ever)).service(Files::new("", dir))
}

async fn keep_for_ever(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let mut response = next.call(request).await?;
    if response.status().is_success() || response.status() == 304 {
        response.headers_mut().insert(CACHE_CONTROL, FOREVER);
        // A part of a page, and no file that somebody saves.
        response.headers_mut().remove(CONTENT_DISPOSITION);
    }
    Ok(response)
}

fn names() -> Vec<String> {
    let mut names: Vec<String> = Static::iter().map(Cow::into_owned).collect();
    names.sort();
    names
}

fn text(name: &str) -> String {
    Static::get(name).map(|file| String::from_utf8_lossy(&file.data).into_owned()).unwrap_or_default()
}

fn style() -> String {
    let mut ordered: Vec<String> = FIRST.map(str::to_owned).into();
    ordered.extend(
        names().into_iter().filter(|name| name.starts_with("css/") && !FIRST.contains(&name.as_str())),
    );
    let first = LAYERS.to_owned() + &icons::places();
    ordered.iter().fold(first, |style, name| style + &squeezed(&text(name)))
}

/// The style without its indentation and its comments, which stand on lines of their own.
fn squeezed(style: &str) -> String {
    let lines = style.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("/*"));
    lines.fold(String::new(), |all, line| {
        all + &line.replace("; ", ";").replace(": ", ":").replace(" {", "{") + "\n"
    })
}

/// Every module in a block of its own, so that their names do not meet; without indentation and without comments, which stand on lines of
/// their own.
fn script() -> String {
    let modules = names().into_iter().filter(|name| name.starts_with("js/"));
    modules.fold(String::new(), |script, name| {
        let module = text(&name);
        let lines = module.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//"));
        script + "{\n" + &lines.collect::<Vec<_>>().join("\n") + "\n}\n"
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::{App, test};

    #[actix_web::test]
    async fn assets_are_served_for_ever() {
        let dir = std::env::temp_dir().join(format!("clientele-assets-{}", std::process::id()));
        prepare(&dir).expect("the assets are written");
        let app = test::init_service(App::new().service(service(&dir))).await;
        for name in ["app.css", "app.js", "icons.svg", "favicon.svg", "fonts/inter.woff2"] {
            let request = test::TestRequest::get().uri(&asset(name)).to_request();
            let response = test::call_service(&app, request).await;
            assert_eq!(response.status(), 200, "{name}");
            assert_eq!(response.headers().get(CACHE_CONTROL), Some(&FOREVER), "{name}");
        }
        let request = test::TestRequest::get().uri("/static/none.css").to_request();
        let response = test::call_service(&app, request).await;
        assert_eq!(response.status(), 404);
        assert!(response.headers().get(CACHE_CONTROL).is_none());
        fs::remove_dir_all(dir).expect("the folder is removed");
    }

    #[::core::prelude::v1::test]
    fn tokens_come_before_what_uses_them() {
        let style = style();
        assert!(style.starts_with(LAYERS));
        let tokens = style.find("--paper:").expect("tokens are there");
        let buttons = style.find(".btn").expect("buttons are there");
        assert!(tokens < buttons);
    }

    #[::core::prelude::v1::test]
    fn what_a_page_loads_stays_small() {
        assert!(style().len() < 48_000, "the style has {} bytes", style().len());
        assert!(script().len() < 16_000, "the script has {} bytes", script().len());
    }

    #[::core::prelude::v1::test]
    fn scripts_import_nothing() {
        assert!(!script().contains("import ") && !script().contains("export "));
    }
}
