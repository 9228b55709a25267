//! Checks the proof in a request that changes how somebody gets in.

use std::sync::Arc;

use parley_protocol::auth::Proof;
use parley_protocol::error::ErrorCode;

use super::passkey;
use crate::auth::password_gate::Tried;
use crate::auth::token::Access;
use crate::http::app::App;
use crate::http::error::Refused;
use crate::http::visitor::Visitor;
use crate::storage::accounts;

pub(super) async fn check(
    app: &Arc<App>,
    visitor: &Visitor,
    access: &Access,
    proof: &Proof,
) -> Result<(), Refused> {
    match proof {
        Proof::LoginSecret(secret) => {
            let user = access.user;
            let knock = app.passwords.knock(visitor.from, Vec::new(), app.now())?;
            let tried = Tried {
                name: "",
                user: Some(user),
            };
            let permit = app.passwords.admit(knock, tried, app.now())?;
            let account = app
                .readers
                .run(move |db| accounts::account(db, &user))
                .await?;
            let record = account
                .and_then(|account| account.password)
                .ok_or(ErrorCode::WrongCredentials)?;
            let secret = secret.clone();
            if super::hash(app, move || record.fits(&secret, permit)).await? {
                Ok(())
            } else {
                Err(ErrorCode::WrongCredentials.into())
            }
        }
        Proof::RecoverySecret(_) => Err(ErrorCode::WrongCredentials.into()),
        Proof::Passkey(assertion) => passkey::proves(app, &access.user, assertion).await,
    }
}
