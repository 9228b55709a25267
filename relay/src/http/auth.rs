//! `POST /auth/…`: one endpoint a file; here is what they share.

pub(super) mod device;
pub(super) mod login;
pub(super) mod logout;
pub(super) mod refresh;
pub(super) mod register;

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::Json;
use axum::http::header::{CACHE_CONTROL, SET_COOKIE};
use axum::response::{IntoResponse as _, Response};
use parley_protocol::error::{ApiError, ErrorCode};

use super::App;
use super::error::Refused;
use super::visitor::COOKIE_NAME;
use crate::auth::account::{self, Prepared};
use crate::auth::refresh::{REFRESH_LIFETIME, RefreshToken};
use crate::refusal::refused;
use crate::storage::read;

/// Carries out the command, and answers with a session: the access token in the body, the refresh token
/// in the cookie.
async fn session(
    app: &App,
    prepared: Prepared,
    vault: Option<String>,
) -> Result<Response, Refused> {
    let Prepared {
        command,
        token,
        access,
    } = prepared;
    let access = account::access_after(access, app.core.call(command).await)?;
    let now = app.clock.now();
    let body = account::session_response(&app.shared.tokens, &access, vault, now)?;
    Ok(with_cookie(app, &token, Json(body).into_response()))
}

fn with_cookie(app: &App, token: &RefreshToken, response: Response) -> Response {
    set_cookie(app, token.expose(), REFRESH_LIFETIME / 1000, response)
}

fn without_cookie(app: &App, response: Response) -> Response {
    set_cookie(app, "", 0, response)
}

fn set_cookie(app: &App, value: &str, max_age: u64, mut response: Response) -> Response {
    let secure = if app.origin.is_https() {
        "; Secure"
    } else {
        ""
    };
    let cookie = format!(
        "{COOKIE_NAME}={value}; Path=/auth; Max-Age={max_age}; HttpOnly; SameSite=Strict{secure}"
    );
    let headers = response.headers_mut();
    if let Ok(cookie) = cookie.parse() {
        headers.insert(SET_COOKIE, cookie);
    }
    headers.insert(
        CACHE_CONTROL,
        axum::http::HeaderValue::from_static("no-store"),
    );
    response
}

/// Whether the relay knows this token. A stranger's costs a read, and no turn of the one that writes.
async fn is_known(app: &App, token: &RefreshToken) -> Result<bool, ApiError> {
    if !token.is_well_formed() {
        return Ok(false);
    }
    let hash = token.hash();
    app.readers
        .run(move |db| read::has_refresh_token(db, &hash))
        .await
}

/// Does slow work with a password where it blocks nobody, two at a time.
async fn hash<T: Send + 'static>(
    app: &Arc<App>,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, ApiError> {
    let internal = || refused(ErrorCode::Internal);
    let _permit = app.hashing.acquire().await.map_err(|_| internal())?;
    app.shared.metrics.hashes.fetch_add(1, Ordering::Relaxed);
    let hashed = tokio::task::spawn_blocking(work);
    hashed.await.map_err(|_| internal())
}
