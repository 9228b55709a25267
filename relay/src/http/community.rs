//! `GET /community`: id and name of the community, for anybody.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use parley_protocol::auth::{CommunityInfo, CommunityName};

use super::app::App;

pub(super) async fn handle(State(app): State<Arc<App>>) -> Json<CommunityInfo> {
    let community = app.shared().community();
    Json(CommunityInfo {
        community: community.map(|community| CommunityName {
            id: community.id(),
            name: community.name().to_owned(),
        }),
        now: app.now(),
        providers: app.oidc.list(),
    })
}
