//! Extractors for the sender of a request: address, access token, cookies, and whether TLS was used.

use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, COOKIE};
use axum::http::request::Parts;
use parley_protocol::Millis;
use parley_protocol::error::ErrorCode;

use super::app::App;
use super::error::Refused;
use super::forwarded;
use crate::auth::known_browser::KnownBrowser;
use crate::auth::refresh::RefreshToken;
use crate::auth::token::Access;
use crate::command::Seen;
use crate::network::household;
use crate::server::accept::OverTls;

/// The sender of a login, registration or session request.
pub(super) struct Visitor {
    /// The address that rate limits use: the household's, behind a proxy the forwarded one.
    pub(super) from: IpAddr,
    /// Whether the browser used TLS.
    pub(super) is_secure: bool,
    /// Accounts that this browser was signed in to before.
    pub(super) browsers: Vec<KnownBrowser>,
}

impl Visitor {
    /// When and roughly where a session is seen.
    pub(super) fn seen(&self, now: Millis) -> Seen {
        Seen::at(self.from, now)
    }
}

impl FromRequestParts<Arc<App>> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Infallible> {
        let now = app.now();
        let known = cookies(&parts.headers, KNOWN_COOKIE).flat_map(|value| value.split('.'));
        Ok(Self {
            from: address(parts, app),
            is_secure: is_secure(parts, app),
            browsers: known
                .take(MAX_BROWSERS)
                .filter_map(|token| app.known_browsers.check(token, now))
                .collect(),
        })
    }
}

/// The address that rate limits use.
pub(super) struct Address(pub(super) IpAddr);

impl FromRequestParts<Arc<App>> for Address {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Infallible> {
        Ok(Self(address(parts, app)))
    }
}

fn address(parts: &Parts, app: &App) -> IpAddr {
    let peer = forwarded::peer(&parts.extensions);
    let from = forwarded::client(peer, &parts.headers, &app.proxies);
    app.noticed.came_from(from, app.now());
    household(from)
}

/// Whether the browser used TLS, to the relay or to a trusted proxy.
fn is_secure(parts: &Parts, app: &App) -> bool {
    let told = app.proxies.contains(forwarded::peer(&parts.extensions))
        && forwarded::came_by_tls(&parts.headers);
    app.origin.is_https() || parts.extensions.get::<OverTls>().is_some() || told
}

/// The member of a valid access token.
pub(super) struct Member(pub(super) Access);

impl FromRequestParts<Arc<App>> for Member {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Refused> {
        let token = bearer(&parts.headers).ok_or(ErrorCode::NotAuthenticated)?;
        let access = app.shared().tokens.check(token, app.now())?;
        let community = app.shared().community().ok_or(ErrorCode::NotSetUp)?;
        if community.active_member(&access.user).is_none() {
            return Err(ErrorCode::SessionEnded.into());
        }
        Ok(Self(access))
    }
}

/// The bearer token of a request (RFC 6750).
pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    credentials(headers, "Bearer")
}

/// The credentials of a scheme in `Authorization` (RFC 9110 section 11.6.2).
pub(super) fn credentials<'a>(headers: &'a HeaderMap, scheme: &str) -> Option<&'a str> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    value.strip_prefix(scheme)?.strip_prefix(' ')
}

/// Cookie with the refresh token.
pub(super) const REFRESH_COOKIE: &str = "parley_refresh";
/// Cookie with the accounts that the browser was signed in to before.
pub(super) const KNOWN_COOKIE: &str = "parley_known";
/// Accounts remembered per browser: a family at one machine.
pub(super) const MAX_BROWSERS: usize = 4;

/// The refresh token of the cookie, unchecked.
pub(super) struct Cookie(pub(super) Option<RefreshToken>);

impl<S: Send + Sync> FromRequestParts<S> for Cookie {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let token = cookies(&parts.headers, REFRESH_COOKIE).next();
        Ok(Self(token.map(RefreshToken::presented)))
    }
}

/// Cookie of a browser that signs in by way of an identity provider.
pub(super) const OIDC_COOKIE: &str = "parley_oidc";

/// That cookie, unchecked.
pub(super) struct OidcCookie(pub(super) Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for OidcCookie {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let value = cookies(&parts.headers, OIDC_COOKIE).next();
        Ok(Self(value.map(str::to_owned)))
    }
}

fn cookies<'a>(headers: &'a HeaderMap, wanted: &'a str) -> impl Iterator<Item = &'a str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(move |(name, _)| *name == wanted)
        .map(|(_, value)| value)
}
