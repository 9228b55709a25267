//! `POST /auth/oidc/finish`: the page exchanges its ticket for a session, or for what somebody new needs to join.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use parley_protocol::auth::{FinishOidcRequest, LoginResponse, OidcResponse};
use parley_protocol::error::ErrorCode;

use crate::auth::way::Way;
use crate::http::app::App;
use crate::http::auth::sign_in;
use crate::http::body::{SMALL, UnreadBody};
use crate::http::error::Refused;
use crate::http::visitor::{OidcCookie, Visitor};
use crate::storage::passkeys;

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
    let account = sign_in::account_of(&app, user).await?.unwrap_or_default();
    let passed = (user, Way::Provider, account);
    sign_in::finish(&app, &visitor, passed, answer).await
}

fn answer(answer: LoginResponse) -> Response {
    let answer = match answer {
        LoginResponse::Session(session) => OidcResponse::Session(session),
        LoginResponse::SecondFactor(needed) => OidcResponse::SecondFactor(needed),
    };
    Json(answer).into_response()
}
