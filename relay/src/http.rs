//! The relay's HTTP surface: every route on one screen.

mod admin;
mod app;
mod assets;
mod auth;
mod body;
mod community;
mod count;
mod diagnosis;
mod error;
mod files;
mod foreign;
mod forwarded;
mod guard;
mod health;
mod host;
mod limits;
mod link;
mod log;
mod metrics;
mod noticed;
mod openapi;
mod page;
mod plain;
mod readiness;
mod security;
mod socket;
mod trust;
mod upgrade;
mod vault;
mod visitor;

use std::sync::Arc;

use axum::Router;
use axum::middleware::{from_fn_with_state, map_response_with_state};
use axum::routing::{MethodRouter, get, post, put};

use crate::oidc;
pub(crate) use admin::local as admin_router;
pub(crate) use app::{App, AppParts};
pub(crate) use openapi::DESCRIPTION;
pub(crate) use plain::router as plain;
pub(crate) use readiness::Readiness;

pub(crate) fn router(app: Arc<App>) -> Router {
    let counted = |route: MethodRouter<Arc<App>>| -> MethodRouter<Arc<App>> {
        route.layer(map_response_with_state(Arc::clone(&app), count::logins))
    };
    let same_origin = Router::new()
        .route("/auth/register", post(auth::register::handle))
        .route("/auth/login", counted(post(auth::login::handle)))
        .route("/auth/logout", post(auth::logout::handle))
        .route("/auth/refresh", post(auth::refresh::handle))
        .route("/auth/device", post(auth::device::handle))
        .route(
            "/auth/passkey/register/start",
            post(auth::passkey::register::start),
        )
        .route(
            "/auth/passkey/register/finish",
            post(auth::passkey::register::finish),
        )
        .route(
            "/auth/passkey/login/start",
            post(auth::passkey::login::start),
        )
        .route(
            "/auth/passkey/login/finish",
            counted(post(auth::passkey::login::finish)),
        )
        .route("/auth/passkey/remove", post(auth::passkey::remove::handle))
        .route("/auth/passkeys", get(auth::passkey::list::handle))
        .route("/auth/oidc/finish", post(auth::oidc::finish::handle))
        .route("/auth/oidc/linked", get(auth::oidc::linking::list))
        .route("/auth/oidc/link/start", post(auth::oidc::linking::start))
        .route("/auth/oidc/link/finish", post(auth::oidc::linking::finish))
        .route("/auth/oidc/unlink", post(auth::oidc::linking::unlink))
        .route("/auth/recover", counted(post(auth::recover::handle)))
        .route("/auth/mfa", get(auth::mfa::status::handle))
        .route("/auth/mfa/verify", counted(post(auth::mfa::verify::handle)))
        .route("/auth/mfa/setup", post(auth::mfa::setup::handle))
        .route("/auth/mfa/enable", post(auth::mfa::enable::handle))
        .route("/auth/mfa/disable", post(auth::mfa::disable::handle))
        .route(
            "/auth/wraps",
            get(auth::wraps::list).post(auth::wraps::change),
        )
        .route("/auth/password", post(auth::password::handle))
        .route("/auth/sessions", get(auth::sessions::list))
        .route("/auth/sessions/end", post(auth::sessions::end))
        .route("/auth/delete", post(auth::delete::handle))
        .route("/auth/link/token", post(auth::link_token::handle))
        .route("/link", post(link::open::handle))
        .route("/link/join", post(link::join::handle))
        .route("/link/send", post(link::send::handle))
        .route("/link/receive", post(link::receive::handle))
        .route("/link/end", post(link::end::handle))
        .route("/upload", post(files::upload::handle))
        .route("/files/token", post(files::token::handle))
        .route(
            "/files/shares/{id}",
            put(files::share::put).delete(files::share::end),
        )
        .route(
            "/files/{hash}",
            get(files::read::handle).head(files::read::head),
        )
        .merge(admin::routes())
        .route("/socket", get(socket::handle))
        .layer(from_fn_with_state(Arc::clone(&app), guard::same_origin));
    Router::new()
        .route("/community", get(community::handle))
        .route("/log", get(log::handle))
        .route("/vault", get(vault::handle))
        .route("/metrics", get(metrics::handle))
        .route("/openapi.json", get(openapi::handle))
        .merge(same_origin)
        // Reached by links and from providers' pages, so from other origins, too.
        .route(
            "/auth/oidc/{provider}/start",
            get(auth::oidc::start::handle),
        )
        .route(oidc::CALLBACK, get(auth::oidc::callback::handle))
        .fallback(assets::handle)
        .layer(from_fn_with_state(Arc::clone(&app), foreign::known))
        .merge(trust::routes())
        .route("/diagnosis", get(diagnosis::handle))
        .route("/diagnosis/slowly", post(diagnosis::slowly))
        .route("/healthz", get(health::live))
        .route("/readyz", get(health::ready))
        .layer(from_fn_with_state(Arc::clone(&app), diagnosis::watch))
        .layer(map_response_with_state(Arc::clone(&app), security::headers))
        .layer(map_response_with_state(Arc::clone(&app), count::answers))
        .with_state(app)
}

/// For the operator's tools, on an address of its own.
pub(crate) fn operator_router(app: Arc<App>) -> Router {
    Router::new()
        .route("/metrics", get(metrics::apart))
        .route("/healthz", get(health::live))
        .route("/readyz", get(health::ready))
        .with_state(app)
}
