//! `POST /auth/…`: one endpoint per file, and what they share.

mod assertion;
pub(super) mod delete;
pub(super) mod device;
pub(super) mod link_token;
pub(super) mod login;
pub(super) mod logout;
pub(super) mod mfa;
pub(super) mod oidc;
pub(super) mod passkey;
pub(super) mod password;
mod proof;
pub(super) mod recover;
pub(super) mod refresh;
pub(super) mod register;
pub(super) mod sessions;
pub(super) mod sign_in;
pub(super) mod wraps;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Json;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, SET_COOKIE};
use axum::response::{IntoResponse as _, Response};
use parley_protocol::Millis;
use parley_protocol::auth::{SessionResponse, Wrap};
use parley_protocol::error::{ApiError, ErrorCode};
use parley_protocol::ids::UserId;

use super::app::App;
use super::error::Refused;
use super::visitor::{KNOWN_COOKIE, MAX_BROWSERS, REFRESH_COOKIE, Visitor};
use crate::auth::account::{self, Prepared};
use crate::auth::known_browser::{self, KnownBrowser};
use crate::auth::refresh::{REFRESH_LIFETIME, RefreshToken};
use crate::auth::token::Access;
use crate::refusal::refused;
use crate::storage;

/// Password hashes that may wait: a few seconds of work. Each keeps its request in memory.
const HASHES_WAITING: usize = 256;
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// Runs the command and answers with a session: access token in the body, refresh token in the cookie. From now on
/// browser and address are known.
async fn session(
    app: &App,
    visitor: &Visitor,
    prepared: Prepared,
    wraps: Vec<Wrap>,
    body: impl FnOnce(SessionResponse) -> Response,
) -> Result<Response, Refused> {
    let Prepared {
        command,
        token,
        access,
    } = prepared;
    let access = account::access_after(access, app.core().call(command).await)?;
    let now = app.now();
    let session = account::session_response(&app.shared().tokens, &access, wraps, now)?;
    app.shared()
        .known_addresses
        .saw(access.user, visitor.from, now);
    let mut response = with_cookie(visitor, &token, body(session));
    if let Some(known) = remember(app, visitor, access.user, now) {
        let max_age = known_browser::LIFETIME / 1000;
        set_cookie(visitor, KNOWN_COOKIE, &known, max_age, &mut response);
    }
    Ok(response)
}

/// A session as the whole body.
fn plain(session: SessionResponse) -> Response {
    Json(session).into_response()
}

/// The new value of the known-browser cookie, if it changes.
fn remember(app: &App, visitor: &Visitor, user: UserId, now: Millis) -> Option<String> {
    let mut browsers = visitor.browsers.clone();
    if let Some(known) = browsers.iter_mut().find(|browser| browser.user == user) {
        *known = known.renewed(now)?;
    } else {
        let newest = KnownBrowser::new(user, &mut **app.entropy(), now);
        browsers.truncate(MAX_BROWSERS - 1);
        browsers.insert(0, newest);
    }
    let tokens = browsers
        .iter()
        .filter_map(|browser| app.known_browsers.token(browser));
    Some(tokens.collect::<Vec<_>>().join("."))
}

fn with_cookie(visitor: &Visitor, token: &RefreshToken, mut response: Response) -> Response {
    let max_age = REFRESH_LIFETIME / 1000;
    set_cookie(
        visitor,
        REFRESH_COOKIE,
        token.expose(),
        max_age,
        &mut response,
    );
    response
}

fn without_cookie(visitor: &Visitor, mut response: Response) -> Response {
    set_cookie(visitor, REFRESH_COOKIE, "", 0, &mut response);
    response
}

fn set_cookie(visitor: &Visitor, name: &str, value: &str, max_age: u64, response: &mut Response) {
    set_cookie_for(visitor, "Strict", name, value, max_age, response);
}

/// `same_site`: whether pages of other sites can have the browser send it (RFC 6265bis section 5.7).
fn set_cookie_for(
    visitor: &Visitor,
    same_site: &str,
    name: &str,
    value: &str,
    max_age: u64,
    response: &mut Response,
) {
    let secure = if visitor.is_secure { "; Secure" } else { "" };
    let cookie = format!(
        "{name}={value}; Path=/auth; Max-Age={max_age}; HttpOnly; SameSite={same_site}{secure}"
    );
    let headers = response.headers_mut();
    if let Ok(cookie) = cookie.parse() {
        headers.append(SET_COOKIE, cookie);
    }
    headers.insert(CACHE_CONTROL, NO_STORE);
}

/// A response that no cache keeps.
fn not_stored(mut response: Response) -> Response {
    response.headers_mut().insert(CACHE_CONTROL, NO_STORE);
    response
}

/// Admits a request that reads something of the member's own. An access token outlives a session that was ended.
async fn live(app: &App, visitor: &Visitor, access: Access) -> Result<(), Refused> {
    app.limits().session(visitor.from, app.now())?;
    let Access { user, family } = access;
    let is_live = app
        .readers
        .run(move |db| storage::sessions::is_of(db, &family, &user));
    if is_live.await? {
        Ok(())
    } else {
        Err(ErrorCode::SessionEnded.into())
    }
}

/// Whether the relay issued this token. For a stranger's token this costs a read, and no turn of the writer.
async fn is_known(app: &App, token: &RefreshToken) -> Result<bool, ApiError> {
    if !token.is_well_formed() {
        return Ok(false);
    }
    let hash = token.hash();
    app.readers
        .run(move |db| storage::sessions::has_refresh_token(db, &hash))
        .await
}

/// Runs password hashing on a blocking thread, a few at a time.
async fn hash<T: Send + 'static>(
    app: &Arc<App>,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, ApiError> {
    let internal = || refused(ErrorCode::Internal);
    let _waiting = Waiting::begin(&app.hashes_waiting)?;
    let _permit = app.hashing.acquire().await.map_err(|_| internal())?;
    app.shared().metrics.hashes.fetch_add(1, Ordering::Relaxed);
    let hashed = tokio::task::spawn_blocking(work);
    hashed.await.map_err(|_| internal())
}

/// A place in the queue for hashing, released on drop.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn begin(line: &'a AtomicUsize) -> Result<Self, ApiError> {
        let waiting = Self(line);
        if line.fetch_add(1, Ordering::Relaxed) >= HASHES_WAITING {
            return Err(refused(ErrorCode::RateLimited { retry_after: 5 }));
        }
        Ok(waiting)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
