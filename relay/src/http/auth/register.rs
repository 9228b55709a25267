//! `POST /auth/register`: a founder creates the community, or somebody joins with an invite.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use parley_protocol::Millis;
use parley_protocol::auth::{RegisterRequest, Wrap, WrapKind};
use parley_protocol::entry::MemberDetails;
use parley_protocol::error::{ApiError, ErrorCode};
use parley_protocol::ids::UserId;

use crate::auth::account::{self, Hashes};
use crate::auth::recovery;
use crate::auth::secret_gate::{SecretGate, Tried};
use crate::command;
use crate::http::app::App;
use crate::http::body::{LARGE, MEDIUM, UnreadBody};
use crate::http::error::Refused;
use crate::http::visitor::{OidcCookie, Visitor};
use crate::storage::accounts::{self, Account};
use crate::storage::credentials::Person;
use crate::storage::password_record::PasswordRecord;
use crate::storage::{passkeys, read};

pub(in crate::http) async fn handle(
    State(app): State<Arc<App>>,
    OidcCookie(cookie): OidcCookie,
    visitor: Visitor,
    mut body: UnreadBody,
) -> Result<Response, Refused> {
    let now = app.now();
    let registration = body.admit(app.secrets.register(visitor.from, now)).await?;
    let is_set_up = app.shared().community().is_some();
    let max = if is_set_up { MEDIUM } else { LARGE };
    let held = app.reserve(visitor.from);
    let (request, _held) = body.read::<RegisterRequest>(max, held).await?;

    let person = vouched(&app, &request, cookie.as_deref(), now)?;
    let newcomer = account::registers(&request)?;
    let user = newcomer.user;
    if let Some(account) = registered_before(&app, &request, &newcomer).await? {
        let tried = Tried {
            name: &newcomer.name,
            user: Some(user),
        };
        let permit = app.secrets.admit_again(&registration, tried, now)?;
        let fits = match (&person, &request.login_secret, &account.password) {
            (Some(person), _, _) => is_member(&app, person.clone()).await? == Some(user),
            (None, Some(secret), Some(record)) => {
                let (record, secret) = (record.clone(), secret.clone());
                super::hash(&app, move || record.fits(&secret, permit)).await?
            }
            (None, _, _) => false,
        };
        if fits && account.enabled_factor().is_none() {
            let prepared = account::log_in(user, &mut **app.entropy(), visitor.seen(now));
            return super::session(&app, &visitor, prepared, Vec::new(), super::plain).await;
        }
    }
    check(&app, &request, now).await?;
    let password = match request.login_secret.clone() {
        Some(secret) => {
            let permit = SecretGate::admit_new(registration);
            let (salt, cost) = (app.backend.random(), app.password_cost);
            let work = move || PasswordRecord::new(&secret, salt, cost, permit);
            Some(super::hash(&app, work).await?)
        }
        None => None,
    };
    let hashes = Hashes {
        password,
        recovery: request.recovery_secret.as_ref().map(recovery::hash),
    };
    let seen = visitor.seen(now);
    let prepared = account::register(request, hashes, person, &mut **app.entropy(), seen)?;
    super::session(&app, &visitor, prepared, Vec::new(), super::plain).await
}

/// For whom an identity provider vouches. Somebody without it needs a password; with it, something that opens the
/// vault, which no provider does.
fn vouched(
    app: &App,
    request: &RegisterRequest,
    cookie: Option<&str>,
    now: Millis,
) -> Result<Option<Person>, ErrorCode> {
    let Some(ticket) = &request.oidc else {
        // A guest has no way to sign in again.
        let fits = request.login_secret.is_some() || is_guest(request);
        return fits.then_some(None).ok_or(ErrorCode::Malformed);
    };
    if request.login_secret.is_none() && request.recovery_secret.is_none() {
        return Err(ErrorCode::Malformed);
    }
    let cookie = cookie.ok_or(ErrorCode::TicketExpired)?;
    app.oidc.joins(ticket, cookie, now).map(Some)
}

/// Whether it is made as a guest makes it. Whether their invite lets in guests, is decided with the entry.
fn is_guest(request: &RegisterRequest) -> bool {
    let has_secret = request.login_secret.is_some() || request.recovery_secret.is_some();
    !has_secret && request.wraps.is_empty() && request.oidc.is_none()
}

async fn is_member(app: &App, person: Person) -> Result<Option<UserId>, ApiError> {
    app.readers
        .run(move |db| passkeys::member_of(db, &person.issuer, &person.subject))
        .await
}

/// Checked before hashing, so that a request without a usable invite or setup token costs no hash.
async fn check(app: &App, request: &RegisterRequest, now: Millis) -> Result<(), Refused> {
    if let Some(secret) = &request.recovery_secret {
        let wrap = Wrap::find(&request.wraps, WrapKind::Recovery);
        if wrap.is_none() || !recovery::is_well_formed(secret) {
            return Err(ErrorCode::Malformed.into());
        }
    }
    let expected = app.readers.run(command::setup_token).await?;
    let applicant = command::Applicant {
        setup_token: request.setup_token.as_deref(),
        entries: &request.entries,
        wraps: &request.wraps,
        is_guest: is_guest(request),
    };
    let community = app.shared().community();
    command::check_applicant(community.as_deref(), expected.as_deref(), &applicant, now)?;
    Ok(())
}

/// The account of a repeated registration: a client that missed the answer sends the same entry again.
async fn registered_before(
    app: &App,
    request: &RegisterRequest,
    newcomer: &MemberDetails,
) -> Result<Option<Account>, Refused> {
    let Some(first) = request.entries.first().cloned() else {
        return Ok(None);
    };
    let Ok(body) = first.parse_body() else {
        return Ok(None);
    };
    let user = newcomer.user;
    let account = app.readers.run(move |db| {
        let standing = read::entry_by_id(db, body.id.as_bytes())?;
        if standing.is_none_or(|(_, entry)| entry != first) {
            return Ok(None);
        }
        accounts::account(db, &user)
    });
    Ok(account.await?)
}
