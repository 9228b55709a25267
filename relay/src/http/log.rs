//! `GET /log?from=<number>`: entries of the community log, for members, and with `&invite=<id>` for those
//! who are about to become one.

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
    match &asked.invite {
        Some(invite) => {
            community
                .check_invite(invite, app.clock.now())
                .map_err(parley_protocol::error::ApiError::from)?;
        }
        None => {
            Member::from_request_parts(&mut parts, &app).await?;
        }
    }
    let from = asked.from.max(1);
    let entries = app.readers.run(move |db| read::log_page(db, from)).await?;
    Ok(Json(LogPage {
        from,
        entries,
        head: community.head(),
    }))
}
