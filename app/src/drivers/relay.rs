//! The relay's HTTP endpoints, one function each. What the answers mean is for the callers.

use parley_protocol::auth::{
    AddDeviceRequest, CommunityInfo, CommunityName, LogPage, LoginRequest, RegisterRequest,
    SessionResponse,
};
use parley_protocol::entry::Entry;
use parley_protocol::ids::InviteId;

use crate::platform::http::{HttpError, get, post, post_only};

/// The community behind the relay; nothing before its set-up.
pub(super) async fn community() -> Result<Option<CommunityName>, HttpError> {
    let info: CommunityInfo = get("/community", None).await?;
    Ok(info.community)
}

/// The whole log, as an invited visitor may read it.
pub(super) async fn log_for_invite(invite: &InviteId) -> Result<Vec<Entry>, HttpError> {
    log(&format!("&invite={invite}"), None).await
}

/// The whole log, as a member may read it.
pub(super) async fn log_for_member(token: &str) -> Result<Vec<Entry>, HttpError> {
    log("", Some(token)).await
}

/// A new member.
pub(super) async fn register(request: &RegisterRequest) -> Result<SessionResponse, HttpError> {
    post("/auth/register", None, request).await
}

/// A new session, by password.
pub(super) async fn login(request: &LoginRequest) -> Result<SessionResponse, HttpError> {
    post("/auth/login", None, request).await
}

/// One more device for the member.
pub(super) async fn add_device(token: &str, request: &AddDeviceRequest) -> Result<(), HttpError> {
    post_only("/auth/device", Some(token), request).await
}

/// A new access token, by the session's cookie.
pub(super) async fn refresh() -> Result<SessionResponse, HttpError> {
    post("/auth/refresh", None, &()).await
}

/// Ends the session.
pub(super) async fn logout() -> Result<(), HttpError> {
    post_only("/auth/logout", None, &()).await
}

async fn log(rest: &str, token: Option<&str>) -> Result<Vec<Entry>, HttpError> {
    let mut entries: Vec<Entry> = Vec::new();
    loop {
        let from = entries.len() as u64 + 1;
        let page: LogPage = get(&format!("/log?from={from}{rest}"), token).await?;
        let is_empty = page.entries.is_empty();
        if page.from == from {
            entries.extend(page.entries);
        }
        // An empty page ends it too, so that no relay can keep this going for ever.
        if is_empty || entries.len() as u64 >= page.head.seq {
            return Ok(entries);
        }
    }
}
