//! `POST /link/receive`: waits until the other side has said something.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use parley_protocol::auth::{LinkMessages, ReceiveLinkRequest};

use super::wait_for;
use crate::http::app::App;
use crate::http::body::{SMALL, UnreadBody};
use crate::http::error::Refused;
use crate::http::visitor::Address;

pub(in crate::http) async fn handle(
    State(app): State<Arc<App>>,
    Address(from): Address,
    body: UnreadBody,
) -> Result<Json<LinkMessages>, Refused> {
    let (request, held) = body
        .read::<ReceiveLinkRequest>(SMALL, app.reserve(from))
        .await?;
    drop(held);
    let meeting = (request.number, request.seat);
    let said = wait_for(&app, meeting, || {
        let messages = app.links().receive(&request, app.now())?;
        Ok((!messages.is_empty()).then_some(messages))
    })
    .await?;
    Ok(Json(LinkMessages {
        messages: said.unwrap_or_default(),
    }))
}
