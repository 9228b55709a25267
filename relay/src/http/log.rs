//! `GET /log?from=<number>`: entries of the community log, for those who have no device yet and need it to
//! make one: for who is about to join, with `Authorization: Invite …`, a proof that they have the invite's secret;
//! with a token for a member who has just logged in. Everybody else has the log by their socket, which wants a
//! signature by the device's key.

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

use super::App;
use super::error::Refused;
use super::visitor::{Address, Member, credentials};
use crate::auth::{account, invite};
use crate::command;
use crate::held::HeldBytes;
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
    let now = app.clock.now();
    app.limits().log(address, now)?;
    let (mut parts, _) = request.into_parts();
    let Query(asked) = Query::<Asked>::from_request_parts(&mut parts, &app)
        .await
        .map_err(|_| ErrorCode::Malformed)?;
    // The community is not kept while the disk is read: the next entry would have to copy it.
    let community = || app.shared.community().ok_or(ErrorCode::NotSetUp);
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
    respond(&page, app.hold_page(address))
}

/// A page is given piece by piece, and held until its last one is on its way.
fn respond(page: &LogPage, mut held: HeldBytes) -> Result<Response, Refused> {
    let text = Bytes::from(json::write(page));
    held.grow(text.len())?;
    let pieces = stream::unfold((text, held), |(mut rest, held)| async move {
        let piece = rest.split_to(rest.len().min(PIECE));
        (!piece.is_empty()).then_some((Ok::<_, Infallible>(piece), (rest, held)))
    });
    let body = Body::from_stream(pieces);
    Ok(([(CONTENT_TYPE, "application/json")], body).into_response())
}
