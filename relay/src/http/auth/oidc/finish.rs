//! `POST /auth/oidc/finish`: the page exchanges its ticket for a session, or for what somebody new needs to join.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use parley_protocol::auth::{FinishOidcRequest, OidcResponse, SessionResponse, WrapKind};
use parley_protocol::error::ErrorCode;

use crate::auth::account;
use crate::http::app::App;
use crate::http::body::{SMALL, UnreadBody};
use crate::http::error::Refused;
use crate::http::visitor::{OidcCookie, Visitor};
use crate::storage::{accounts, passkeys};

pub(in crate::http) async fn handle(
    State(app): State<Arc<App>>,
    OidcCookie(cookie): OidcCookie,
    visitor: Visitor,
    mut body: UnreadBody,
) -> Result<Response, Refused> {
    let now = app.now();
    let admission = app.limits().session(visitor.from, now);
    body.admit(admission).await?;
    let held = app.reserve_login(visitor.from);
    let (request, _held) = body.read::<FinishOidcRequest>(SMALL, held).await?;
    let cookie = cookie.ok_or(ErrorCode::TicketExpired)?;
    let arrival = app.oidc.arrived(&request.ticket, &cookie, now)?;

    let person = arrival.person.clone();
    let known = app
        .readers
        .run(move |db| passkeys::member_of(db, &person.issuer, &person.subject))
        .await?;
    let Some(user) = known else {
        let newcomer = app
            .oidc
            .welcome(arrival, visitor.from, &mut **app.entropy(), now)?;
        return Ok(Json(OidcResponse::Newcomer(newcomer)).into_response());
    };
    {
        // Who was removed stays so, whatever the provider says.
        let community = app.shared().community().ok_or(ErrorCode::NotSetUp)?;
        let member = community.active_member(&user);
        member.ok_or(ErrorCode::NotPermitted)?;
    }
    // The provider opens no vault: a recovery key or a passkey does.
    let wraps = app.readers.run(move |db| {
        let mut wraps = accounts::wraps_of(db, &user, WrapKind::Recovery)?;
        wraps.extend(accounts::wraps_of(db, &user, WrapKind::Passkey)?);
        Ok(wraps)
    });
    let wraps = wraps.await?;
    let prepared = account::log_in(user, &mut **app.entropy(), now);
    super::super::session(&app, &visitor, prepared, wraps, signed_in).await
}

fn signed_in(session: SessionResponse) -> Response {
    Json(OidcResponse::Session(session)).into_response()
}
