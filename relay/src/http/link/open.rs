//! `POST /link`: a device opens a meeting, and takes the first seat.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use parley_protocol::auth::{LinkOpened, LinkSeat, OpenLinkRequest};

use crate::entropy::random;
use crate::http::app::App;
use crate::http::body::{SMALL, UnreadBody};
use crate::http::error::Refused;
use crate::http::visitor::{Address, Member};

pub(in crate::http) async fn handle(
    State(app): State<Arc<App>>,
    Address(from): Address,
    Member(access): Member,
    mut body: UnreadBody,
) -> Result<Json<LinkOpened>, Refused> {
    let now = app.now();
    let admission = app.limits().link(from, now);
    body.admit(admission).await?;
    let (request, _held) = body
        .read::<OpenLinkRequest>(SMALL, app.reserve(from))
        .await?;
    let (seat, bits) = {
        let entropy = &mut **app.entropy();
        (LinkSeat::from_bytes(random(entropy)), random::<4>(entropy))
    };
    let bits = u32::from_be_bytes(bits);
    let (number, expires_at) = app
        .links()
        .open(access.user, request.key, seat, bits, now)?;
    Ok(Json(LinkOpened {
        number,
        seat,
        expires_at,
        now,
    }))
}
