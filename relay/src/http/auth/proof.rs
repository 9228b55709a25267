//! Checks the proof in a request that changes how somebody gets in.

use std::sync::Arc;

use parley_protocol::auth::Proof;
use parley_protocol::error::ErrorCode;

use super::passkey;
use crate::auth::token::Access;
use crate::http::app::App;
use crate::http::error::Refused;
use crate::http::visitor::Visitor;

pub(super) async fn check(
    app: &Arc<App>,
    _visitor: &Visitor,
    access: &Access,
    proof: &Proof,
) -> Result<(), Refused> {
    match proof {
        Proof::LoginSecret(_) | Proof::RecoverySecret(_) => {
            Err(ErrorCode::WrongCredentials.into())
        }
        Proof::Passkey(assertion) => passkey::proves(app, &access.user, assertion).await,
    }
}
