//! `POST /auth/passkey/register/start` and `…/finish`: a member makes a passkey, with a proof that it is really them.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use parley_protocol::auth::{FinishPasskeyRequest, PasskeyOptions, ProofRequest};
use parley_protocol::error::ErrorCode;
use parley_protocol::names;

use super::begin;
use crate::auth::token::Access;
use crate::command::{AskedBy, ChangePasskey, Command};
use crate::http::app::App;
use crate::http::auth::proof;
use crate::http::body::{MEDIUM, SMALL, UnreadBody};
use crate::http::error::Refused;
use crate::http::visitor::{Member, Visitor};
use crate::storage::passkeys;

pub(in crate::http) async fn start(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Member(access): Member,
    body: UnreadBody,
) -> Result<Json<PasskeyOptions>, Refused> {
    if !app.passkeys.are_possible() {
        return Err(ErrorCode::NotPermitted.into());
    }
    let proven = proof::read::<ProofRequest>(&app, &visitor, access, body, SMALL).await?;
    let user = proven.by.user;
    let name = {
        let community = app.shared().community().ok_or(ErrorCode::NotSetUp)?;
        let member = community.active_member(&user);
        member.ok_or(ErrorCode::SessionEnded)?.name.clone()
    };
    let existing = app
        .readers
        .run(move |db| passkeys::ids_of(db, &user))
        .await?;
    let options = begin(&app, visitor.from, |passkeys, asking| {
        passkeys.start_registration(user, &name, existing, asking)
    })?;
    Ok(Json(options))
}

pub(in crate::http) async fn finish(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Member(access): Member,
    mut body: UnreadBody,
) -> Result<StatusCode, Refused> {
    let now = app.now();
    let admission = app.limits().session(visitor.from, now);
    body.admit(admission).await?;
    let held = app.reserve(visitor.from);
    let (request, _held) = body.read::<FinishPasskeyRequest>(MEDIUM, held).await?;
    let FinishPasskeyRequest {
        ticket,
        credential,
        name,
        wrap,
    } = request;
    let name = names::normalize(&name);
    names::check(&name).map_err(|_| ErrorCode::Malformed)?;
    let Access { user, family } = access;
    let passkey = app
        .passkeys
        .finish_registration(&user, &ticket, &credential, now)?;
    let add = ChangePasskey::Add {
        by: AskedBy { user, family },
        passkey,
        name,
        wrap,
        at: now,
    };
    let add = Command::ChangePasskey(Box::new(add));
    app.core().call(add).await?;
    Ok(StatusCode::NO_CONTENT)
}
