//! `GET /admin/invites?after=&open=`: the invites of the log.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use parley_protocol::admin::InvitesPage;
use parley_protocol::error::ErrorCode;

use super::asks::{Administrator, Asked};
use crate::admin::invites::{self, Query};
use crate::http::app::App;
use crate::http::error::Refused;

pub(super) async fn handle(
    State(app): State<Arc<App>>,
    Administrator(_): Administrator,
    Asked(query): Asked<Query>,
) -> Result<Json<InvitesPage>, Refused> {
    let community = app.shared().community().ok_or(ErrorCode::NotSetUp)?;
    Ok(Json(invites::page(&community, &query, app.now())))
}
