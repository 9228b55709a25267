//! Requests that change how a member gets in: an access token says who asks, a proof in the body that it is them.

use std::sync::Arc;

use parley_protocol::auth::{
    ChangePasswordRequest, ChangeWrapsRequest, DeleteAccountRequest, Proof, ProofRequest,
    ProviderRequest, RemovePasskeyRequest,
};
use parley_protocol::error::ErrorCode;
use parley_protocol::ids::UserId;
use serde::de::DeserializeOwned;

use super::{assertion, sign_in};
use crate::auth::recovery;
use crate::auth::secret_gate::{Permit, Tried};
use crate::auth::token::Access;
use crate::auth::way::Way;
use crate::command::AskedBy;
use crate::http::app::App;
use crate::http::body::UnreadBody;
use crate::http::error::Refused;
use crate::http::visitor::Visitor;
use crate::memory_budget::Reservation;
use crate::storage::accounts::Account;
use crate::storage::password_record::PasswordRecord;

/// A body with a proof.
pub(super) trait Proves: DeserializeOwned {
    fn proof(&self) -> &Proof;
}

macro_rules! proves {
    ($($body:ty),*) => {$(
        impl Proves for $body {
            fn proof(&self) -> &Proof {
                &self.proof
            }
        }
    )*};
}

proves!(
    ProofRequest,
    ProviderRequest,
    ChangeWrapsRequest,
    ChangePasswordRequest,
    DeleteAccountRequest,
    RemovePasskeyRequest
);

/// A request whose proof was right.
pub(super) struct Proven<T> {
    pub(super) request: T,
    pub(super) by: AskedBy,
    /// What the proof was.
    pub(super) way: Way,
    /// The body's memory.
    pub(super) held: Reservation,
}

/// Reads a body of at most `max` bytes, and checks its proof against the account of the member who asks.
pub(super) async fn read<T: Proves>(
    app: &Arc<App>,
    visitor: &Visitor,
    access: Access,
    mut body: UnreadBody,
    max: usize,
) -> Result<Proven<T>, Refused> {
    let now = app.now();
    let knock = app
        .secrets
        .knock(visitor.from, visitor.browsers.clone(), now);
    let knock = body.admit(knock).await?;
    let (request, held) = body.read::<T>(max, app.reserve(visitor.from)).await?;
    let Access { user, family } = access;
    let permit = {
        let community = app.shared().community().ok_or(ErrorCode::NotSetUp)?;
        let member = community.active_member(&user);
        let name = &member.ok_or(ErrorCode::SessionEnded)?.name;
        let user = Some(user);
        app.admit(knock, Tried { name, user }, now)?
    };
    let account = sign_in::account_of(app, user).await?;
    let account = account.ok_or(ErrorCode::SessionEnded)?;
    let way = check(app, &user, &account, request.proof(), permit).await?;
    Ok(Proven {
        request,
        by: AskedBy { user, family },
        way,
        held,
    })
}

async fn check(
    app: &Arc<App>,
    user: &UserId,
    account: &Account,
    proof: &Proof,
    permit: Permit,
) -> Result<Way, Refused> {
    let (fits, way) = match proof {
        Proof::LoginSecret(secret) => {
            let record = account
                .password
                .clone()
                .unwrap_or_else(|| PasswordRecord::of_nobody(app.password_cost));
            let secret = secret.clone();
            let fits = super::hash(app, move || record.fits(&secret, permit)).await?;
            (fits, Way::Password)
        }
        Proof::RecoverySecret(secret) => {
            let fits = recovery::fits(account.recovery.as_ref(), secret, permit);
            (fits, Way::Recovery)
        }
        Proof::Passkey(answer) => {
            let (by, id) = assertion::asserted_by(app, answer).await?;
            (by == *user, Way::Passkey(id))
        }
    };
    if fits {
        Ok(way)
    } else {
        Err(ErrorCode::WrongCredentials.into())
    }
}
