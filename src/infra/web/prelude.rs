//! What nearly every page needs: `use crate::infra::web::prelude::*`.
pub use super::{
    auth::{PlatformAdmin, PortalUser, SignedIn, Staff, TeamAdmin},
    errors::{AppError, Result},
    forms::{Asked, Button, Submitted},
    pages::{Page, PageResult, see_other, see_other_saying},
    permissions::Permission,
    query::Query,
    routes::Route,
    shell::{Flash, FlashKind, Section, Shell},
};
