//! `PUT` and `DELETE` of `/files/shares/{id}`: blobs of a message that is no item of a channel.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use parley_protocol::error::ErrorCode;
use parley_protocol::files::ShareRequest;
use parley_protocol::ids::ShareId;

use super::Asker;
use crate::auth::quota::Kind;
use crate::command::{Asked, Command, EndShare, PutShare};
use crate::http::app::App;
use crate::http::body::{MEDIUM, UnreadBody};
use crate::http::error::Refused;
use crate::http::visitor::Address;

pub(in crate::http) async fn put(
    State(app): State<Arc<App>>,
    Address(address): Address,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: UnreadBody,
) -> Result<StatusCode, Refused> {
    let Asker { user, device } = super::admit(&app, &headers).await?;
    let id: ShareId = id.parse().map_err(|_| ErrorCode::Malformed)?;
    let (request, _held) = body
        .read::<ShareRequest>(MEDIUM, app.reserve(address))
        .await?;
    let names = u64::try_from(request.blobs.len()).unwrap_or(u64::MAX);
    let costs = [(Kind::Items, 1), (Kind::BlobNames, names)];
    app.shared().quotas.take(user, &costs, app.now())?;
    let command = Command::PutShare(Box::new(PutShare {
        asked: Asked {
            by: device,
            at: app.now(),
        },
        id,
        request,
        terms: app.blobs.terms,
    }));
    app.core().call(command).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(in crate::http) async fn end(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Refused> {
    let Asker { user, device } = super::admit(&app, &headers).await?;
    let id: ShareId = id.parse().map_err(|_| ErrorCode::Malformed)?;
    app.shared()
        .quotas
        .take(user, &[(Kind::Items, 1)], app.now())?;
    let asked = Asked {
        by: device,
        at: app.now(),
    };
    let command = Command::EndShare(EndShare { asked, id });
    app.core().call(command).await?;
    Ok(StatusCode::NO_CONTENT)
}
