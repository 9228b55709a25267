//! `GET /admin/sessions?user=&after=`: who is signed in. `POST /admin/sessions/end`: signs a device of somebody out.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use parley_protocol::admin::{EndMemberSessionsRequest, SessionsPage};

use super::asks::{Administrator, Asked};
use crate::admin::sessions::{self, Asks, Query};
use crate::command::{AskedBy, Command, EndMemberSessions};
use crate::http::app::App;
use crate::http::body::{SMALL, UnreadBody};
use crate::http::error::Refused;
use crate::http::visitor::Address;

pub(super) async fn list(
    State(app): State<Arc<App>>,
    Administrator(asks): Administrator,
    Asked(query): Asked<Query>,
) -> Result<Json<SessionsPage>, Refused> {
    let now = app.now();
    let stored = app
        .readers
        .run(move |db| sessions::stored(db, &query, now))
        .await?;
    let community = app.shared().community();
    Ok(Json(sessions::page(community.as_deref(), stored, asks)))
}

pub(super) async fn end(
    State(app): State<Arc<App>>,
    Administrator(asks): Administrator,
    Address(from): Address,
    body: UnreadBody,
) -> Result<StatusCode, Refused> {
    let held = app.reserve(from);
    let (request, _held) = body.read::<EndMemberSessionsRequest>(SMALL, held).await?;
    let EndMemberSessionsRequest { user, device } = request;
    let by = match asks {
        Asks::Member { user, family } => Some(AskedBy { user, family }),
        Asks::Operator => None,
    };
    let command = Command::EndMemberSessions(EndMemberSessions { by, user, device });
    app.core().call(command).await?;
    Ok(StatusCode::NO_CONTENT)
}
