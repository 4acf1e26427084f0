//! What staff do with saved views.
use super::{
    form::ViewForm,
    model::{SavedView, WriteView},
    values::Selection,
};
use crate::{
    customers::listing::CUSTOMERS,
    events::timeline::History,
    infra::{
        db::{Tx, ids::SavedViewId},
        lists::{Fact, ListQuery, Names},
        web::prelude::*,
    },
    urls,
};
use actix_web::{http::StatusCode, web::Path};
use askama::Template;
use serde::Deserialize;

/// Under `/console`.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/views", index).needs(Permission::CustomerRead),
        Route::post("/views", create).needs(Permission::CustomerRead),
        Route::get("/views/new", new).needs(Permission::CustomerRead),
        Route::get("/views/{view}", show).needs(Permission::CustomerRead),
        Route::post("/views/{view}", update).needs(Permission::CustomerRead),
        Route::get("/views/{view}/edit", edit).needs(Permission::CustomerRead),
        Route::post("/views/{view}/query", replace).needs(Permission::CustomerRead),
        Route::post("/views/{view}/pin", pin).needs(Permission::CustomerRead),
        Route::post("/views/{view}/pin/deletion", unpin).needs(Permission::CustomerRead),
        Route::get("/views/{view}/deletion", confirm).needs(Permission::CustomerRead),
        Route::post("/views/{view}/deletion", destroy).needs(Permission::CustomerRead),
    ]
}

/// A view with what it selects.
pub struct ListedView {
    pub view: SavedView,
    pub facts: Vec<Fact>,
    pub order: &'static str,
}

impl ListedView {
    fn url(&self) -> String {
        urls::customers_with(&self.view.query)
    }
}

/// Tells of all views with as many queries as it takes for one.
fn describe(tx: &mut Tx, views: Vec<SavedView>) -> Result<Vec<ListedView>> {
    let queries: Vec<ListQuery> = views.iter().map(|view| CUSTOMERS.read(&view.query).0).collect();
    let names = Names::of(tx, &queries.iter().collect::<Vec<_>>())?;
    Ok(views
        .into_iter()
        .zip(&queries)
        .map(|(view, query)| ListedView { view, facts: query.facts(&names), order: query.order.label })
        .collect())
}

#[derive(Template)]
#[template(path = "saved_views/index.html")]
struct IndexPage {
    shell: Shell,
    own: Vec<ListedView>,
    shared: Vec<ListedView>,
}

/// `GET /console/views`
async fn index(staff: Staff) -> PageResult {
    let (own, shared) = staff
        .read(|tx| {
            let mut own = SavedView::own(tx)?;
            let count = own.len();
            own.extend(SavedView::shared_by_others(tx)?);
            let mut own = describe(tx, own)?;
            let shared = own.split_off(count);
            Ok((own, shared))
        })
        .await?;
    IndexPage { shell: staff.shell("Saved views"), own, shared }.ok()
}

/// `GET /console/views/{id}`: the list that it stands for.
async fn show(staff: Staff, id: Path<SavedViewId>) -> PageResult {
    let id = id.into_inner();
    let view = staff.read(move |tx| SavedView::find(tx, id)).await?;
    see_other(urls::customers_with(&view.query))
}

#[derive(Template)]
#[template(path = "saved_views/form.html")]
struct FormPage {
    shell: Shell,
    form: Submitted<ViewForm>,
    facts: Vec<Fact>,
    order: &'static str,
    /// The reader's own views, one of which could select this instead. Empty where a view is edited.
    others: Vec<ListedView>,
    /// The view that is edited, or `None` for a new one.
    id: Option<SavedViewId>,
    /// What stands now, where it was saved in another window meanwhile.
    conflict: Option<SavedView>,
    history: Option<History>,
}

impl FormPage {
    fn action(&self) -> String {
        self.id.as_ref().map_or_else(urls::views, urls::view)
    }
    fn cancel(&self) -> String {
        if self.id.is_some() { urls::views() } else { self.list() }
    }
    fn list(&self) -> String {
        urls::customers_with(&self.form.values.query)
    }
}

async fn page(
    staff: &Staff,
    id: Option<SavedViewId>,
    form: Submitted<ViewForm>,
    conflict: Option<SavedView>,
) -> Result<FormPage> {
    let query = CUSTOMERS.read(&form.values.query).0;
    let order = query.order.label;
    let (facts, others, history) = staff
        .read(move |tx| {
            let names = Names::of(tx, &[&query])?;
            let others = if id.is_none() { SavedView::own(tx)? } else { vec![] };
            let history = id.map(|id| History::of(tx, &["saved_view"], id.0)).transpose()?;
            Ok((query.facts(&names), describe(tx, others)?, history))
        })
        .await?;
    let title = if id.is_some() { "Edit view" } else { "Save view" };
    let shell = staff.shell(title);
    Ok(FormPage { shell, form, facts, order, others, id, conflict, history })
}

/// The list that a view is to be made of.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Params {
    query: String,
}

impl Parameters for Params {}

