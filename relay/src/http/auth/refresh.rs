//! `POST /auth/refresh`: exchanges the cookie's refresh token for a new one and a new access token.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use parley_protocol::error::ErrorCode;

use crate::auth::account;
use crate::auth::refresh::RefreshToken;
use crate::http::app::App;
use crate::http::error::Refused;
use crate::http::visitor::{Cookie, Visitor};

pub(in crate::http) async fn handle(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Cookie(token): Cookie,
) -> Result<Response, Refused> {
    let token = token.ok_or(ErrorCode::NotAuthenticated)?;
    app.limits().session(visitor.from, app.now())?;
    match exchange(&app, &visitor, &token).await {
        Ok(response) => Ok(response),
        Err(refused) if refused.ends_session() => {
            Ok(super::without_cookie(&visitor, refused.into_response()))
        }
        Err(refused) => Err(refused),
    }
}

async fn exchange(app: &App, visitor: &Visitor, token: &RefreshToken) -> Result<Response, Refused> {
    if !super::is_known(app, token).await? {
        return Err(ErrorCode::SessionEnded.into());
    }
    let prepared = account::refresh(token, &mut **app.entropy(), visitor.seen(app.now()));
    super::session(app, visitor, prepared, Vec::new(), super::plain).await
}
