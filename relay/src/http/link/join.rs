//! `POST /link/join`: who knows the code takes the second seat, and hears the key of the device that opened the meeting.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use parley_protocol::auth::{JoinLinkRequest, LinkJoined};

use crate::http::app::App;
use crate::http::body::{SMALL, UnreadBody};
use crate::http::error::Refused;
use crate::http::visitor::Address;

pub(in crate::http) async fn handle(
    State(app): State<Arc<App>>,
    Address(from): Address,
    mut body: UnreadBody,
) -> Result<Json<LinkJoined>, Refused> {
    let admission = app.limits().link(from, app.now());
    body.admit(admission).await?;
    let (request, _held) = body
        .read::<JoinLinkRequest>(SMALL, app.reserve(from))
        .await?;
    let key = app.links().join(&request, app.now())?;
    Ok(Json(LinkJoined { key }))
}
