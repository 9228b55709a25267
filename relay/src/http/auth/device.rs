//! `POST /auth/device`: adds the device of a member who has just logged in, or one that another device of theirs has
//! linked. The latter brings a token in place of a session, and gets its session here.

use std::sync::Arc;

use axum::extract::{FromRequestParts as _, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use parley_protocol::auth::{AddDeviceRequest, Ticket};
use parley_protocol::error::ErrorCode;
use parley_protocol::ids::UserId;

use crate::auth::account;
use crate::auth::quota::Kind;
use crate::auth::token::Access;
use crate::http::app::App;
use crate::http::body::{MEDIUM, UnreadBody};
use crate::http::error::Refused;
use crate::http::visitor::{Member, Visitor, credentials};

pub(in crate::http) async fn handle(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    request: Request,
) -> Result<Response, Refused> {
    let (mut parts, body) = request.into_parts();
    let mut body = UnreadBody::from(body);
    let admission = app.limits().session(visitor.from, app.now());
    body.admit(admission).await?;
    if let Some(token) = credentials(&parts.headers, "Link") {
        let token = Ticket(token.to_owned());
        return add_linked(&app, &visitor, &token, body).await;
    }
    let member = Member::from_request_parts(&mut parts, &app).await;
    let Member(access) = member?;
    let (request, _held) = read(&app, &visitor, body).await?;
    add(&app, request, access).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// The token is used up whatever comes of it.
async fn add_linked(
    app: &Arc<App>,
    visitor: &Visitor,
    token: &Ticket,
    mut body: UnreadBody,
) -> Result<Response, Refused> {
    let one = app.link_tokens().take(token, app.now());
    let linked = body.admit(one.ok_or(ErrorCode::TicketExpired)).await?;
    let (request, _held) = read(app, visitor, body).await?;
    if !linked.is_added_by(&request.entry) || !is_member(app, &linked.user) {
        return Err(ErrorCode::NotPermitted.into());
    }
    let origin = visitor.seen(app.now());
    let prepared = account::log_in(linked.user, &mut **app.entropy(), origin);
    let access = prepared.access.ok_or(ErrorCode::Internal)?;
    let undo = account::log_out(&prepared.token);
    let session = super::session(app, visitor, prepared, Vec::new(), super::plain).await?;
    if let Err(refused) = add(app, request, access).await {
        // Without a device the session would be one that nobody showed a password for.
        app.core().call(undo).await?;
        return Err(refused);
    }
    Ok(session)
}

fn is_member(app: &App, user: &UserId) -> bool {
    let community = app.shared().community();
    community.is_some_and(|community| community.active_member(user).is_some())
}

async fn read(
    app: &App,
    visitor: &Visitor,
    body: UnreadBody,
) -> Result<(AddDeviceRequest, crate::memory_budget::Reservation), Refused> {
    body.read(MEDIUM, app.reserve(visitor.from)).await
}

async fn add(app: &App, request: AddDeviceRequest, access: Access) -> Result<(), Refused> {
    let entry = [(Kind::Entries, 1)];
    app.shared().quotas.take(access.user, &entry, app.now())?;
    let command = account::add_device(request, &access);
    app.core().call(command).await?;
    Ok(())
}
