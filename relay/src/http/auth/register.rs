//! `POST /auth/register`: a founder sets up the community, or somebody comes in by an invite.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use parley_protocol::Millis;
use parley_protocol::auth::RegisterRequest;

use crate::auth::account;
use crate::auth::password::PasswordRecord;
use crate::command;
use crate::http::App;
use crate::http::body::Body;
use crate::http::error::Refused;
use crate::http::visitor::Address;
use crate::storage::read;

pub(in crate::http) async fn handle(
    State(app): State<Arc<App>>,
    Address(from): Address,
    Body(request): Body<RegisterRequest>,
) -> Result<Response, Refused> {
    let now = app.clock.now();
    app.limits().registration(from, now)?;
    let user = account::registers(&request)?;
    if let Some(record) = registered_before(&app, &request, user).await? {
        let secret = request.login_secret.clone();
        if super::hash(&app, move || record.fits(&secret)).await? {
            let prepared = account::log_in(user, &mut **app.entropy(), now);
            return super::session(&app, prepared, None).await;
        }
    }
    check(&app, &request, now).await?;
    let (salt, cost) = (app.random(), app.password_cost);
    let secret = request.login_secret.clone();
    let record = super::hash(&app, move || PasswordRecord::new(&secret, salt, cost)).await?;
    let prepared = account::register(request, record, &mut **app.entropy(), now)?;
    super::session(&app, prepared, None).await
}

/// Whoever has no good invite and no set-up link costs no hash.
async fn check(app: &App, request: &RegisterRequest, now: Millis) -> Result<(), Refused> {
    let expected = app.readers.run(command::setup_token).await?;
    let applicant = command::Applicant {
        setup_token: request.setup_token.as_deref(),
        entries: &request.entries,
        vault: &request.vault,
    };
    let community = app.shared.community();
    command::check_applicant(community.as_deref(), expected.as_deref(), &applicant, now)?;
    Ok(())
}

/// A client that never heard our answer asks again with the very same entry.
async fn registered_before(
    app: &App,
    request: &RegisterRequest,
    user: parley_protocol::ids::UserId,
) -> Result<Option<PasswordRecord>, Refused> {
    let Some(first) = request.entries.first().cloned() else {
        return Ok(None);
    };
    let Ok(body) = first.parse_body() else {
        return Ok(None);
    };
    let record = app.readers.run(move |db| {
        let standing = read::entry_by_id(db, body.id.as_bytes())?;
        if standing.is_none_or(|(_, entry)| entry != first) {
            return Ok(None);
        }
        Ok(read::account(db, &user)?.map(|(record, _)| record))
    });
    Ok(record.await?)
}
