//! A new password: the vault is wrapped under it, and other sessions end.

use parley_protocol::auth::{ChangePasswordRequest, Wrap};

use super::super::guarding::{Answer, Here};
use super::access::Access;
use super::{Guard, problem};
use crate::driver::relay;
use crate::enrolment::store::Secret;

impl Guard {
    pub(super) fn change_password(&mut self, old: Secret, new: Secret, here: Here<'_>) {
        let access = Access::new(&here, &self.port);
        let member = self.member(&here);
        self.ask(async move {
            let proven = member.prove(old).await?;
            let token = access.token().await?;
            // Opened first: a wrong password is told before a second one is stretched.
            let vault = proven.open_vault(&token).await?;
            let keys = proven.member.stretch(new).await?;
            let request = ChangePasswordRequest {
                proof: proven.proof(),
                login_secret: keys.login_secret(),
                wrap: Wrap::password(proven.wrap(&vault, &keys.wrap_key())?),
            };
            relay::account::change_password(&token, &request)
                .await
                .map_err(|error| problem::of_http(&error))?;
            Ok(Answer::PasswordChanged)
        });
    }
}
