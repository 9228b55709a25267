//! `POST /auth/recover`: exchanges a name and the secret of the recovery key for a session and the wrap of that key.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use parley_protocol::auth::RecoverRequest;
use parley_protocol::error::ErrorCode;

use super::sign_in::{self, Claimed};
use crate::auth::recovery;
use crate::auth::way::Way;
use crate::http::app::App;
use crate::http::body::UnreadBody;
use crate::http::error::Refused;
use crate::http::visitor::Visitor;

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
    } = sign_in::read::<RecoverRequest>(&app, &visitor, body).await?;
    let fits = recovery::fits(account.recovery.as_ref(), &request.recovery_secret, permit);
    let (Some(user), true) = (user, fits) else {
        return Err(ErrorCode::WrongCredentials.into());
    };
    let passed = (user, Way::Recovery, account);
    sign_in::finish(&app, &visitor, passed, sign_in::plain).await
}
