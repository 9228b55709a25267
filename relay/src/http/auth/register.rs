//! `POST /auth/register`: a founder creates the community, or somebody joins with an invite.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use parley_protocol::Millis;
use parley_protocol::auth::RegisterRequest;
use parley_protocol::entry::MemberDetails;
use parley_protocol::error::ErrorCode;

use crate::auth::account;
use crate::auth::password_gate::{PasswordGate, Tried};
use crate::command;
use crate::http::app::App;
use crate::http::body::{LARGE, MEDIUM, UnreadBody};
use crate::http::error::Refused;
use crate::http::visitor::Visitor;
use crate::storage::password_record::PasswordRecord;
use crate::storage::{accounts, read};

pub(in crate::http) async fn handle(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    mut body: UnreadBody,
) -> Result<Response, Refused> {
    let now = app.now();
    let registration = body
        .admit(app.passwords.register(visitor.from, now))
        .await?;
    let is_set_up = app.shared().community().is_some();
    let max = if is_set_up { MEDIUM } else { LARGE };
    let held = app.reserve(visitor.from);
    let (request, _held) = body.read::<RegisterRequest>(max, held).await?;

    let newcomer = account::registers(&request)?;
    let user = newcomer.user;
    let secret = request.login_secret.clone().ok_or(ErrorCode::Malformed)?;
    if let Some(record) = registered_before(&app, &request, &newcomer).await? {
        let tried = Tried {
            name: &newcomer.name,
            user: Some(user),
        };
        let permit = app.passwords.admit_again(&registration, tried, now)?;
        let secret = secret.clone();
        if super::hash(&app, move || record.fits(&secret, permit)).await? {
            let prepared = account::log_in(user, &mut **app.entropy(), now);
            return super::session(&app, &visitor, prepared, Vec::new(), super::plain).await;
        }
    }
    check(&app, &request, now).await?;
    let permit = PasswordGate::admit_new(registration);
    let (salt, cost) = (app.backend.random(), app.password_cost);
    let work = move || PasswordRecord::new(&secret, salt, cost, permit);
    let record = super::hash(&app, work).await?;
    let prepared = account::register(request, record, &mut **app.entropy(), now)?;
    super::session(&app, &visitor, prepared, Vec::new(), super::plain).await
}

/// Checked before hashing, so that a request without a usable invite or setup token costs no hash.
async fn check(app: &App, request: &RegisterRequest, now: Millis) -> Result<(), Refused> {
    let expected = app.readers.run(command::setup_token).await?;
    let applicant = command::Applicant {
        setup_token: request.setup_token.as_deref(),
        entries: &request.entries,
        wraps: &request.wraps,
    };
    let community = app.shared().community();
    command::check_applicant(community.as_deref(), expected.as_deref(), &applicant, now)?;
    Ok(())
}

/// The stored password of a repeated registration: a client that missed the answer sends the same entry again.
async fn registered_before(
    app: &App,
    request: &RegisterRequest,
    newcomer: &MemberDetails,
) -> Result<Option<PasswordRecord>, Refused> {
    let Some(first) = request.entries.first().cloned() else {
        return Ok(None);
    };
    let Ok(body) = first.parse_body() else {
        return Ok(None);
    };
    let user = newcomer.user;
    let record = app.readers.run(move |db| {
        let standing = read::entry_by_id(db, body.id.as_bytes())?;
        if standing.is_none_or(|(_, entry)| entry != first) {
            return Ok(None);
        }
        Ok(accounts::account(db, &user)?.and_then(|account| account.password))
    });
    Ok(record.await?)
}
