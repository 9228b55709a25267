//! `POST /auth/passkey/login/start` and `…/finish`: signs in with a passkey. The authenticator has verified the person,
//! so it counts as both factors. The same start serves proofs.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use parley_protocol::auth::{PasskeyAssertion, PasskeyOptions};
use parley_protocol::error::ErrorCode;

use super::begin;
use crate::auth::way::Way;
use crate::http::app::App;
use crate::http::auth::assertion::asserted_by;
use crate::http::auth::sign_in;
use crate::http::body::{MEDIUM, UnreadBody};
use crate::http::error::Refused;
use crate::http::visitor::{Address, Visitor};

pub(in crate::http) async fn start(
    State(app): State<Arc<App>>,
    Address(from): Address,
) -> Result<Json<PasskeyOptions>, Refused> {
    app.limits().session(from, app.now())?;
    let options = begin(&app, from, |passkeys, asking| {
        passkeys.start_assertion(asking)
    })?;
    Ok(Json(options))
}

pub(in crate::http) async fn finish(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    mut body: UnreadBody,
) -> Result<Response, Refused> {
    let now = app.now();
    let admission = app.limits().session(visitor.from, now);
    body.admit(admission).await?;
    let held = app.reserve_login(visitor.from);
    let (assertion, _held) = body.read::<PasskeyAssertion>(MEDIUM, held).await?;
    let (user, passkey) = asserted_by(&app, &assertion).await?;
    {
        let community = app.shared().community().ok_or(ErrorCode::NotSetUp)?;
        let member = community.active_member(&user);
        member.ok_or(ErrorCode::WrongCredentials)?;
    }
    let account = sign_in::account_of(&app, user).await?.unwrap_or_default();
    let passed = (user, Way::Passkey(passkey), account);
    sign_in::finish(&app, &visitor, passed, sign_in::plain).await
}
