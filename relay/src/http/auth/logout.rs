//! `POST /auth/logout`: ends the session of the cookie, and its connections. Succeeds without a session, too.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};

use crate::auth::account;
use crate::http::app::App;
use crate::http::error::Refused;
use crate::http::visitor::{Cookie, Visitor};

pub(in crate::http) async fn handle(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Cookie(token): Cookie,
) -> Result<Response, Refused> {
    if let Some(token) = token {
        app.limits().session(visitor.from, app.now())?;
        if super::is_known(&app, &token).await? {
            app.core().call(account::log_out(&token)).await?;
        }
    }
    let response = StatusCode::NO_CONTENT.into_response();
    Ok(super::without_cookie(&visitor, response))
}
