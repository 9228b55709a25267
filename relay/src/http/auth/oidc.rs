//! `…/auth/oidc…`: signing in by way of an identity provider, and what the steps share.

pub(in crate::http) mod callback;
pub(in crate::http) mod finish;
pub(in crate::http) mod linking;
pub(in crate::http) mod start;

use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, HeaderValue, LOCATION};
use axum::response::{IntoResponse as _, Response};

use crate::http::visitor::{OIDC_COOKIE, Visitor};

/// Why nobody was signed in, as the page's address says it after `#oidc-problem=`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Problem {
    /// The provider cannot be reached, or says what cannot be verified.
    Provider,
    /// The person did not agree at the provider, or may not use it for this.
    Declined,
    /// It took too long, or was begun in another browser.
    Expired,
    /// Too many tries.
    Busy,
}

impl Problem {
    fn name(self) -> &'static str {
        match self {
            Self::Provider => "provider",
            Self::Declined => "declined",
            Self::Expired => "expired",
            Self::Busy => "busy",
        }
    }
}

/// Leads back to the sign-in page, which says what happened. Always a page of this relay.
fn back(visitor: &Visitor, problem: Problem) -> Response {
    let mut response = see_other(&format!("/login#oidc-problem={}", problem.name()));
    super::set_cookie(visitor, OIDC_COOKIE, "", 0, &mut response);
    response
}

fn see_other(address: &str) -> Response {
    let Ok(location) = HeaderValue::from_str(address) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let headers = [
        (LOCATION, location),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (StatusCode::SEE_OTHER, headers).into_response()
}
