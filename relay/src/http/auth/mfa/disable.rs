//! `POST /auth/mfa/disable`: no code is asked for any more.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use parley_protocol::auth::ProofRequest;

use crate::command::{Command, DisableSecondFactor};
use crate::http::app::App;
use crate::http::auth::proof::{self, Proven};
use crate::http::body::{SMALL, UnreadBody};
use crate::http::error::Refused;
use crate::http::visitor::{Member, Visitor};

pub(in crate::http) async fn handle(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Member(access): Member,
    body: UnreadBody,
) -> Result<StatusCode, Refused> {
    let Proven { by, .. } =
        proof::read::<ProofRequest>(&app, &visitor, access, body, SMALL).await?;
    let command = Command::DisableSecondFactor(DisableSecondFactor { by });
    app.core().call(command).await?;
    Ok(StatusCode::NO_CONTENT)
}
