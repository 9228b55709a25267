//! `POST /auth/mfa/verify`: exchanges a ticket and a code for a session and the wraps of the way of the ticket.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use parley_protocol::auth::VerifySecondFactorRequest;
use parley_protocol::error::ErrorCode;

use crate::auth::ticket::FirstFactor;
use crate::auth::{account, totp};
use crate::http::app::App;
use crate::http::auth::{plain, session, sign_in};
use crate::http::body::{SMALL, UnreadBody};
use crate::http::error::Refused;
use crate::http::visitor::Visitor;

pub(in crate::http) async fn handle(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    mut body: UnreadBody,
) -> Result<Response, Refused> {
    let now = app.now();
    let knock = app
        .secrets
        .knock(visitor.from, visitor.browsers.clone(), now);
    let knock = body.admit(knock).await?;
    let held = app.reserve_login(visitor.from);
    let (request, _held) = body.read::<VerifySecondFactorRequest>(SMALL, held).await?;

    let ticket = app.tickets.open(&request.ticket, now)?;
    let FirstFactor { user, way, stamp } = ticket.passed.clone();
    let account = sign_in::account_of(&app, user).await?.unwrap_or_default();
    let factor = account.enabled_factor();
    let factor = factor.filter(|_| account.stamp() == stamp);
    let factor = factor.ok_or(ErrorCode::TicketExpired)?;
    let permit = app.admit_code(knock, user, now)?;
    let passed = totp::check(factor, &user, &request.code, now, &permit)?;

    let wraps = sign_in::wraps_for(&app, user, &way).await?;
    let prepared = account::log_in_with(passed, user, &mut **app.entropy(), visitor.seen(now));
    app.tickets.use_up(&ticket, now)?;
    let answer = session(&app, &visitor, prepared, wraps, plain).await;
    match &answer {
        Ok(_) => app.secrets.code_was_right(permit),
        Err(_) => app.tickets.give_back(&ticket),
    }
    answer
}
