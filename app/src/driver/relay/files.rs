//! The endpoint that gives a token for files.

use parley_protocol::files::FileToken;

use crate::platform::http::{HttpError, post};

/// A token that is good for files only, with what may be sent.
pub async fn token(access: &str) -> Result<FileToken, HttpError> {
    post("/files/token", Some(access), &()).await
}
