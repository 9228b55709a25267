//! The endpoints of files that workers do not ask: for tokens, and for shares.

use parley_protocol::files::{FileToken, ShareRequest};
use parley_protocol::ids::MessageId;

use crate::platform::http::{HttpError, ask, post};

/// A token that is good for files only, with what may be sent.
pub async fn token(access: &str) -> Result<FileToken, HttpError> {
    post("/files/token", Some(access), &()).await
}

/// Lets the people of a conversation read the blobs of one of its messages. Idempotent. Gives status and answer.
pub async fn share(
    token: &str,
    message: MessageId,
    request: &ShareRequest,
) -> Result<(u16, String), HttpError> {
    ask("PUT", &path(message), token, Some(request)).await
}

/// Nobody is to read them any more.
pub async fn end_share(token: &str, message: MessageId) -> Result<(u16, String), HttpError> {
    ask("DELETE", &path(message), token, None::<&()>).await
}

/// A share is called as its message is.
fn path(message: MessageId) -> String {
    format!("/files/shares/{message}")
}
