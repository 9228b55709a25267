//! `POST /auth/device`: adds the device of a member who has just logged in.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use parley_protocol::auth::AddDeviceRequest;

use crate::auth::account;
use crate::auth::quota::Kind;
use crate::http::app::App;
use crate::http::body::{MEDIUM, UnreadBody};
use crate::http::error::Refused;
use crate::http::visitor::{Address, Member};

pub(in crate::http) async fn handle(
    State(app): State<Arc<App>>,
    Address(from): Address,
    Member(access): Member,
    mut body: UnreadBody,
) -> Result<StatusCode, Refused> {
    let admission = app.limits().session(from, app.now());
    body.admit(admission).await?;
    let (request, _held) = body
        .read::<AddDeviceRequest>(MEDIUM, app.reserve(from))
        .await?;
    let entry = [(Kind::Entries, 1)];
    app.shared().quotas.take(access.user, &entry, app.now())?;
    let command = account::add_device(request, &access);
    app.core().call(command).await?;
    Ok(StatusCode::NO_CONTENT)
}
