//! `GET /auth/sessions`: a member's own sessions and devices. `POST /auth/sessions/end`: ends some of them.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use parley_protocol::auth::{EndSessionRequest, SessionsResponse};

use crate::auth::token::Access;
use crate::command::{AskedBy, Command, EndSessions};
use crate::http::app::App;
use crate::http::body::{SMALL, UnreadBody};
use crate::http::error::Refused;
use crate::http::visitor::{Member, Visitor};
use crate::storage::sessions;

pub(in crate::http) async fn list(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Member(access): Member,
) -> Result<Response, Refused> {
    super::live(&app, &visitor, access).await?;
    let now = app.now();
    let Access { user, family } = access;
    let listed = app
        .readers
        .run(move |db| sessions::list(db, &user, &family, now));
    let body = Json(SessionsResponse {
        sessions: listed.await?,
    });
    Ok(super::not_stored(body.into_response()))
}

pub(in crate::http) async fn end(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Member(access): Member,
    mut body: UnreadBody,
) -> Result<StatusCode, Refused> {
    let admission = app.limits().session(visitor.from, app.now());
    body.admit(admission).await?;
    let held = app.reserve(visitor.from);
    let (request, _held) = body.read::<EndSessionRequest>(SMALL, held).await?;
    let Access { user, family } = access;
    let command = Command::EndSessions(EndSessions {
        by: AskedBy { user, family },
        device: request.device,
    });
    app.core().call(command).await?;
    Ok(StatusCode::NO_CONTENT)
}
