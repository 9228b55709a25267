//! `/upload` and `/files/…`: one endpoint per file, and who is let in.

pub(super) mod read;
pub(super) mod share;
pub(super) mod token;
pub(super) mod upload;

use axum::http::HeaderMap;
use parley_protocol::error::ErrorCode;
use parley_protocol::ids::{DeviceId, UserId};

use super::app::App;
use super::error::Refused;
use super::visitor;
use crate::auth::token::Access;
use crate::command::{device_of, has_device};
use crate::storage::blobs::Readable;

/// Whose request it is.
#[derive(Debug, Clone, Copy)]
struct Asker {
    user: UserId,
    device: DeviceId,
}

/// The member of a file token.
async fn admit(app: &App, headers: &HeaderMap) -> Result<Asker, Refused> {
    let token = visitor::bearer(headers).ok_or(ErrorCode::NotAuthenticated)?;
    let access = app.file_tokens.check(token, app.now())?;
    live(app, access).await
}

/// A token outlives its session, and a session may outlive its device by a moment: both are looked up each time.
async fn live(app: &App, access: Access) -> Result<Asker, Refused> {
    let Access { user, family } = access;
    let found = app
        .readers
        .run(move |db| Ok((has_device(db, &family)?, device_of(db, &family)?)));
    let device = match found.await? {
        (_, Some(device)) => device,
        // It becomes a device's with its first hello.
        (Some(_), None) => return Err(ErrorCode::NotPermitted.into()),
        (None, None) => return Err(ErrorCode::SessionEnded.into()),
    };
    let community = app.shared().community().ok_or(ErrorCode::NotSetUp)?;
    let found = community.active_device(&device);
    if found.is_none_or(|found| found.user != user) {
        return Err(ErrorCode::SessionEnded.into());
    }
    Ok(Asker { user, device })
}

/// The channels of which a member may read the blobs.
fn readable(app: &App, user: &UserId) -> Result<Readable, Refused> {
    let community = app.shared().community().ok_or(ErrorCode::NotSetUp)?;
    Ok(Readable::of(&community, user))
}
