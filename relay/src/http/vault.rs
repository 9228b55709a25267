//! `GET /vault?before=<number>`: a page of the caller's own vault, newest first, for whoever restores it. A session
//! without a device may read it, too: what is in it opens only with the member's secrets.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::Response;
use parley_protocol::error::ErrorCode;
use serde::Deserialize;

use super::app::App;
use super::error::Refused;
use super::page;
use super::visitor::{Address, Member};
use crate::auth::quota::Kind;
use crate::command::{has_device, vault_stream};
use crate::storage::segments;

#[derive(Deserialize)]
pub(super) struct Asked {
    before: Option<u64>,
}

pub(super) async fn handle(
    State(app): State<Arc<App>>,
    Address(address): Address,
    Member(access): Member,
    asked: Result<Query<Asked>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, Refused> {
    let Query(asked) = asked.map_err(|_| ErrorCode::Malformed)?;
    let quotas = &app.shared().quotas;
    quotas.take(access.user, &[(Kind::VaultPages, 1)], app.now())?;
    let community = app.shared().community().ok_or(ErrorCode::NotSetUp)?;
    let member = community.active_member(&access.user);
    let vault = vault_stream(member.ok_or(ErrorCode::SessionEnded)?);
    // Not held while the disk is read: the next entry would have to copy the community.
    drop(community);
    let before = asked.before.unwrap_or(u64::MAX);
    let page = app
        .readers
        .run(move |db| match has_device(db, &access.family)? {
            Some(_) => segments::page(db, vault, before).map(Some),
            None => Ok(None),
        })
        .await?;
    // An access token outlives its session.
    let page = page.ok_or(ErrorCode::SessionEnded)?;
    page::stream(&page, app.reserve_page(address))
}
