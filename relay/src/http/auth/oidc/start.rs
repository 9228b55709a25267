//! `GET /auth/oidc/{provider}/start`: sends the browser to an identity provider.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};

use super::{Problem, back, see_other};
use crate::http::app::App;
use crate::http::visitor::{OIDC_COOKIE, Visitor};
use crate::oidc::TRIP;

pub(in crate::http) async fn handle(
    State(app): State<Arc<App>>,
    Path(provider): Path<String>,
    visitor: Visitor,
) -> Response {
    let now = app.now();
    let admitted = app.limits().session(visitor.from, now);
    if admitted.is_err() {
        return back(&visitor, Problem::Busy);
    }
    let secrets = [(); 3].map(|()| app.backend.random());
    match app.oidc.depart(&provider, None, secrets, now).await {
        None => StatusCode::NOT_FOUND.into_response(),
        Some(Err(error)) => {
            tracing::warn!(%provider, %error, "an identity provider cannot be used");
            back(&visitor, Problem::Provider)
        }
        Some(Ok(departure)) => {
            let mut response = see_other(&departure.address);
            // Lax: the browser has to send it when it comes back from the provider's site.
            super::super::set_cookie_for(
                &visitor,
                "Lax",
                OIDC_COOKIE,
                &departure.cookie,
                TRIP / 1000,
                &mut response,
            );
            response
        }
    }
}
