//! `GET /log?from=<sequence number>`: pages of the community log for clients without a device, which need it to
//! make one: with `Authorization: Invite …` (a proof of the invite's secret) before joining, with an access token
//! right after a login. Devices receive the log over their socket, which requires a signature by the device key.

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequestParts as _, Query, Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;
use parley_protocol::auth::LogPage;
use parley_protocol::error::ErrorCode;
use parley_protocol::invite::InviteProof;
use parley_protocol::json;
use serde::Deserialize;

use super::app::App;
use super::error::Refused;
use super::visitor::{Address, Member, credentials};
use crate::auth::{account, invite};
use crate::command;
use crate::memory_budget::Reservation;
use crate::storage::read;

/// As much as a connection writes ahead.
const PIECE: usize = 16 * 1024;

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    from: u64,
}

pub(super) async fn handle(
    State(app): State<Arc<App>>,
    Address(address): Address,
    request: Request,
) -> Result<Response, Refused> {
    let now = app.now();
    app.limits().log(address, now)?;
    let (mut parts, _) = request.into_parts();
    let Query(asked) = Query::<Asked>::from_request_parts(&mut parts, &app)
        .await
        .map_err(|_| ErrorCode::Malformed)?;
    // Not held while the disk is read: the next entry would have to copy the community.
    let community = || app.shared().community().ok_or(ErrorCode::NotSetUp);
    let head = community()?.head();
    if let Some(proof) = credentials(&parts.headers, "Invite") {
        let proof: InviteProof = proof.parse().map_err(|_| ErrorCode::Malformed)?;
        invite::check(community()?.as_ref(), &proof, now)?;
        app.limits().invite(proof.invite, now)?;
    } else {
        let Member(access) = Member::from_request_parts(&mut parts, &app).await?;
        let has_device = app
            .readers
            .run(move |db| command::has_device(db, &access.family))
            .await?;
        account::check_without_device(has_device)?;
    }
    let from = asked.from.max(1);
    let entries = app.readers.run(move |db| read::log_page(db, from)).await?;
    let page = LogPage {
        from,
        entries,
        head,
    };
    respond(&page, app.reserve_page(address))
}

/// Streams the page in pieces; its memory stays reserved until the last one is written.
fn respond(page: &LogPage, mut held: Reservation) -> Result<Response, Refused> {
    let text = Bytes::from(json::write(page));
    held.grow(text.len())?;
    let pieces = stream::unfold((text, held), |(mut rest, held)| async move {
        let piece = rest.split_to(rest.len().min(PIECE));
        (!piece.is_empty()).then_some((Ok::<_, Infallible>(piece), (rest, held)))
    });
    let body = Body::from_stream(pieces);
    Ok(([(CONTENT_TYPE, "application/json")], body).into_response())
}
