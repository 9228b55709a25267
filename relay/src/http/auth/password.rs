//! `POST /auth/password`: sets a new password. Every other session of the member ends.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use parley_protocol::auth::ChangePasswordRequest;

use super::proof::{self, Proven};
use crate::auth::secret_gate::SecretGate;
use crate::command::{ChangePassword, Command};
use crate::http::app::App;
use crate::http::body::{MEDIUM, UnreadBody};
use crate::http::error::Refused;
use crate::http::visitor::{Member, Visitor};
use crate::storage::password_record::PasswordRecord;

pub(in crate::http) async fn handle(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Member(access): Member,
    body: UnreadBody,
) -> Result<StatusCode, Refused> {
    let Proven {
        request,
        by,
        way: _,
        held: _held,
    } = proof::read::<ChangePasswordRequest>(&app, &visitor, access, body, MEDIUM).await?;
    let permit = SecretGate::admit_changed();
    let (salt, cost) = (app.backend.random(), app.password_cost);
    let secret = request.login_secret;
    let password = super::hash(&app, move || {
        PasswordRecord::new(&secret, salt, cost, permit)
    })
    .await?;
    let command = Command::ChangePassword(Box::new(ChangePassword {
        by,
        password,
        wrap: request.wrap,
    }));
    app.core().call(command).await?;
    Ok(StatusCode::NO_CONTENT)
}
