//! `GET /log?from=<number>`: entries of the community log, for those who have no device yet and need it to
//! make one: with `&invite=<id>` for who is about to join, with a token for a member who has just logged in.
//! Everybody else has the log by their socket, which wants a signature by the device's key.

use std::sync::Arc;

use axum::Json;
use axum::extract::{FromRequestParts as _, Query, Request, State};
use parley_protocol::auth::LogPage;
use parley_protocol::error::ErrorCode;
use parley_protocol::ids::InviteId;
use serde::Deserialize;

use super::App;
use super::error::Refused;
use super::visitor::Member;
use crate::auth::account;
use crate::command;
use crate::storage::read;

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    from: u64,
    invite: Option<InviteId>,
}

pub(super) async fn handle(
    State(app): State<Arc<App>>,
    request: Request,
) -> Result<Json<LogPage>, Refused> {
    let (mut parts, _) = request.into_parts();
    let Query(asked) = Query::<Asked>::from_request_parts(&mut parts, &app)
        .await
        .map_err(|_| ErrorCode::Malformed)?;
    let community = app.shared.community().ok_or(ErrorCode::NotSetUp)?;
    if let Some(invite) = &asked.invite {
        community
            .check_invite(invite, app.clock.now())
            .map_err(parley_protocol::error::ApiError::from)?;
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
    Ok(Json(LogPage {
        from,
        entries,
        head: community.head(),
    }))
}
