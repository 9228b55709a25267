//! A new password: the vault is wrapped under it, and other sessions end.

use parley_protocol::auth::{ChangePasswordRequest, Wrap};

use super::super::guarding::{Answer, Here};
use super::Guard;
use super::access::Access;
use crate::driver::relay;
use crate::enrolment::store::Secret;
use crate::security::store::Proving;

impl Guard {
    pub(super) fn change_password(&mut self, proof: Proving, new: Secret, here: Here<'_>) {
        let access = Access::new(&here, &self.port);
        let member = self.member(&here);
        self.ask(async move {
            let proven = member.prove(proof).await?;
            let token = access.token().await?;
            // Opened first: a wrong proof is told before a second one is stretched.
            let vault = proven.open_vault(&token).await?;
            let keys = proven.member.stretch(new).await?;
            let request = ChangePasswordRequest {
                proof: proven.proof().await?,
                login_secret: keys.login_secret(),
                wrap: Wrap::password(proven.wrap(&vault, &keys.wrap_key())?),
            };
            relay::account::change_password(&token, &request)
                .await
                .map_err(|error| proven.problem(&error))?;
            Ok(Answer::PasswordChanged)
        });
    }
}
