//! `POST /auth/delete`: ends a membership and deletes the account.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use parley_protocol::auth::DeleteAccountRequest;

use super::proof::{self, Proven};
use crate::command::{Command, DeleteAccount};
use crate::http::app::App;
use crate::http::body::{SMALL, UnreadBody};
use crate::http::error::Refused;
use crate::http::visitor::{Member, Visitor};

pub(in crate::http) async fn handle(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Member(access): Member,
    body: UnreadBody,
) -> Result<Response, Refused> {
    let Proven {
        request,
        by,
        way: _,
        held: _held,
    } = proof::read::<DeleteAccountRequest>(&app, &visitor, access, body, SMALL).await?;
    let entry = request.entry;
    let command = Command::DeleteAccount(Box::new(DeleteAccount { by, entry }));
    app.core().call(command).await?;
    let response = StatusCode::NO_CONTENT.into_response();
    Ok(super::without_cookie(&visitor, response))
}
