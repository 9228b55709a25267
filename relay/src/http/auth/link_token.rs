//! `POST /auth/link/token`: a device asks for a token by which one more device of its member is added.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use parley_protocol::auth::{LinkToken, LinkTokenRequest};
use parley_protocol::error::ErrorCode;

use crate::command;
use crate::http::app::App;
use crate::http::body::{SMALL, UnreadBody};
use crate::http::error::Refused;
use crate::http::visitor::{Address, Member};
use crate::link::{Linked, TOKEN_LIFETIME};

pub(in crate::http) async fn handle(
    State(app): State<Arc<App>>,
    Address(from): Address,
    Member(access): Member,
    mut body: UnreadBody,
) -> Result<Json<LinkToken>, Refused> {
    let now = app.now();
    let admission = app.limits().link(from, now);
    body.admit(admission).await?;
    let (request, _held) = body
        .read::<LinkTokenRequest>(SMALL, app.reserve(from))
        .await?;
    let family = access.family;
    let by = app
        .readers
        .run(move |db| command::device_of(db, &family))
        .await?;
    // A login without a device has shown a password, and needs no token.
    let by = by.ok_or(ErrorCode::NotPermitted)?;
    let linked = Linked {
        user: access.user,
        device: request.device,
        by,
    };
    let token = {
        let entropy = &mut **app.entropy();
        app.link_tokens().put(linked, from, entropy, now)?
    };
    Ok(Json(LinkToken {
        token,
        expires_at: now.saturating_add(TOKEN_LIFETIME),
    }))
}
