//! The list.
use crate::{
    infra::web::prelude::*,
    tenants::listing::{Found, Params},
    urls,
};
use askama::Template;

#[derive(Template)]
#[template(path = "tenants/platform/index.html")]
struct IndexPage {
    shell: Shell,
    wanted: Params,
    found: Found,
}

impl IndexPage {
    fn link(&self, query: &str) -> String {
        if query.is_empty() { String::new() } else { urls::tenants_with(query) }
    }
    fn sizes(&self) -> Vec<(usize, String, bool)> {
        let sizes = self.wanted.sizes().into_iter();
        sizes.map(|(size, query, is_now)| (size, urls::tenants_with(&query), is_now)).collect()
    }
}

/// `GET /platform/tenants`
pub async fn index(admin: PlatformAdmin, wanted: Query<Params>) -> PageResult {
    let wanted = wanted.0;
    let params = wanted.clone();
    let found = admin.read(move |tx| params.find(tx)).await?;
    IndexPage { shell: admin.platform_shell("Tenants"), wanted, found }.ok()
}
