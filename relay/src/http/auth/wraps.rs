//! `GET /auth/wraps`: which wraps a member has. `POST /auth/wraps`: changes them, and gives those that the proof
//! opens.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use parley_protocol::auth::{ChangeWrapsRequest, Wrap, WrapsResponse};
use parley_protocol::error::ErrorCode;
use parley_protocol::ids::UserId;

use super::proof::{self, Proven};
use crate::auth::recovery;
use crate::auth::way::Way;
use crate::command::{ChangeWraps, Command};
use crate::http::app::App;
use crate::http::body::{MEDIUM, UnreadBody};
use crate::http::error::Refused;
use crate::http::visitor::{Member, Visitor};
use crate::storage::accounts;

pub(in crate::http) async fn list(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Member(access): Member,
) -> Result<Response, Refused> {
    super::live(&app, &visitor, access).await?;
    answer(&app, access.user, None).await
}

pub(in crate::http) async fn change(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Member(access): Member,
    body: UnreadBody,
) -> Result<Response, Refused> {
    let Proven {
        request,
        by,
        way,
        held: _held,
    } = proof::read::<ChangeWrapsRequest>(&app, &visitor, access, body, MEDIUM).await?;
    let recovery = match &request.recovery_secret {
        Some(secret) if recovery::is_well_formed(secret) => Some(recovery::hash(secret)),
        Some(_) => return Err(ErrorCode::Malformed.into()),
        None => None,
    };
    let command = Command::ChangeWraps(ChangeWraps {
        by,
        put: request.put,
        remove: request.remove,
        recovery,
    });
    app.core().call(command).await?;
    answer(&app, by.user, Some(&way)).await
}

async fn answer(app: &App, user: UserId, way: Option<&Way>) -> Result<Response, Refused> {
    let mut wraps = app
        .readers
        .run(move |db| accounts::wraps(db, &user))
        .await?;
    let sealed = |wrap: &&mut Wrap| way.is_none_or(|way| !way.opens(wrap));
    wraps
        .iter_mut()
        .filter(sealed)
        .for_each(|wrap| wrap.text.clear());
    let body = Json(WrapsResponse { wraps });
    Ok(super::not_stored(body.into_response()))
}
