//! `POST /auth/passkey/login/start` and `…/finish`: signs in with a passkey. The authenticator has verified the person,
//! so it counts as both factors. The same start serves proofs.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use parley_protocol::auth::{PasskeyAssertion, PasskeyOptions, WrapKind};
use parley_protocol::error::ErrorCode;

use super::{asserted_by, begin};
use crate::auth::account;
use crate::http::app::App;
use crate::http::body::{MEDIUM, UnreadBody};
use crate::http::error::Refused;
use crate::http::visitor::{Address, Visitor};
use crate::storage::accounts;

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
    // A passkey without a wrap signs in, and the recovery key opens the vault.
    let wraps = app.readers.run(move |db| {
        let mut wraps = accounts::wraps_of(db, &user, WrapKind::Passkey)?;
        wraps.retain(|wrap| wrap.id == passkey);
        if wraps.is_empty() {
            wraps = accounts::wraps_of(db, &user, WrapKind::Recovery)?;
        }
        Ok(wraps)
    });
    let wraps = wraps.await?;
    let prepared = account::log_in(user, &mut **app.entropy(), now);
    super::super::session(&app, &visitor, prepared, wraps, super::super::signed_in).await
}
