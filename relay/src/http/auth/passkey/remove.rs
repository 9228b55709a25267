//! `POST /auth/passkey/remove`: a passkey signs in no longer, and its wrap is deleted.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use parley_protocol::auth::RemovePasskeyRequest;
use parley_protocol::error::ErrorCode;

use crate::command::{ChangePasskey, Command};
use crate::http::app::App;
use crate::http::auth::proof;
use crate::http::body::{SMALL, UnreadBody};
use crate::http::error::Refused;
use crate::http::visitor::{Member, Visitor};

pub(in crate::http) async fn handle(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Member(access): Member,
    body: UnreadBody,
) -> Result<StatusCode, Refused> {
    let proven = proof::read::<RemovePasskeyRequest>(&app, &visitor, access, body, SMALL).await?;
    let id = URL_SAFE_NO_PAD
        .decode(&proven.request.id)
        .map_err(|_| ErrorCode::Malformed)?;
    let remove = ChangePasskey::Remove { by: proven.by, id };
    let remove = Command::ChangePasskey(Box::new(remove));
    app.core().call(remove).await?;
    Ok(StatusCode::NO_CONTENT)
}
