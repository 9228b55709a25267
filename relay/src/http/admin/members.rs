//! `GET /admin/members?after=&find=`: the members, as the relay knows them.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use parley_protocol::admin::MembersPage;
use parley_protocol::error::ErrorCode;

use super::asks::{Administrator, Asked};
use crate::admin::members::{self, Query};
use crate::http::app::App;
use crate::http::error::Refused;

pub(super) async fn handle(
    State(app): State<Arc<App>>,
    Administrator(_): Administrator,
    Asked(query): Asked<Query>,
) -> Result<Json<MembersPage>, Refused> {
    let listed = {
        let community = app.shared().community().ok_or(ErrorCode::NotSetUp)?;
        members::of_log(&community, &query)
    };
    let now = app.now();
    let page = app.readers.run(move |db| members::page(db, listed, now));
    Ok(Json(page.await?))
}
