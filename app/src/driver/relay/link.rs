//! The relay's endpoints for linking a device: a meeting of two, and a token.

use parley_protocol::auth::{
    AddDeviceRequest, EndLinkRequest, JoinLinkRequest, LinkJoined, LinkMessages, LinkOpened,
    LinkToken, LinkTokenRequest, OpenLinkRequest, ReceiveLinkRequest, SendLinkRequest,
    SessionResponse,
};
use parley_protocol::entry::Entry;

use super::log;
use crate::platform::http::{HttpError, post, post_only, post_with};

/// Opens a meeting.
pub async fn open(token: &str, request: &OpenLinkRequest) -> Result<LinkOpened, HttpError> {
    post("/link", Some(token), request).await
}

/// Takes the second seat of a meeting.
pub async fn join(request: &JoinLinkRequest) -> Result<LinkJoined, HttpError> {
    post("/link/join", None, request).await
}

/// Says something to the other device.
pub async fn send(request: &SendLinkRequest) -> Result<(), HttpError> {
    post_only("/link/send", None, request).await
}

/// Waits for what the other device says.
pub async fn receive(request: &ReceiveLinkRequest) -> Result<LinkMessages, HttpError> {
    post("/link/receive", None, request).await
}

/// Ends a meeting.
pub async fn end(request: &EndLinkRequest) -> Result<(), HttpError> {
    post_only("/link/end", None, request).await
}

/// A token for one more device.
pub async fn token(token: &str, request: &LinkTokenRequest) -> Result<LinkToken, HttpError> {
    post("/auth/link/token", Some(token), request).await
}

/// The whole log, as a device with such a token may read it.
pub async fn log_for_linked(token: &str) -> Result<Vec<Entry>, HttpError> {
    log(&format!("Link {token}")).await
}

/// Registers a device with such a token.
pub async fn add_device(
    token: &str,
    request: &AddDeviceRequest,
) -> Result<SessionResponse, HttpError> {
    post_with("/auth/device", &format!("Link {token}"), request).await
}
