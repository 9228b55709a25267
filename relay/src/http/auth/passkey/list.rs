//! `GET /auth/passkeys`: the passkeys of the member who asks.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use parley_protocol::auth::PasskeysResponse;

use crate::http::app::App;
use crate::http::auth::live;
use crate::http::error::Refused;
use crate::http::visitor::{Member, Visitor};
use crate::storage::passkeys;

pub(in crate::http) async fn handle(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Member(access): Member,
) -> Result<Json<PasskeysResponse>, Refused> {
    live(&app, &visitor, access).await?;
    let user = access.user;
    let passkeys = app.readers.run(move |db| passkeys::list(db, &user)).await?;
    Ok(Json(PasskeysResponse { passkeys }))
}
