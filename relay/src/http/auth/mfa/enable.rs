//! `POST /auth/mfa/enable`: the member shows a code of the secret that was set up; from now on one is asked for.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use parley_protocol::auth::{EnableSecondFactorRequest, RecoveryCodes};
use parley_protocol::error::ErrorCode;

use crate::auth::token::Access;
use crate::auth::totp;
use crate::command::{AskedBy, Command, EnableSecondFactor};
use crate::http::app::App;
use crate::http::auth::{not_stored, sign_in};
use crate::http::body::{SMALL, UnreadBody};
use crate::http::error::Refused;
use crate::http::visitor::{Member, Visitor};
use crate::storage::second_factor::Passed;

pub(in crate::http) async fn handle(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Member(access): Member,
    mut body: UnreadBody,
) -> Result<Response, Refused> {
    let now = app.now();
    let knock = app
        .secrets
        .knock(visitor.from, visitor.browsers.clone(), now);
    let knock = body.admit(knock).await?;
    let held = app.reserve(visitor.from);
    let (request, _held) = body.read::<EnableSecondFactorRequest>(SMALL, held).await?;
    let Access { user, family } = access;
    let account = sign_in::account_of(&app, user).await?;
    let account = account.ok_or(ErrorCode::SessionEnded)?;
    let factor = account.second_factor.filter(|factor| !factor.enabled);
    let factor = factor.ok_or(ErrorCode::NotPermitted)?;
    let permit = app.admit_code(knock, user, now)?;
    let passed = totp::check(&factor, &user, &request.code, now, &permit)?;
    // There are no recovery codes yet.
    let Passed::Step(step) = passed else {
        return Err(ErrorCode::WrongCode.into());
    };
    let (recovery_codes, hashes) = totp::new_recovery_codes(&user, &mut **app.entropy());
    let command = Command::EnableSecondFactor(EnableSecondFactor {
        by: AskedBy { user, family },
        secret: factor.secret,
        step,
        recovery_codes: hashes,
    });
    app.core().call(command).await?;
    app.secrets.code_was_right(permit);
    Ok(not_stored(
        Json(RecoveryCodes { recovery_codes }).into_response(),
    ))
}
