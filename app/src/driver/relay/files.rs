//! The endpoints for files that the page itself asks: a token, and what is shared with the people of a conversation.
//! Chunks are the worker's.

use parley_protocol::files::{FileToken, ShareRequest};
use parley_protocol::ids::{MessageId, ShareId};
use parley_protocol::json;

use crate::platform::http::{HttpError, change, post};

/// A token that is good for files only, with what may be sent.
pub async fn token(access: &str) -> Result<FileToken, HttpError> {
    post("/files/token", Some(access), &()).await
}

/// Lets others read the files of a message.
pub async fn share(
    token: &str,
    message: MessageId,
    request: &ShareRequest,
) -> Result<(), HttpError> {
    let body = json::write(request);
    change("PUT", &path(message), token, Some(&body)).await
}

/// Lets them read the files no more.
pub async fn end_share(token: &str, message: MessageId) -> Result<(), HttpError> {
    change("DELETE", &path(message), token, None).await
}

fn path(message: MessageId) -> String {
    let share = ShareId::from_bytes(*message.as_bytes());
    format!("/files/shares/{share}")
}
