//! Refuses cross-origin requests.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::header::{HOST, ORIGIN};
use axum::middleware::Next;
use axum::response::Response;
use parley_protocol::error::ErrorCode;

use super::app::App;
use super::diagnosis;
use super::error::Refused;
use crate::config::Origin;

/// Refuses requests from pages of another origin. Clients that are not browsers send no `Origin`.
pub(super) async fn same_origin(
    State(app): State<Arc<App>>,
    request: Request,
    next: Next,
) -> Result<Response, Refused> {
    if is_foreign(request.headers(), &app.origin, app.origin_is_public) {
        diagnosis::met_foreign(&app, &request);
        diagnosis::met_socket(&app, request.headers());
        return Err(ErrorCode::ForeignOrigin.into());
    }
    Ok(next.run(request).await)
}

/// The public origin is ours. Other origins pass only if they equal the requested host, and only if no public URL
/// is configured (as on a home network) or both are loopback: so a foreign host name that resolves here is never
/// ours.
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
