//! An import in whatever state it is: checked, running, done, failed, undone.
use super::Steps;
use crate::{
    events::timeline::History,
    imports::{
        checking::Found,
        model::{self, Import},
        state::ImportState,
        undoing::Undone,
    },
    infra::{
        db::ids::ImportId,
        web::{
            downloads,
            limits::{
                self,
                quota::{self, Use},
            },
            prelude::*,
        },
    },
    urls,
};
use actix_web::{HttpResponse, web::Path};
use askama::Template;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use validator::Validate;

#[derive(Template)]
#[template(path = "imports/console/show.html")]
struct ShowPage {
    shell: Shell,
    steps: Steps,
    import: Import,
    owner: String,
    check: Found,
    undone: Undone,
    now: DateTime<Utc>,
    history: History,
}

/// `GET /console/imports/{id}`
pub async fn show(staff: Staff, id: Path<ImportId>) -> PageResult {
    let id = *id;
    let mut import = staff.read(move |tx| Import::find(tx, id)).await?;
    if import.state == ImportState::Uploaded {
        return see_other(urls::import_mapping(&id));
    }
    if import.state == ImportState::Running {
        // Its server may be gone: then this says so.
        import = staff
            .write(move |tx| {
                Import::fail_abandoned(tx)?;
                Import::find(tx, id)
            })
            .await?;
    }
    let shown = import.clone();
    let (owner, now, history) = staff
        .read(move |tx| Ok((shown.owner(tx)?, model::clock(tx)?, History::of(tx, &["import"], id.0)?)))
        .await?;
    let outcome = import.outcome();
    let step = if import.is_open() { 2 } else { 3 };
    ShowPage {
        shell: staff.shell(format!("Import {}", import.file_name)),
        steps: Steps(if import.state.has_run() { 4 } else { step }),
        owner,
        check: outcome.check.unwrap_or_default(),
        undone: outcome.undone.unwrap_or_default(),
        now,
        history,
        import,
    }
    .ok()
}

impl ShowPage {
    fn is_running(&self) -> bool {
        self.import.state == ImportState::Running
    }
    fn is_undone(&self) -> bool {
        self.import.state == ImportState::Undone
    }
    /// Rows that will be imported.
    fn good(&self) -> usize {
        self.check.create + self.check.update
    }
    /// Problems beyond those on the page.
    fn is_cut(&self) -> bool {
        self.check.problems.len() == super::super::checking::SHOWN_PROBLEMS
    }
    fn is_reading(&self) -> bool {
        self.import.rows_done == 0
    }
    fn can_undo(&self) -> bool {
        self.import.undo_until().is_some_and(|until| self.now < until)
    }
    fn until(&self) -> DateTime<Utc> {
        self.import.undo_until().unwrap_or(self.now)
    }
    fn problem(&self) -> &str {
        self.import.problem.as_deref().unwrap_or_default()
    }
}

/// `GET /console/imports/{id}/problems.csv`
pub async fn problems(staff: Staff, id: Path<ImportId>) -> Result<HttpResponse> {
    let id = *id;
    let problems = staff.read(move |tx| Import::problems(tx, id)).await?;
    if problems.is_empty() {
        return Err(AppError::NotFound);
    }
    Ok(downloads::csv("problems.csv".into(), problems))
}

/// What to do with rows that are wrong.
#[derive(Clone, Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub struct RunForm {
    pub skip: String,
}

/// `POST /console/imports/{id}/run`
pub async fn run(staff: Staff, id: Path<ImportId>, form: Submitted<RunForm>) -> PageResult {
    let (id, skip) = (*id, form.values.skip == "true");
    let begun = staff
        .write(move |tx| {
            Import::find(tx, id)?;
            quota::take(tx, &[Use::one(&limits::RUNS_OF_A_PERSON)])?;
            // What a server left behind that is gone must not be in the way.
            Import::fail_abandoned(tx)?;
            Import::begin(tx, id, skip)
        })
        .await;
    match begun {
        // Whoever was second sees it run.
        Ok(_) | Err(AppError::Changed(_)) => see_other(urls::import(&id)),
        Err(error) => Err(error),
    }
}