/// `GET /console/views/new?query=…`
async fn new(staff: Staff, params: Query<Params>) -> PageResult {
    let form = Submitted::filled(ViewForm::selecting(&params.0.query));
    page(&staff, None, form, None).await?.ok()
}

/// `POST /console/views`
async fn create(staff: Staff, form: Submitted<ViewForm>) -> PageResult {
    match add(&staff, &form).await {
        Ok(view) => see_other_saying(
            urls::customers_with(&view.query),
            Flash::good(format!("“{}” is saved.", view.name)),
        ),
        Err(error) => {
            let (mut form, why) = form.refused_by(error)?;
            form.values = form.values.in_order();
            page(&staff, None, form, None).await?.refused(why)
        }
    }
}

async fn add(staff: &Staff, form: &Submitted<ViewForm>) -> Result<WriteView> {
    let command = form.command::<WriteView>()?;
    let view = command.clone();
    staff.once(form.sent(), move |tx| SavedView::create(tx, &view)).await?;
    Ok(command)
}

/// `GET /console/views/{id}/edit`
async fn edit(staff: Staff, id: Path<SavedViewId>) -> PageResult {
    let id = id.into_inner();
    let view = staff.read(move |tx| SavedView::find_own(tx, id)).await?;
    page(&staff, Some(id), Submitted::filled(ViewForm::of(&view)), None).await?.ok()
}

/// `POST /console/views/{id}`
async fn update(staff: Staff, id: Path<SavedViewId>, mut form: Submitted<ViewForm>) -> PageResult {
    let id = id.into_inner();
    form.values.query = staff.read(move |tx| SavedView::find_own(tx, id)).await?.query;
    match save(&staff, id, &form).await {
        Ok(()) => see_other_saying(urls::views(), Flash::good(format!("“{}” is saved.", form.values.name))),
        Err(AppError::Changed(_)) => {
            let current = staff.read(move |tx| SavedView::find_own(tx, id)).await?;
            form.values.version = current.version.to_string();
            page(&staff, Some(id), form, Some(current)).await?.with_status(StatusCode::CONFLICT)
        }
        Err(error) => {
            let (mut form, why) = form.refused_by(error)?;
            form.values = form.values.in_order();
            page(&staff, Some(id), form, None).await?.refused(why)
        }
    }
}

async fn save(staff: &Staff, id: SavedViewId, form: &Submitted<ViewForm>) -> Result<()> {
    let command = form.command::<WriteView>()?;
    let version = form.values.version.parse().unwrap_or(0);
    staff.once(form.sent(), move |tx| SavedView::update(tx, id, version, &command)).await
}

/// `POST /console/views/{id}/query`
async fn replace(staff: Staff, id: Path<SavedViewId>, form: Submitted<ViewForm>) -> PageResult {
    let (query, unknown) = CUSTOMERS.read(&form.values.query);
    unknown.refused()?;
    let (id, back) = (id.into_inner(), urls::customers_with(&query.query()));
    let selection = match Selection::try_from(&query) {
        Ok(selection) => selection,
        Err(why) => return see_other_saying(back, Flash::new(FlashKind::Bad, why.to_string())),
    };
    let name = staff.write(move |tx| SavedView::select(tx, id, &selection)).await?;
    see_other_saying(back, Flash::good(format!("“{name}” now selects this list.")))
}

/// `POST /console/views/{id}/pin`
async fn pin(staff: Staff, id: Path<SavedViewId>) -> PageResult {
    let id = id.into_inner();
    let view = staff
        .write(move |tx| {
            let view = SavedView::find(tx, id)?;
            SavedView::pin(tx, id)?;
            Ok(view)
        })
        .await?;
    see_other_saying(urls::views(), Flash::good(format!("“{}” is pinned to your side bar.", view.name)))
}

/// `POST /console/views/{id}/pin/deletion`
async fn unpin(staff: Staff, id: Path<SavedViewId>) -> PageResult {
    let id = id.into_inner();
    let view = staff
        .write(move |tx| {
            let view = SavedView::find(tx, id)?;
            SavedView::unpin(tx, id)?;
            Ok(view)
        })
        .await?;
    see_other_saying(urls::views(), Flash::good(format!("“{}” is no longer in your side bar.", view.name)))
}

#[derive(Template)]
#[template(path = "saved_views/deletion.html")]
struct DeletionPage {
    shell: Shell,
    view: SavedView,
}

/// `GET /console/views/{id}/deletion`
async fn confirm(staff: Staff, id: Path<SavedViewId>) -> PageResult {
    let id = id.into_inner();
    let view = staff.read(move |tx| SavedView::find_own(tx, id)).await?;
    DeletionPage { shell: staff.shell(format!("Delete {}", view.name)), view }.ok()
}

/// `POST /console/views/{id}/deletion`
async fn destroy(staff: Staff, id: Path<SavedViewId>) -> PageResult {
    let id = id.into_inner();
    let name = staff
        .write(move |tx| {
            let view = SavedView::find_own(tx, id)?;
            SavedView::delete(tx, id)?;
            Ok(view.name)
        })
        .await?;
    see_other_saying(urls::views(), Flash::good(format!("“{name}” is deleted.")))
}
