//! `/admin/…`: what whoever runs the community sees of the relay, and what they may do there. One endpoint per file. The
//! same routes answer the operator at the local socket.

mod asks;
mod connections;
mod findings;
mod health;
mod invites;
mod members;
mod sessions;
mod storage;
mod witness;

use std::sync::Arc;

use axum::routing::{get, post};
use axum::{Extension, Router};

use super::app::App;

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/admin/health", get(health::handle))
        .route("/admin/members", get(members::handle))
        .route("/admin/invites", get(invites::handle))
        .route("/admin/sessions", get(sessions::list))
        .route("/admin/sessions/end", post(sessions::end))
        .route("/admin/storage", get(storage::handle))
        .route("/admin/connections", get(connections::handle))
        .route("/admin/findings", get(findings::handle))
        .route("/admin/witness", get(witness::handle))
}

/// The same for whoever can open the socket in the data folder, which is the relay's own account.
pub(crate) fn local(app: Arc<App>) -> Router {
    routes().layer(Extension(asks::Operator)).with_state(app)
}
