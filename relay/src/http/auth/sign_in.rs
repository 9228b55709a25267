//! What all ways of signing in share: the account behind a name, and a session or the question for a code.

use axum::Json;
use axum::response::{IntoResponse as _, Response};
use parley_protocol::auth::{
    LoginRequest, LoginResponse, RecoverRequest, SecondFactorNeeded, Wrap,
};
use parley_protocol::error::{ApiError, ErrorCode};
use parley_protocol::ids::UserId;
use serde::de::DeserializeOwned;

use crate::auth::account;
use crate::auth::secret_gate::{Permit, Tried};
use crate::auth::ticket::FirstFactor;
use crate::auth::way::Way;
use crate::http::app::App;
use crate::http::body::{SMALL, UnreadBody};
use crate::http::error::Refused;
use crate::http::visitor::Visitor;
use crate::memory_budget::Reservation;
use crate::storage::accounts::{self, Account};

/// Whose account is looked up for a name that nobody has.
const NOBODY: UserId = UserId::from_bytes([0; UserId::LENGTH]);

/// A body that says a name, and a secret of whoever has it.
pub(super) trait Claims: DeserializeOwned {
    fn name(&self) -> &str;
}

impl Claims for LoginRequest {
    fn name(&self) -> &str {
        &self.name
    }
}

impl Claims for RecoverRequest {
    fn name(&self) -> &str {
        &self.name
    }
}

/// Somebody who says a name, before the secret is checked.
pub(super) struct Claimed<T> {
    pub(super) request: T,
    /// `None` if nobody has the name.
    pub(super) user: Option<UserId>,
    /// Without any secret if nobody has the name, so that the work is the same.
    pub(super) account: Account,
    pub(super) permit: Permit,
    /// The body's memory.
    pub(super) held: Reservation,
}

/// Reads a body and looks up the account of its name. Costs the same whether or not somebody has it.
pub(super) async fn read<T: Claims>(
    app: &App,
    visitor: &Visitor,
    mut body: UnreadBody,
) -> Result<Claimed<T>, Refused> {
    let now = app.now();
    let knock = app
        .secrets
        .knock(visitor.from, visitor.browsers.clone(), now);
    let knock = body.admit(knock).await?;
    let held = app.reserve_login(visitor.from);
    let (request, held) = body.read::<T>(SMALL, held).await?;
    let name = request.name();
    // Not held during the check: the next entry would have to copy the community.
    let user = {
        let community = app.shared().community().ok_or(ErrorCode::NotSetUp)?;
        community.member_named(name).map(|(user, _)| user)
    };
    let permit = app.admit(knock, Tried { name, user }, app.now())?;
    let account = account_of(app, user.unwrap_or(NOBODY)).await?;
    Ok(Claimed {
        request,
        user,
        account: account.unwrap_or_default(),
        permit,
        held,
    })
}

pub(super) async fn account_of(app: &App, user: UserId) -> Result<Option<Account>, ApiError> {
    app.readers
        .run(move |db| accounts::account(db, &user))
        .await
}

/// The wraps that a way of signing in can open.
pub(super) async fn wraps_for(app: &App, user: UserId, way: &Way) -> Result<Vec<Wrap>, ApiError> {
    let all = app
        .readers
        .run(move |db| accounts::wraps(db, &user))
        .await?;
    Ok(all.into_iter().filter(|wrap| way.opens(wrap)).collect())
}

/// Answers somebody whose first factor was right: with a session, or if the account has a second factor, with a
/// ticket for it. `answer` makes the response of the endpoint.
pub(in crate::http) async fn finish(
    app: &App,
    visitor: &Visitor,
    passed: (UserId, Way, Account),
    answer: impl FnOnce(LoginResponse) -> Response,
) -> Result<Response, Refused> {
    let (user, way, account) = passed;
    let now = app.now();
    if account.enabled_factor().is_some() && !way.is_two_factors() {
        let stamp = account.stamp();
        let passed = FirstFactor { user, way, stamp };
        let ticket = app.tickets.issue(passed, &mut **app.entropy(), now)?;
        let needed = SecondFactorNeeded { ticket };
        let response = answer(LoginResponse::SecondFactor(needed));
        return Ok(super::not_stored(response));
    }
    let wraps = wraps_for(app, user, &way).await?;
    let prepared = account::log_in(user, &mut **app.entropy(), visitor.seen(now));
    super::session(app, visitor, prepared, wraps, |session| {
        answer(LoginResponse::Session(session))
    })
    .await
}

/// The answer as the whole body.
pub(super) fn plain(answer: LoginResponse) -> Response {
    Json(answer).into_response()
}
