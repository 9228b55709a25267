//! Who sends a request, as far as it can be told: address, access token, cookie.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, COOKIE};
use axum::http::request::Parts;
use parley_protocol::error::ErrorCode;

use super::App;
use super::error::Refused;
use crate::auth::refresh::RefreshToken;
use crate::auth::token::Access;
use crate::places::network;
use crate::server::accept::Peer;

/// The address that limits count by.
pub(super) struct Address(pub(super) IpAddr);

impl FromRequestParts<Arc<App>> for Address {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Refused> {
        let peer = parts.extensions.get::<Peer>().map(|Peer(peer)| peer.ip());
        let told = app.behind_proxy.then(|| forwarded_for(parts)).flatten();
        let address = told.or(peer).unwrap_or(Ipv4Addr::UNSPECIFIED.into());
        Ok(Self(network(address)))
    }
}

/// The last address is the one that our own proxy added.
fn forwarded_for(parts: &Parts) -> Option<IpAddr> {
    let value = parts
        .headers
        .get_all("x-forwarded-for")
        .iter()
        .next_back()?;
    value.to_str().ok()?.rsplit(',').next()?.trim().parse().ok()
}

/// The member behind a live access token.
pub(super) struct Member(pub(super) Access);

impl FromRequestParts<Arc<App>> for Member {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Refused> {
        let token = bearer(&parts.headers).ok_or(ErrorCode::NotAuthenticated)?;
        let access = app.shared.tokens.check(token, app.clock.now())?;
        let community = app.shared.community().ok_or(ErrorCode::NotSetUp)?;
        if community.active_member(&access.user).is_none() {
            return Err(ErrorCode::SessionEnded.into());
        }
        Ok(Self(access))
    }
}

/// The token that a request brings (RFC 6750).
pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    value.strip_prefix("Bearer ")
}

/// The name of the cookie with the refresh token.
pub(super) const COOKIE_NAME: &str = "parley_refresh";

/// The refresh token that came in the cookie.
pub(super) struct Cookie(pub(super) Option<RefreshToken>);

impl<S: Send + Sync> FromRequestParts<S> for Cookie {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refused> {
        let cookies = parts.headers.get_all(COOKIE).iter();
        let token = cookies
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(name, _)| *name == COOKIE_NAME)
            .map(|(_, token)| RefreshToken::presented(token));
        Ok(Self(token))
    }
}
