//! `POST /files/token`: a token that is good for files only, so that a worker never holds the access token.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use parley_protocol::files::{FileLimits, FileToken};

use crate::auth::token::Access;
use crate::http::app::App;
use crate::http::error::Refused;
use crate::http::visitor::{Address, Member};
use crate::storage::blobs;

pub(in crate::http) async fn handle(
    State(app): State<Arc<App>>,
    Address(address): Address,
    Member(access): Member,
) -> Result<Json<FileToken>, Refused> {
    let now = app.now();
    app.limits().session(address, now)?;
    let Access { user, .. } = access;
    super::live(&app, access).await?;
    let used = app.readers.run(move |db| blobs::used(db, &user)).await?;
    let (token, expires_at) = app.file_tokens.issue(&access, now)?;
    Ok(Json(FileToken {
        token,
        expires_at,
        now,
        limits: FileLimits {
            max_file_bytes: app.blobs.terms.max_file_bytes,
            used,
            quota: app.blobs.terms.per_member,
        },
    }))
}
