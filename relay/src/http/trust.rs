//! `GET /trust`: how people let their systems trust a relay that has a certificate authority of its own, with that
//! authority's certificate. By plain HTTP, too: whoever does not trust it yet sees a warning otherwise.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST,
};
use axum::response::{Html, IntoResponse as _, Response};
use axum::routing::get;

use super::app::App;
use super::assets;
use crate::tls::Authority;

mod page;

/// The page and the certificate. Without an authority of its own the relay answers as if they were not there.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/trust", get(page))
        .route("/trust/parley-ca.crt", get(certificate))
}

async fn page(State(app): State<Arc<App>>, request: Request) -> Response {
    let Some(authority) = &app.trust else {
        return assets::handle(request).await;
    };
    let host = request.headers().get(HOST);
    let host = host.and_then(|host| host.to_str().ok());
    let address = plain_address(&app, host.unwrap_or_default());
    let headers = [
        (CONTENT_SECURITY_POLICY, page::policy()),
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    let text = page::html(&authority.fingerprint(), &address);
    (headers, Html(text)).into_response()
}

/// Systems open this type with what installs certificates.
async fn certificate(State(app): State<Arc<App>>, request: Request) -> Response {
    let Some(authority) = &app.trust else {
        return assets::handle(request).await;
    };
    let headers = [
        (CONTENT_TYPE, "application/x-x509-ca-cert"),
        (
            CONTENT_DISPOSITION,
            "attachment; filename=\"parley-ca.crt\"",
        ),
        (CACHE_CONTROL, "no-store"),
    ];
    (headers, Authority::certificate(authority).to_vec()).into_response()
}

/// The page's address by plain HTTP, for a phone that does not trust the relay yet.
fn plain_address(app: &App, host: &str) -> String {
    let is_safe = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
    let host = if !host.is_empty() && host.bytes().all(is_safe) {
        host
    } else {
        app.origin.host()
    };
    let has_port = host
        .rsplit_once(':')
        .is_some_and(|(_, port)| !port.is_empty() && port.bytes().all(|it| it.is_ascii_digit()));
    // Without one, plain HTTP goes to port 80, where nobody is.
    let port = if has_port { "" } else { ":443" };
    format!("http://{host}{port}/trust")
}
