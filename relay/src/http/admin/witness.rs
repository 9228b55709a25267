//! `GET /admin/witness`: STUN and TURN servers with credentials, so that the administrator's browser can see from where
//! it is whether they answer. For a session of a device that is connected; TURN admits no other.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use parley_protocol::error::ErrorCode;
use parley_protocol::voice::IceServers;

use super::asks::Administrator;
use crate::admin::sessions::Asks;
use crate::command;
use crate::http::app::App;
use crate::http::error::Refused;

pub(super) async fn handle(
    State(app): State<Arc<App>>,
    Administrator(asks): Administrator,
) -> Result<Json<IceServers>, Refused> {
    let Asks::Member { family, .. } = asks else {
        return Err(ErrorCode::UnknownDevice.into());
    };
    let device = app
        .readers
        .run(move |db| command::device_of(db, &family))
        .await?
        .ok_or(ErrorCode::UnknownDevice)?;
    Ok(Json(app.core().ice_servers(device).await?))
}
