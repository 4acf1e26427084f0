//! The row, its queries, its verbs.
use super::values::{Selection, ViewName};
use crate::infra::{
    db::{
        Scope, Tx,
        ids::{SavedViewId, UserId},
        schema::{saved_view_pins, saved_views},
    },
    web::{
        errors::{AppError, Result},
        permissions::Permission,
    },
};
use diesel::{prelude::*, sql_types};

/// How many views a page shows of each kind.
const MOST: i64 = 500;

/// A list of customers under a name.
#[derive(QueryableByName, Clone, Debug)]
pub struct SavedView {
    #[diesel(sql_type = sql_types::Uuid)]
    pub id: SavedViewId,
    #[diesel(sql_type = sql_types::Uuid)]
    pub user_id: UserId,
    #[diesel(sql_type = sql_types::Text)]
    pub name: String,
    #[diesel(sql_type = sql_types::Text)]
    pub query: String,
    #[diesel(sql_type = sql_types::Bool)]
    pub is_shared: bool,
    #[diesel(sql_type = sql_types::Integer)]
    pub version: i32,
    /// Whose it is.
    #[diesel(sql_type = sql_types::Text)]
    pub owner: String,
    /// It is shared, and whose it is can't sign in any more: the admins look after it.
    #[diesel(sql_type = sql_types::Bool)]
    is_orphaned: bool,
    /// Whether the reader keeps it in the side bar.
    #[diesel(sql_type = sql_types::Bool)]
    pub is_pinned: bool,
}

/// A view as it is to be.
#[derive(Clone, Debug)]
pub struct WriteView {
    pub name: ViewName,
    pub query: Selection,
    /// Whether colleagues see it.
    pub is_shared: bool,
    /// Whether it goes to the side bar.
    pub is_pinned: bool,
}

/// What every query of views selects; the policies leave the reader's own and the shared ones.
const SELECT: &str = "SELECT v.id, v.user_id, v.name, v.query, v.is_shared, v.version, u.name AS owner, v.is_shared AND u.disabled_at IS NOT NULL AS is_orphaned,
           EXISTS (SELECT FROM saved_view_pins p WHERE p.view_id = v.id AND p.user_id = current_actor()) AS is_pinned
    FROM saved_views v JOIN users u ON u.tenant_id = v.tenant_id AND u.id = v.user_id";

impl SavedView {
    /// A view that the reader may open.
    pub fn find(tx: &mut Tx, id: SavedViewId) -> Result<Self> {
        Ok(diesel::sql_query(format!("{SELECT} WHERE v.id = $1"))
            .bind::<sql_types::Uuid, _>(id)
            .get_result(tx.conn)?)
    }

    /// Whether somebody may change it: whose it is, and for a shared one of somebody whose account is disabled every admin.
    pub fn is_changed_by(&self, scope: &Scope) -> bool {
        Some(self.user_id) == scope.user_id
            || self.is_orphaned && scope.member().is_some() && scope.may(Permission::TenantManage)
    }

    /// A view that the reader may change.
    pub fn find_own(tx: &mut Tx, id: SavedViewId) -> Result<Self> {
        let view = Self::find(tx, id)?;
        if view.is_changed_by(tx.scope) { Ok(view) } else { Err(AppError::NotFound) }
    }

    /// The reader's own views, by name.
    pub fn own(tx: &mut Tx) -> Result<Vec<Self>> {
        Ok(diesel::sql_query(format!(
            "{SELECT} WHERE v.user_id = current_actor() ORDER BY fold(v.name), v.id LIMIT {MOST}"
        ))
        .load(tx.conn)?)
    }

    /// What colleagues share, by name.
    pub fn shared_by_others(tx: &mut Tx) -> Result<Vec<Self>> {
        Ok(diesel::sql_query(format!(
            "{SELECT} WHERE v.is_shared AND v.user_id <> current_actor() ORDER BY fold(v.name), v.id LIMIT {MOST}"
        ))
        .load(tx.conn)?)
    }

    /// Saves a new view.
    ///
    /// # Errors
    /// `Invalid` where the reader has one of this name.
    pub fn create(tx: &mut Tx, command: &WriteView) -> Result<SavedViewId> {
        let (id, Some(user)) = (SavedViewId::new(), tx.member()) else { return Err(not_theirs()) };
        diesel::insert_into(saved_views::table)
            .values((
                saved_views::id.eq(id),
                saved_views::user_id.eq(user),
                saved_views::name.eq(&command.name),
                saved_views::query.eq(&command.query),
                saved_views::is_shared.eq(command.is_shared),
            ))
            .execute(tx.conn)
            .map_err(refused_by_constraint)?;
        if command.is_pinned {
            Self::pin(tx, id)?;
        }
        Ok(id)
    }

    /// Saves name, sharing and pin over the version that the form was made from.
    ///
    /// # Errors
    /// `Changed` where another stands; else as [`SavedView::create`].
    pub fn update(tx: &mut Tx, id: SavedViewId, version: i32, command: &WriteView) -> Result<()> {
        Self::find_own(tx, id)?;
        let known =
            saved_views::table.filter(saved_views::id.eq(id)).filter(saved_views::version.eq(version));
        let saved = diesel::update(known)
            .set((saved_views::name.eq(&command.name), saved_views::is_shared.eq(command.is_shared)))
            .execute(tx.conn)
            .map_err(refused_by_constraint)?;
        match saved {
            0 => Err(AppError::outdated()),
            _ if command.is_pinned => Self::pin(tx, id),
            _ => Self::unpin(tx, id),
        }
    }

    /// Makes it select something else; answers with its name.
    pub fn select(tx: &mut Tx, id: SavedViewId, query: &Selection) -> Result<String> {
        let view = Self::find_own(tx, id)?;
        diesel::update(saved_views::table.filter(saved_views::id.eq(id)))
            .set(saved_views::query.eq(query))
            .execute(tx.conn)?;
        Ok(view.name)
    }

    /// Keeps a view in the reader's side bar.
    pub fn pin(tx: &mut Tx, id: SavedViewId) -> Result<()> {
        let Some(user) = tx.member() else { return Err(not_theirs()) };
        diesel::insert_into(saved_view_pins::table)
            .values((saved_view_pins::user_id.eq(user), saved_view_pins::view_id.eq(id)))
            .on_conflict_do_nothing()
            .execute(tx.conn)?;
        Ok(())
    }

    /// Takes it out of the reader's side bar.
    pub fn unpin(tx: &mut Tx, id: SavedViewId) -> Result<()> {
        diesel::delete(saved_view_pins::table.filter(saved_view_pins::view_id.eq(id))).execute(tx.conn)?;
        Ok(())
    }

    /// Deletes a view of the reader's own.
    pub fn delete(tx: &mut Tx, id: SavedViewId) -> Result<()> {
        Self::find_own(tx, id)?;
        diesel::delete(saved_views::table.filter(saved_views::id.eq(id))).execute(tx.conn)?;
        Ok(())
    }
}

/// For a platform admin, who has entered the tenant and owns nothing in it.
fn not_theirs() -> AppError {
    AppError::Conflict("Views belong to people of the organisation, and you are its guest.".into())
}

fn refused_by_constraint(error: diesel::result::Error) -> AppError {
    match AppError::constraint(&error) {
        Some("saved_views_name_taken") => AppError::refused("name", "You have a view of this name already."),
        _ => error.into(),
    }
}
