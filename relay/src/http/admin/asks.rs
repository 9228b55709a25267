//! Who asks: an administrator of the community, or the operator at the local socket. Everybody else is turned away
//! before the disk is touched.

use std::sync::Arc;

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use parley_protocol::error::ErrorCode;
use serde::de::DeserializeOwned;

use crate::admin::sessions::Asks;
use crate::http::app::App;
use crate::http::error::Refused;
use crate::http::visitor::{Address, Member};
use crate::storage;

/// The request came by the local socket.
#[derive(Debug, Clone, Copy)]
pub(super) struct Operator;

/// Somebody who may see what `/admin/…` has.
pub(in crate::http) struct Administrator(pub(in crate::http) Asks);

impl FromRequestParts<Arc<App>> for Administrator {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Refused> {
        if parts.extensions.get::<Operator>().is_some() {
            return Ok(Self(Asks::Operator));
        }
        let Member(access) = Member::from_request_parts(parts, app).await?;
        let community = app.shared().community().ok_or(ErrorCode::NotSetUp)?;
        if !community.may_administer(&access.user) {
            return Err(ErrorCode::NotPermitted.into());
        }
        // Not held while the disk is read: the next entry would have to copy the community.
        drop(community);
        let Ok(Address(from)) = Address::from_request_parts(parts, app).await;
        app.limits().session(from, app.now())?;
        let (user, family) = (access.user, access.family);
        let is_live = app
            .readers
            .run(move |db| storage::sessions::is_of(db, &family, &user));
        if !is_live.await? {
            return Err(ErrorCode::SessionEnded.into());
        }
        Ok(Self(Asks::Member { user, family }))
    }
}

/// The query of a request, refused in the relay's own words.
pub(super) struct Asked<T>(pub(super) T);

impl<T: DeserializeOwned + Send> FromRequestParts<Arc<App>> for Asked<T> {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Refused> {
        match Query::<T>::from_request_parts(parts, app).await {
            Ok(Query(asked)) => Ok(Self(asked)),
            Err(_) => Err(ErrorCode::Malformed.into()),
        }
    }
}
