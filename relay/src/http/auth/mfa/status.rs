//! `GET /auth/mfa`: whether a member has a second factor.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use parley_protocol::auth::SecondFactorStatus;
use parley_protocol::error::ErrorCode;

use crate::http::app::App;
use crate::http::auth::{live, not_stored, sign_in};
use crate::http::error::Refused;
use crate::http::visitor::{Member, Visitor};
use crate::storage::accounts;

pub(in crate::http) async fn handle(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Member(access): Member,
) -> Result<Response, Refused> {
    live(&app, &visitor, access).await?;
    let user = access.user;
    let account = sign_in::account_of(&app, user).await?;
    let left = app
        .readers
        .run(move |db| accounts::recovery_codes_left(db, &user));
    let body = Json(SecondFactorStatus {
        enabled: account
            .ok_or(ErrorCode::SessionEnded)?
            .enabled_factor()
            .is_some(),
        recovery_codes_left: left.await?,
    });
    Ok(not_stored(body.into_response()))
}
