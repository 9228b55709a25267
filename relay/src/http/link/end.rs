//! `POST /link/end`: either side ends the meeting.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use parley_protocol::auth::EndLinkRequest;

use crate::http::app::App;
use crate::http::body::{SMALL, UnreadBody};
use crate::http::error::Refused;
use crate::http::visitor::Address;

pub(in crate::http) async fn handle(
    State(app): State<Arc<App>>,
    Address(from): Address,
    body: UnreadBody,
) -> Result<StatusCode, Refused> {
    let (request, _held) = body
        .read::<EndLinkRequest>(SMALL, app.reserve(from))
        .await?;
    app.links().end(&request, app.now())?;
    Ok(StatusCode::NO_CONTENT)
}
