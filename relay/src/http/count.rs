//! Counts answers for the operator.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::app::App;

/// Every answer, by its status.
pub(super) async fn answers(State(app): State<Arc<App>>, response: Response) -> Response {
    let metrics = &app.shared().metrics;
    metrics.count_answer(response.status().as_u16());
    response
}

/// An answer to somebody who wants to be let in: refused because of what they know, or of how often they tried.
pub(super) async fn logins(State(app): State<Arc<App>>, response: Response) -> Response {
    let metrics = &app.shared().metrics;
    let counter = match response.status() {
        StatusCode::UNAUTHORIZED => &metrics.logins_wrong,
        StatusCode::TOO_MANY_REQUESTS => &metrics.logins_limited,
        _ => return response,
    };
    counter.fetch_add(1, Ordering::Relaxed);
    response
}
