//! A large response that is streamed in pieces, so that a slow reader holds no more than it was counted for.

use std::convert::Infallible;

use axum::body::{Body, Bytes};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;
use parley_protocol::json;
use serde::Serialize;

use super::error::Refused;
use crate::memory_budget::Reservation;

/// As much as a connection writes ahead.
const PIECE: usize = 16 * 1024;

/// Streams a page as JSON. Its memory stays reserved until the last piece is written.
pub(super) fn stream(page: &impl Serialize, mut held: Reservation) -> Result<Response, Refused> {
    let text = Bytes::from(json::write(page));
    held.grow(text.len())?;
    let pieces = stream::unfold((text, held), |(mut rest, held)| async move {
        let piece = rest.split_to(rest.len().min(PIECE));
        (!piece.is_empty()).then_some((Ok::<_, Infallible>(piece), (rest, held)))
    });
    let body = Body::from_stream(pieces);
    Ok(([(CONTENT_TYPE, "application/json")], body).into_response())
}
