//! `POST /auth/login`: exchanges a name and login secret for a session and the wrap of the password.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use parley_protocol::auth::{LoginRequest, WrapKind};
use parley_protocol::error::ErrorCode;

use crate::auth::account;
use crate::auth::password_gate::Tried;
use crate::http::app::App;
use crate::http::body::{SMALL, UnreadBody};
use crate::http::error::Refused;
use crate::http::visitor::Visitor;
use crate::storage::accounts;
use crate::storage::password_record::PasswordRecord;

pub(in crate::http) async fn handle(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    mut body: UnreadBody,
) -> Result<Response, Refused> {
    let now = app.now();
    let knock = app
        .passwords
        .knock(visitor.from, visitor.browsers.clone(), now);
    let knock = body.admit(knock).await?;
    let held = app.reserve_login(visitor.from);
    let (request, _held) = body.read::<LoginRequest>(SMALL, held).await?;

    // Not held during the hash: the next entry would have to copy the community.
    let user = {
        let community = app.shared().community().ok_or(ErrorCode::NotSetUp)?;
        community.member_named(&request.name).map(|(user, _)| user)
    };
    let tried = Tried {
        name: &request.name,
        user,
    };
    let permit = app.passwords.admit(knock, tried, now)?;
    let account = match user {
        Some(user) => {
            app.readers
                .run(move |db| accounts::account(db, &user))
                .await?
        }
        None => None,
    };
    // The same work for an unknown name, so that nobody learns who is a member.
    let record = account
        .and_then(|account| account.password)
        .unwrap_or_else(|| PasswordRecord::of_nobody(app.password_cost));
    let fits = super::hash(&app, move || record.fits(&request.login_secret, permit)).await?;
    let (Some(user), true) = (user, fits) else {
        return Err(ErrorCode::WrongCredentials.into());
    };
    let wraps = app
        .readers
        .run(move |db| accounts::wraps_of(db, &user, WrapKind::Password))
        .await?;
    let prepared = account::log_in(user, &mut **app.entropy(), now);
    super::session(&app, &visitor, prepared, wraps, super::signed_in).await
}
