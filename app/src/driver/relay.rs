//! The relay's HTTP endpoints, one function each. What the answers mean is for the callers.

pub mod account;
pub mod admin;
pub mod files;
pub mod link;
pub mod passkey;
pub mod provider;

use parley_client::enrol::invite_proof;
use parley_protocol::auth::{
    AddDeviceRequest, CommunityInfo, CommunityName, LogPage, LoginRequest, LoginResponse,
    RegisterRequest, SessionResponse,
};
use parley_protocol::entry::Entry;
use parley_protocol::error::{ApiError, ErrorCode};
use parley_protocol::invite::InviteLink;
use parley_protocol::vault::VaultPage;

use crate::platform::http::{HttpError, get, get_with, post, post_only};

/// What anybody may know of the relay.
pub async fn info() -> Result<CommunityInfo, HttpError> {
    get("/community", None).await
}

/// The community behind the relay; nothing before its set-up.
pub async fn community() -> Result<Option<CommunityName>, HttpError> {
    Ok(info().await?.community)
}

/// The whole log, as an invited visitor may read it.
pub async fn log_for_invite(link: &InviteLink) -> Result<Vec<Entry>, HttpError> {
    let info: CommunityInfo = get("/community", None).await?;
    let Some(community) = info.community else {
        return Err(ApiError::new(ErrorCode::NotSetUp, "the relay has no community").into());
    };
    let proof = invite_proof(link, &community.id, info.now);
    log(&format!("Invite {proof}")).await
}

/// The whole log, as a member may read it.
pub async fn log_for_member(token: &str) -> Result<Vec<Entry>, HttpError> {
    log(&format!("Bearer {token}")).await
}

/// A page of the member's vault: the newest segments before a number.
pub async fn vault(token: &str, before: u64) -> Result<VaultPage, HttpError> {
    get(&format!("/vault?before={before}"), Some(token)).await
}

/// A new member.
pub async fn register(request: &RegisterRequest) -> Result<SessionResponse, HttpError> {
    post("/auth/register", None, request).await
}

/// A new session, by password.
pub async fn login(request: &LoginRequest) -> Result<LoginResponse, HttpError> {
    post("/auth/login", None, request).await
}

/// One more device for the member.
pub async fn add_device(token: &str, request: &AddDeviceRequest) -> Result<(), HttpError> {
    post_only("/auth/device", Some(token), request).await
}

/// A new access token, by the session's cookie.
pub async fn refresh() -> Result<SessionResponse, HttpError> {
    post("/auth/refresh", None, &()).await
}

/// Ends the session.
pub async fn logout() -> Result<(), HttpError> {
    post_only("/auth/logout", None, &()).await
}

async fn log(credentials: &str) -> Result<Vec<Entry>, HttpError> {
    let mut entries: Vec<Entry> = Vec::new();
    loop {
        let from = entries.len() as u64 + 1;
        let page: LogPage = get_with(&format!("/log?from={from}"), credentials).await?;
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
