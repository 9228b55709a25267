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
use parley_protocol::ids::InviteId;

use super::App;
use super::error::Refused;
use crate::auth::rate_limit::{AddressLimit, RateLimit};
use crate::config::{Origin, Settings};

/// Pages of the log that can be read by one invite, for each that one address may read: many come by the same
/// link, each from their own address.
const INVITE_FACTOR: u32 = 20;

/// How often somebody may ask for what costs the relay something.
pub(super) struct Limits {
    sockets: AddressLimit,
    sessions: AddressLimit,
    log_pages: AddressLimit,
    log_pages_by_invite: RateLimit<InviteId>,
}

impl Limits {
    pub(super) fn new(settings: &Settings) -> Self {
        Self {
            sockets: AddressLimit::new(settings.socket_rate),
            sessions: AddressLimit::new(settings.session_rate),
            log_pages: AddressLimit::new(settings.log_rate),
            log_pages_by_invite: RateLimit::new(settings.log_rate.times(INVITE_FACTOR)),
        }
    }

    pub(super) fn socket(&mut self, from: IpAddr, now: Millis) -> Result<(), ErrorCode> {
        self.sockets.take(from, now)
    }

    /// A page of the log, for whoever asks.
    pub(super) fn log(&mut self, from: IpAddr, now: Millis) -> Result<(), ErrorCode> {
        self.log_pages.take(from, now)
    }

    /// A page of the log for somebody who has this invite.
    pub(super) fn invite(&mut self, invite: InviteId, now: Millis) -> Result<(), ErrorCode> {
        self.log_pages_by_invite.take(invite, now)
    }

    /// What a session can ask for costs a write: to go on, to end, to get its device.
    pub(super) fn session(&mut self, from: IpAddr, now: Millis) -> Result<(), ErrorCode> {
        self.sessions.take(from, now)
    }

    /// The socket belongs to a member: it does not count.
    pub(super) fn good_socket(&mut self, from: IpAddr) {
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
