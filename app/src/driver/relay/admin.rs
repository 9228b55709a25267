//! The endpoints for whoever runs the community. All take an access token.

use parley_protocol::admin::{
    ConnectionsReport, EndMemberSessionsRequest, FindingsReport, HealthReport, MembersPage,
    SessionPlace, SessionsPage, StorageReport,
};
use parley_protocol::voice::IceServers;

use crate::platform::address::encoded;
use crate::platform::http::{HttpError, answers, get, post_only};

/// Whether it answers at all.
pub async fn is_alive() -> bool {
    answers("/healthz").await
}

/// How the relay is.
pub async fn health(token: &str) -> Result<HealthReport, HttpError> {
    get("/admin/health", Some(token)).await
}

/// Whether the world reaches it.
pub async fn findings(token: &str) -> Result<FindingsReport, HttpError> {
    get("/admin/findings", Some(token)).await
}

/// STUN and TURN servers to try.
pub async fn witness(token: &str) -> Result<IceServers, HttpError> {
    get("/admin/witness", Some(token)).await
}

/// Members who joined after an entry, and have this in their names.
pub async fn members(token: &str, after: u64, find: &str) -> Result<MembersPage, HttpError> {
    let path = format!("/admin/members?after={after}&find={}", encoded(find));
    get(&path, Some(token)).await
}

/// Who is signed in.
pub async fn sessions(token: &str, after: Option<SessionPlace>) -> Result<SessionsPage, HttpError> {
    let path = match after {
        Some(place) => format!("/admin/sessions?after={place}"),
        None => "/admin/sessions".to_owned(),
    };
    get(&path, Some(token)).await
}

/// Signs a device of somebody out.
pub async fn end_sessions(
    token: &str,
    request: &EndMemberSessionsRequest,
) -> Result<(), HttpError> {
    post_only("/admin/sessions/end", Some(token), request).await
}

/// What takes room.
pub async fn storage(token: &str) -> Result<StorageReport, HttpError> {
    get("/admin/storage", Some(token)).await
}

/// How much is going on.
pub async fn connections(token: &str) -> Result<ConnectionsReport, HttpError> {
    get("/admin/connections", Some(token)).await
}
