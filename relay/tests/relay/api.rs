//! The description of the HTTP endpoints (OpenAPI 3.1): made from the types of their bodies and a table of the routes,
//! which is held against the router. `PARLEY_GOLDEN=write` writes it.

mod description;
mod fuzz;
mod table;

use std::collections::BTreeSet;
use std::path::Path;

use axum::body::Body;
use axum::http::{Method, Request as HttpRequest};

use self::table::{Endpoint, endpoints};
use crate::support::server::{Founded, Server};

const ROUTES: [&str; 3] = [
    include_str!("../../src/http.rs"),
    include_str!("../../src/http/admin.rs"),
    include_str!("../../src/http/trust.rs"),
];

#[test]
fn the_description_is_that_of_the_code() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/openapi.json");
    let made = serde_json::to_string_pretty(&description::whole(&endpoints())).unwrap() + "\n";
    if std::env::var("PARLEY_GOLDEN").is_ok_and(|value| value == "write") {
        std::fs::write(&path, &made).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == made,
        "docs/openapi.json is not what the code says: run the tests of the relay with PARLEY_GOLDEN=write"
    );
}

#[test]
fn every_route_is_described_and_nothing_else() {
    let mut routed: BTreeSet<(String, String)> = BTreeSet::new();
    for source in ROUTES {
        routed.extend(routes(source));
    }
    let described: BTreeSet<(String, String)> = endpoints()
        .iter()
        .map(|it| (it.path.to_owned(), it.method.to_owned()))
        .collect();
    let missing: Vec<_> = routed.difference(&described).collect();
    let invented: Vec<_> = described.difference(&routed).collect();
    assert!(missing.is_empty(), "not described: {missing:?}");
    assert!(invented.is_empty(), "not routed: {invented:?}");
}

/// The routes of a router's source: `.route("/path", get(..).post(..))`.
fn routes(source: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for call in source.split(".route(").skip(1) {
        let call = call.split("\n        .").next().unwrap();
        let path = if let Some(rest) = call.trim_start().strip_prefix('"') {
            rest.split('"').next().unwrap()
        } else {
            assert!(call.trim_start().starts_with("oidc::CALLBACK"), "{call}");
            "/auth/oidc/callback"
        };
        for method in ["get", "head", "post", "put", "delete"] {
            let word = format!("{method}(");
            let is_there = call.match_indices(&word).any(|(at, _)| {
                let before = call[..at].chars().next_back();
                before.is_some_and(|c| !c.is_alphanumeric() && c != '_')
            });
            if is_there {
                found.push((path.to_owned(), method.to_owned()));
            }
        }
    }
    found
}

#[tokio::test]
async fn the_relay_hands_its_description_out() {
    let server = Server::start(&[]).await;
    let answer = server.get("/openapi.json").await;
    assert!(answer.status.is_success());
    let found: serde_json::Value = answer.json();
    assert_eq!(found["openapi"], "3.1.0");
    assert!(found["paths"]["/auth/login"]["post"].is_object());
}

/// Of the endpoints, a guest's token opens none: each answers as it answers a stranger, or refuses.
#[tokio::test]
async fn a_guest_gets_nothing_from_any_endpoint() {
    let mut founded = Founded::start(&[]).await;
    let guest = founded.guest("Gil").await;
    for Endpoint { method, path, .. } in endpoints() {
        let is_open = matches!(
            path,
            "/auth/oidc/{provider}/start" | "/auth/oidc/callback" | "/socket" | "/auth/refresh"
        );
        if is_open {
            continue;
        }
        let path = path.replace("{hash}", &"a".repeat(43));
        let path = path.replace("{id}", &"a".repeat(22));
        let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
        let ask = |token: Option<String>| {
            let mut request = HttpRequest::builder()
                .method(method.clone())
                .uri(path.as_str())
                .header("content-type", "application/json");
            if let Some(token) = token {
                request = request.header("authorization", format!("Bearer {token}"));
            }
            founded.server.send(request.body(Body::from("{}")).unwrap())
        };
        let as_guest = ask(Some(guest.clone())).await.status;
        let as_stranger = ask(None).await.status;
        assert!(
            !as_guest.is_success() || as_stranger.is_success(),
            "{method} {path}: {as_guest} for a guest, {as_stranger} for a stranger"
        );
    }
}
