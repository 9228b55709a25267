//! `GET /openapi.json`: the description of all endpoints. A test makes it from their types, and keeps it in `docs/`.

use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;

/// OpenAPI 3.1.
pub(crate) const DESCRIPTION: &str = include_str!("../../../docs/openapi.json");

pub(super) async fn handle() -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], DESCRIPTION)
}
