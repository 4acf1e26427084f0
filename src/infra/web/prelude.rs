//! What nearly every page needs: `use crate::infra::web::prelude::*`.
pub use super::super::refusal::{Checks, Refusal};
pub use super::{
    auth::{PlatformAdmin, PortalUser, SignedIn, Staff, TeamAdmin},
    errors::{AppError, Result},
    forms::{Button, Query, Submitted},
    pages::{Page, PageResult, see_other, see_other_saying},
    permissions::{Permission, Role},
    query::Parameters,
    routes::Route,
    section::Section,
    shell::{Flash, FlashKind, Shell},
};
