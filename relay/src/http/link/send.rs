//! `POST /link/send`: one side says something. Waits while the other side has too much to receive.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use parley_protocol::auth::SendLinkRequest;
use parley_protocol::error::ErrorCode;
use parley_protocol::limits::MAX_LINK_MESSAGE_BYTES;

use super::wait_for;
use crate::http::app::App;
use crate::http::body::UnreadBody;
use crate::http::error::Refused;
use crate::http::visitor::Address;

/// A message, with its JSON around it.
const BODY: usize = MAX_LINK_MESSAGE_BYTES + 1024;

pub(in crate::http) async fn handle(
    State(app): State<Arc<App>>,
    Address(from): Address,
    body: UnreadBody,
) -> Result<StatusCode, Refused> {
    let (request, held) = body
        .read::<SendLinkRequest>(BODY, app.reserve(from))
        .await?;
    if request.text.len() > MAX_LINK_MESSAGE_BYTES {
        return Err(ErrorCode::TooLarge.into());
    }
    let meeting = (request.number, request.seat);
    let sent = wait_for(&app, meeting, || {
        let has_room = app.links().send(&request, app.now())?;
        Ok(has_room.then_some(()))
    })
    .await?;
    drop(held);
    match sent {
        Some(()) => Ok(StatusCode::NO_CONTENT),
        None => Err(ErrorCode::RateLimited { retry_after: 1 }.into()),
    }
}
