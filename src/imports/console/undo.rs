//! Taking an import back: first what would go, then it goes.
use crate::{
    imports::{model::Import, undoing::Undone},
    infra::{db::ids::ImportId, web::prelude::*},
    urls,
};
use actix_web::web::Path;
use askama::Template;

#[derive(Template)]
#[template(path = "imports/console/undo.html")]
struct UndoPage {
    shell: Shell,
    import: Import,
    would: Undone,
}

/// `GET /console/imports/{id}/undo`
pub async fn confirm(staff: Staff, id: Path<ImportId>) -> PageResult {
    let id = *id;
    let (import, would) = staff
        .read(move |tx| {
            let import = Import::find(tx, id)?;
            let would = import.preview_undo(tx)?;
            Ok((import, would))
        })
        .await?;
    if import.undo_until().is_none() {
        return see_other(urls::import(&id));
    }
    UndoPage { shell: staff.shell("Undo import"), import, would }.ok()
}

/// `POST /console/imports/{id}/undo`
pub async fn undo(staff: Staff, id: Path<ImportId>) -> PageResult {
    let id = *id;
    let undone = staff.write(move |tx| Import::undo(tx, id)).await?;
    let kind = if undone.left > 0 { FlashKind::Warn } else { FlashKind::Good };
    let text = match undone.left {
        0 => "The import is taken back.".to_owned(),
        1 => "The import is taken back, but for one customer that was changed since.".to_owned(),
        many => format!("The import is taken back, but for {many} customers that were changed since."),
    };
    see_other_saying(urls::import(&id), Flash::new(kind, text))
}
