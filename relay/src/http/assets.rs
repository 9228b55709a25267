//! The web app, embedded in the binary. Paths that name no file serve its index page.

mod plain;

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{Html, IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rust_embed::Embed;

/// WebAssembly lies here in its brotli form alone: it is most of the app, and only the rare client wants it plain.
#[derive(Embed)]
#[folder = "../target/app"]
#[exclude = "*.wasm"]
struct Files;

/// A file as it is sent.
struct Found {
    content: Bytes,
    etag: String,
    encoded: bool,
}

const NO_APP: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Parley</title>\
<h1>This relay was built without its web app</h1>\
<p>The relay works. To get the app into it, run <code>cargo xtask serve</code> or \
<code>cargo xtask dist</code> in Parley's folder.</p>";

pub(super) async fn handle(request: Request) -> Response {
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let path = request.uri().path().trim_start_matches('/');
    let is_file = path
        .rsplit('/')
        .next()
        .is_some_and(|name| name.contains('.'));
    let path = if is_file { path } else { "index.html" };
    match find(path, request.headers()) {
        Some(found) => respond(path, found, request.headers()),
        None if is_file => StatusCode::NOT_FOUND.into_response(),
        None => Html(NO_APP).into_response(),
    }
}

/// The file, in its brotli form if there is one and the client accepts it.
fn find(path: &str, headers: &HeaderMap) -> Option<Found> {
    let encoded = takes_brotli(headers);
    if encoded && let Some(found) = stored(&format!("{path}.br"), true) {
        return Some(found);
    }
    stored(path, false).or_else(|| {
        let compressed = stored(&format!("{path}.br"), true)?;
        Some(Found {
            content: plain::of(path, &compressed.content)?,
            etag: compressed.etag.replacen('"', "\"plain-", 1),
            encoded: false,
        })
    })
}

fn stored(name: &str, encoded: bool) -> Option<Found> {
    let file = Files::get(name)?;
    let hash = URL_SAFE_NO_PAD.encode(file.metadata.sha256_hash());
    Some(Found {
        content: match file.data {
            std::borrow::Cow::Borrowed(bytes) => Bytes::from_static(bytes),
            std::borrow::Cow::Owned(bytes) => Bytes::from(bytes),
        },
        etag: format!("\"{hash}\""),
        encoded,
    })
}

fn takes_brotli(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(ACCEPT_ENCODING).iter();
    accepted
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|coding| {
            coding
                .split(';')
                .next()
                .is_some_and(|name| name.trim() == "br")
        })
}

fn respond(path: &str, found: Found, asked: &HeaderMap) -> Response {
    let etag = found.etag;
    let caching = if is_content_hashed(path) {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let known = asked
        .get(IF_NONE_MATCH)
        .is_some_and(|known| known.as_bytes() == etag.as_bytes());
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        (
            [(CONTENT_TYPE, content_type(path))],
            Body::from(found.content),
        )
            .into_response()
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (ETAG, etag.as_str()),
        (CACHE_CONTROL, caching),
        (VARY, "accept-encoding"),
    ] {
        if let Ok(value) = value.parse() {
            headers.insert(name, value);
        }
    }
    if found.encoded && !known {
        headers.insert(CONTENT_ENCODING, axum::http::HeaderValue::from_static("br"));
    }
    response
}

/// Names with a hash of 16 hex digits never change their content.
fn is_content_hashed(path: &str) -> bool {
    path.split(['-', '.', '_', '/'])
        .any(|part| part.len() >= 16 && part.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_with_a_hash_are_kept_for_ever() {
        assert!(is_content_hashed("app-0a1b2c3d4e5f6071.js"));
        assert!(is_content_hashed("app-0a1b2c3d4e5f6071_bg.wasm"));
        assert!(!is_content_hashed("index.html"));
        assert!(!is_content_hashed("sw.js"));
        assert!(!is_content_hashed("manifest.webmanifest"));
    }
}
