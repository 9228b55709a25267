//! What is refused before a handler looks at it: requests from other sites, and too many of them.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::header::{HOST, ORIGIN};
use axum::middleware::Next;
use axum::response::Response;
use parley_protocol::Millis;
use parley_protocol::error::ErrorCode;
use parley_protocol::names;

use super::App;
use super::error::Refused;
use crate::auth::rate_limit::RateLimit;
use crate::config::{Origin, Rate, Settings};

/// A name may be tried so many times as often as one address may try: somebody who guesses from one place
/// must not lock out the name's owner.
const NAME_FACTOR: u32 = 5;

/// How often somebody may try.
pub(super) struct Limits {
    logins_by_address: RateLimit<IpAddr>,
    logins_by_name: RateLimit<String>,
    registrations: RateLimit<IpAddr>,
    sockets: RateLimit<IpAddr>,
    sessions: RateLimit<IpAddr>,
}

impl Limits {
    pub(super) fn new(settings: &Settings) -> Self {
        Self {
            logins_by_address: RateLimit::new(settings.login_rate),
            logins_by_name: RateLimit::new(Rate {
                burst: settings.login_rate.burst.saturating_mul(NAME_FACTOR),
                interval: settings
                    .login_rate
                    .interval
                    .div_ceil(u64::from(NAME_FACTOR)),
            }),
            registrations: RateLimit::new(settings.registration_rate),
            sockets: RateLimit::new(settings.socket_rate),
            sessions: RateLimit::new(settings.session_rate),
        }
    }

    /// A password is guessed neither from one place nor for one name.
    pub(super) fn login(&mut self, from: IpAddr, name: &str, now: Millis) -> Result<(), ErrorCode> {
        self.logins_by_address.take(from, now)?;
        // A name that no member can have needs no bucket.
        if names::check(name).is_ok() {
            self.logins_by_name.take(names::fold(name), now)?;
        }
        Ok(())
    }

    pub(super) fn registration(&mut self, from: IpAddr, now: Millis) -> Result<(), ErrorCode> {
        self.registrations.take(from, now)
    }

    pub(super) fn socket(&mut self, from: IpAddr, now: Millis) -> Result<(), ErrorCode> {
        self.sockets.take(from, now)
    }

    /// What a session can ask for costs a write: to go on, to end, to get its device.
    pub(super) fn session(&mut self, from: IpAddr, now: Millis) -> Result<(), ErrorCode> {
        self.sessions.take(from, now)
    }

    /// The socket belongs to a member: it does not count.
    pub(super) fn good_socket(&mut self, from: &IpAddr) {
        self.sockets.give_back(from);
    }
}

/// Refuses what a page of another site sends. Programs that are no browsers send no `Origin`.
pub(super) async fn same_origin(
    State(app): State<Arc<App>>,
    request: Request,
    next: Next,
) -> Result<Response, Refused> {
    if is_foreign(request.headers(), &app.origin) {
        return Err(ErrorCode::ForeignOrigin.into());
    }
    Ok(next.run(request).await)
}

/// A page is ours if it comes from the public address, or from the very address that it now asks: the
/// second is how the relay is reached on a home network under several names.
fn is_foreign(headers: &HeaderMap, ours: &Origin) -> bool {
    let Some(origin) = headers.get(ORIGIN) else {
        return false;
    };
    let Some(origin) = origin
        .to_str()
        .ok()
        .and_then(|text| text.parse::<Origin>().ok())
    else {
        return true;
    };
    let asked = headers.get(HOST).and_then(|host| host.to_str().ok());
    origin != *ours && !asked.is_some_and(|host| origin.has_authority(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn foreign(origin: Option<&'static str>, host: &'static str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, host.parse().unwrap());
        if let Some(origin) = origin {
            headers.insert(ORIGIN, origin.parse().unwrap());
        }
        is_foreign(&headers, &"https://chat.example.org".parse().unwrap())
    }

    #[test]
    fn only_our_own_pages_may_ask() {
        assert!(!foreign(
            Some("https://chat.example.org"),
            "chat.example.org"
        ));
        assert!(!foreign(Some("https://chat.example.org"), "127.0.0.1:8080"));
        assert!(!foreign(
            Some("http://192.168.1.5:8080"),
            "192.168.1.5:8080"
        ));
        assert!(!foreign(None, "chat.example.org"));
        assert!(foreign(Some("https://evil.example"), "chat.example.org"));
        assert!(foreign(
            Some("http://chat.example.org:81"),
            "chat.example.org"
        ));
        assert!(foreign(Some("null"), "chat.example.org"));
    }
}
