//! `POST /auth/login`: exchanges a name and login secret for a session and the wrap of the password.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use parley_protocol::auth::LoginRequest;
use parley_protocol::error::ErrorCode;

use super::sign_in::{self, Claimed};
use crate::auth::way::Way;
use crate::http::app::App;
use crate::http::body::UnreadBody;
use crate::http::error::Refused;
use crate::http::visitor::Visitor;
use crate::storage::password_record::PasswordRecord;

pub(in crate::http) async fn handle(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    body: UnreadBody,
) -> Result<Response, Refused> {
    let Claimed {
        request,
        user,
        account,
        permit,
        held: _held,
    } = sign_in::read::<LoginRequest>(&app, &visitor, body).await?;
    // The same work for an unknown name, so that nobody learns who is a member.
    let record = account
        .password
        .clone()
        .unwrap_or_else(|| PasswordRecord::of_nobody(app.password_cost));
    let fits = super::hash(&app, move || record.fits(&request.login_secret, permit)).await?;
    let (Some(user), true) = (user, fits) else {
        return Err(ErrorCode::WrongCredentials.into());
    };
    let passed = (user, Way::Password, account);
    sign_in::finish(&app, &visitor, passed, sign_in::plain).await
}
