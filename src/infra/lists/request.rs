//! The list that a request asks for, as the last parameter of a handler.
use super::{ListQuery, Listing, Offer};
use crate::infra::{
    db::Db,
    web::{
        errors::{AppError, Result},
        query::{Leftover, Unknown},
    },
};
use actix_web::{FromRequest, HttpRequest, dev::Payload, web::Data};
use std::{
    future::{Ready, ready},
    marker::PhantomData,
};

/// Names a list in the type of a handler.
pub trait List: 'static {
    const LISTING: &'static Listing;
}

/// What of a list is asked for, read leniently: what is not known is as if it were not there, and [`Unknown`] has it.
#[derive(Clone, Debug)]
pub struct ListRequest<L> {
    pub query: ListQuery,
    pub unknown: Unknown,
    /// What its selects are to hold.
    pub offer: Offer,
    list: PhantomData<L>,
}

impl<L> ListRequest<L> {
    /// What is asked for, where all of it is known; for whatever acts on a list rather than showing it.
    pub fn understood(self) -> Result<ListQuery> {
        self.unknown.refused().map(|()| self.query)
    }
}

impl<L: List> FromRequest for ListRequest<L> {
    type Error = AppError;
    type Future = Ready<Result<Self>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let entities = req.app_data::<Data<Db>>().map_or(&[][..], |db| db.entities());
        let (offer, rest) = Offer::read(req.query_string());
        let (query, unknown) = L::LISTING.read_among(&rest, entities);
        Leftover::of(req).set(unknown.clone());
        ready(Ok(Self { query, unknown, offer, list: PhantomData }))
    }
}
