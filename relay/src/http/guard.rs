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
    if is_foreign(request.headers(), &app.origin, app.origin_is_public) {
        return Err(ErrorCode::ForeignOrigin.into());
    }
    Ok(next.run(request).await)
}

/// A page is ours if it comes from the public address. Under other names only the very address that is asked
/// passes, and that only for a relay that was told no public address, as on a home network, or one of this
/// machine: a name of a foreign site that leads here is then none of ours.
fn is_foreign(headers: &HeaderMap, ours: &Origin, is_public: bool) -> bool {
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
    if origin == *ours {
        return false;
    }
    let asked = headers.get(HOST).and_then(|host| host.to_str().ok());
    let is_asked = asked.is_some_and(|host| origin.has_authority(host));
    let may_differ = !is_public || (ours.is_loopback() && origin.is_loopback());
    !(is_asked && may_differ)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PUBLIC: &str = "https://chat.example.org";

    fn foreign(ours: &str, is_public: bool, origin: &str, host: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, host.parse().unwrap());
        headers.insert(ORIGIN, origin.parse().unwrap());
        is_foreign(&headers, &ours.parse().unwrap(), is_public)
    }

    #[test]
    fn only_the_public_address_is_ours() {
        assert!(!foreign(PUBLIC, true, PUBLIC, "chat.example.org"));
        assert!(!foreign(PUBLIC, true, PUBLIC, "127.0.0.1:8080"));
        for (origin, host) in [
            ("https://evil.example", "chat.example.org"),
            ("https://evil.example", "evil.example"),
            ("http://192.168.1.5:8080", "192.168.1.5:8080"),
            ("http://localhost:8080", "localhost:8080"),
            ("http://chat.example.org", "chat.example.org"),
            ("http://chat.example.org:81", "chat.example.org"),
            ("null", "chat.example.org"),
        ] {
            assert!(foreign(PUBLIC, true, origin, host), "{origin} at {host}");
        }
    }

    #[test]
    fn a_program_that_is_no_browser_passes() {
        assert!(!is_foreign(
            &HeaderMap::new(),
            &PUBLIC.parse().unwrap(),
            true
        ));
    }

    #[test]
    fn this_machine_has_several_names() {
        let ours = "http://localhost:8080";
        for origin in ["http://127.0.0.1:8080", "http://[::1]:8080"] {
            let host = origin.trim_start_matches("http://");
            assert!(!foreign(ours, true, origin, host), "{origin}");
        }
        assert!(foreign(ours, true, "http://127.0.0.1:1", "localhost:8080"));
        let evil = "http://evil.example:8080";
        assert!(foreign(ours, true, evil, "evil.example:8080"));
    }

    #[test]
    fn without_a_public_address_a_page_may_ask_where_it_came_from() {
        let ours = "http://localhost:8080";
        let home = "http://192.168.1.5:8080";
        assert!(!foreign(ours, false, home, "192.168.1.5:8080"));
        assert!(foreign(
            ours,
            false,
            "https://evil.example",
            "192.168.1.5:8080"
        ));
    }
}
