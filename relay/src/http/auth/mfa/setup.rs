//! `POST /auth/mfa/setup`: a new secret for an authenticator app. Nothing changes before it is enabled.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use parley_protocol::auth::ProofRequest;
use parley_protocol::error::ErrorCode;

use crate::auth::totp;
use crate::command::{Command, SetUpSecondFactor};
use crate::http::app::App;
use crate::http::auth::not_stored;
use crate::http::auth::proof::{self, Proven};
use crate::http::body::{SMALL, UnreadBody};
use crate::http::error::Refused;
use crate::http::visitor::{Member, Visitor};

pub(in crate::http) async fn handle(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Member(access): Member,
    body: UnreadBody,
) -> Result<Response, Refused> {
    let Proven { by, .. } =
        proof::read::<ProofRequest>(&app, &visitor, access, body, SMALL).await?;
    let secret = totp::new_secret(&mut **app.entropy());
    let setup = {
        let community = app.shared().community().ok_or(ErrorCode::NotSetUp)?;
        let member = community.active_member(&by.user);
        let name = &member.ok_or(ErrorCode::SessionEnded)?.name;
        totp::setup(&secret, community.name(), name)?
    };
    let command = Command::SetUpSecondFactor(SetUpSecondFactor { by, secret });
    app.core().call(command).await?;
    Ok(not_stored(Json(setup).into_response()))
}
