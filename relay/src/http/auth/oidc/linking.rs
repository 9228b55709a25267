//! `…/auth/oidc/link…`: a member who has another way in links themselves to somebody at an identity provider. The proof,
//! the trip, the ticket and the answer belong to one session of the member and one browser, so nobody is linked to
//! another's account.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use parley_protocol::auth::{FinishOidcRequest, LinkedProviders, OidcDeparture, ProviderRequest};
use parley_protocol::error::ErrorCode;

use crate::auth::token::Access;
use crate::command::{AskedBy, ChangePerson, Command, PersonChange};
use crate::http::app::App;
use crate::http::auth::proof::{self, Proven};
use crate::http::auth::{live, set_cookie, set_cookie_for};
use crate::http::body::{SMALL, UnreadBody};
use crate::http::error::Refused;
use crate::http::visitor::{Member, OIDC_COOKIE, OidcCookie, Visitor};
use crate::oidc::TRIP;
use crate::storage::passkeys;

/// `GET /auth/oidc/linked`: the providers at which the member who asks is known.
pub(in crate::http) async fn list(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Member(access): Member,
) -> Result<Json<LinkedProviders>, Refused> {
    live(&app, &visitor, access).await?;
    let user = access.user;
    let issuers = app
        .readers
        .run(move |db| passkeys::issuers_of(db, &user))
        .await?;
    let providers = app.oidc.of_issuers(&issuers);
    Ok(Json(LinkedProviders { providers }))
}

/// `POST /auth/oidc/link/start`: where the page goes to sign in at a provider.
pub(in crate::http) async fn start(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Member(access): Member,
    body: UnreadBody,
) -> Result<Response, Refused> {
    let Proven { request, by, .. } =
        proof::read::<ProviderRequest>(&app, &visitor, access, body, SMALL).await?;
    let secrets = [(); 3].map(|()| app.backend.random());
    let departure = app
        .oidc
        .depart(&request.provider, Some(by), secrets, app.now())
        .await
        .ok_or(ErrorCode::NotPermitted)?;
    let departure = match departure {
        Ok(departure) => departure,
        Err(error) => {
            tracing::warn!(provider = request.provider, %error, "an identity provider cannot be used");
            return Ok(Json(OidcDeparture { address: None }).into_response());
        }
    };
    let address = Some(departure.address);
    let mut response = Json(OidcDeparture { address }).into_response();
    // Lax: the browser has to send it when it comes back from the provider's site.
    set_cookie_for(
        &visitor,
        "Lax",
        OIDC_COOKIE,
        &departure.cookie,
        TRIP / 1000,
        &mut response,
    );
    Ok(response)
}

/// `POST /auth/oidc/link/finish`: the page that came back exchanges its ticket.
pub(in crate::http) async fn finish(
    State(app): State<Arc<App>>,
    OidcCookie(cookie): OidcCookie,
    visitor: Visitor,
    Member(access): Member,
    mut body: UnreadBody,
) -> Result<Response, Refused> {
    let now = app.now();
    let admission = app.limits().session(visitor.from, now);
    body.admit(admission).await?;
    let held = app.reserve(visitor.from);
    let (request, _held) = body.read::<FinishOidcRequest>(SMALL, held).await?;
    let Access { user, family } = access;
    let by = AskedBy { user, family };
    let cookie = cookie.ok_or(ErrorCode::TicketExpired)?;
    let person = app.oidc.linked(&request.ticket, &cookie, by, now)?;
    change(&app, by, PersonChange::Link(person)).await?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    set_cookie(&visitor, OIDC_COOKIE, "", 0, &mut response);
    Ok(response)
}

/// `POST /auth/oidc/unlink`: somebody at a provider signs in as the member no longer.
pub(in crate::http) async fn unlink(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Member(access): Member,
    body: UnreadBody,
) -> Result<StatusCode, Refused> {
    let Proven { request, by, .. } =
        proof::read::<ProviderRequest>(&app, &visitor, access, body, SMALL).await?;
    let issuer = app.oidc.issuer_of(&request.provider);
    let issuer = issuer.ok_or(ErrorCode::NotPermitted)?.to_owned();
    change(&app, by, PersonChange::Unlink { issuer }).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn change(app: &App, by: AskedBy, change: PersonChange) -> Result<(), Refused> {
    let command = Command::ChangePerson(ChangePerson { by, change });
    app.core().call(command).await?;
    Ok(())
}
