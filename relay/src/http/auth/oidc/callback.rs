//! `GET /auth/oidc/callback`: an identity provider sends the browser back here. Leads on to the page, with a ticket
//! for a session or for linking.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;

use super::{Problem, back, see_other};
use crate::http::app::App;
use crate::http::visitor::{OIDC_COOKIE, OidcCookie, Visitor};
use crate::oidc::{Answer, JOINING, ReturnError};

pub(in crate::http) async fn handle(
    State(app): State<Arc<App>>,
    answer: Result<Query<Answer>, QueryRejection>,
    OidcCookie(cookie): OidcCookie,
    visitor: Visitor,
) -> Response {
    let now = app.now();
    if app.limits().session(visitor.from, now).is_err() {
        return back(&visitor, Problem::Busy);
    }
    let (Ok(Query(answer)), Some(cookie)) = (answer, cookie) else {
        return back(&visitor, Problem::Expired);
    };
    let returned = match app.oidc.come_back(&cookie, answer, now).await {
        Ok(returned) => returned,
        Err(ReturnError::NotBegun) => return back(&visitor, Problem::Expired),
        Err(ReturnError::Declined) => return back(&visitor, Problem::Declined),
        Err(ReturnError::Provider(error)) => {
            tracing::warn!(%error, "nobody was signed in by an identity provider");
            return back(&visitor, Problem::Provider);
        }
    };
    let arrived = app
        .oidc
        .arrive(returned, visitor.from, &mut **app.entropy(), now);
    let Ok(arrived) = arrived else {
        return back(&visitor, Problem::Busy);
    };
    let ticket = &arrived.ticket.0;
    let mut response = see_other(&if arrived.is_link {
        format!("/#oidc-link={ticket}")
    } else {
        format!("/login#oidc={ticket}")
    });
    super::super::set_cookie(
        &visitor,
        OIDC_COOKIE,
        &arrived.cookie,
        JOINING / 1000,
        &mut response,
    );
    response
}
