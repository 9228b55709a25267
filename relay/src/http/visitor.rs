//! Extractors for the sender of a request: address, access token, cookies, and whether TLS was used.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, COOKIE, FORWARDED};
use axum::http::request::Parts;
use parley_protocol::Millis;
use parley_protocol::error::ErrorCode;

use super::app::App;
use super::error::Refused;
use crate::auth::known_browser::KnownBrowser;
use crate::auth::refresh::RefreshToken;
use crate::auth::token::Access;
use crate::command::Seen;
use crate::network::household;
use crate::server::accept::Peer;

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
            is_secure: app.origin.is_https() || (app.behind_proxy && came_by_tls(&parts.headers)),
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
    let peer = parts.extensions.get::<Peer>().map(|Peer(peer)| peer.ip());
    let told = app.behind_proxy.then(|| forwarded_for(parts)).flatten();
    let from = told.or(peer).unwrap_or(Ipv4Addr::UNSPECIFIED.into());
    app.noticed.came_from(from, app.now());
    household(from)
}

/// The last address is the one that the trusted proxy added.
fn forwarded_for(parts: &Parts) -> Option<IpAddr> {
    let value = parts
        .headers
        .get_all("x-forwarded-for")
        .iter()
        .next_back()?;
    let last = value.to_str().ok()?.rsplit(',').next()?.trim();
    // Some proxies add the port.
    let with_port = || last.parse::<SocketAddr>().ok().map(|address| address.ip());
    last.parse().ok().or_else(with_port)
}

/// What the trusted proxy says about TLS, in `X-Forwarded-Proto` or in `Forwarded` (RFC 7239), whose last element
/// is its own.
fn came_by_tls(headers: &HeaderMap) -> bool {
    let last = |name: &str| {
        let value = headers.get_all(name).iter().next_back()?.to_str().ok()?;
        value.rsplit(',').next()
    };
    if let Some(scheme) = last("x-forwarded-proto") {
        return scheme.trim().eq_ignore_ascii_case("https");
    }
    last(FORWARDED.as_str()).is_some_and(|element| {
        element
            .split(';')
            .filter_map(|pair| pair.split_once('='))
            .any(|(name, value)| {
                name.trim().eq_ignore_ascii_case("proto")
                    && value.trim().trim_matches('"').eq_ignore_ascii_case("https")
            })
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    fn secure(headers: &[(&'static str, &str)]) -> bool {
        let mut all = HeaderMap::new();
        for (name, value) in headers {
            all.append(*name, value.parse().unwrap());
        }
        came_by_tls(&all)
    }

    #[test]
    fn the_nearest_proxy_says_whether_it_was_tls() {
        assert!(secure(&[("x-forwarded-proto", "https")]));
        assert!(secure(&[("x-forwarded-proto", "http, HTTPS")]));
        assert!(secure(&[("forwarded", "for=192.0.2.1;Proto=https;by=x")]));
        assert!(secure(&[("forwarded", "proto=http, proto=\"https\"")]));
        assert!(!secure(&[]));
        assert!(!secure(&[("x-forwarded-proto", "http")]));
        assert!(!secure(&[("forwarded", "proto=https, for=192.0.2.1")]));
        assert!(!secure(&[
            ("x-forwarded-proto", "https"),
            ("x-forwarded-proto", "http"),
            ("forwarded", "proto=https"),
        ]));
    }
}
