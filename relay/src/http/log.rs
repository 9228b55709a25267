//! `GET /log?from=<sequence number>`: pages of the community log for clients without a device, which need it to
//! make one: with `Authorization: Invite …` (a proof of the invite's secret) before joining, with `Link …` (the token
//! of a device that is being linked), with an access token right after a login. Devices receive the log over their socket, which requires a signature by the device key.

use std::sync::Arc;

use axum::extract::{FromRequestParts as _, Query, Request, State};
use axum::response::Response;
use parley_protocol::auth::{LogPage, Ticket};
use parley_protocol::error::ErrorCode;
use parley_protocol::invite::InviteProof;
use serde::Deserialize;

use super::app::App;
use super::error::Refused;
use super::page;
use super::visitor::{Address, Member, credentials};
use crate::auth::{account, invite};
use crate::command;
use crate::storage::read;

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
    } else if let Some(token) = credentials(&parts.headers, "Link") {
        let token = Ticket(token.to_owned());
        let is_known = app.link_tokens().look(&token, now).is_some();
        is_known.then_some(()).ok_or(ErrorCode::TicketExpired)?;
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
    page::stream(&page, app.reserve_page(address))
}
