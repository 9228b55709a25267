//! The recovery key: made, shown, and in force only once the person says that they kept it.

use leptos::prelude::{Set, Update};
use parley_client::recovery::RecoveryKey;
use parley_protocol::auth::{ChangeWrapsRequest, Proof, RecoverySecret, Wrap};

use super::super::guarding::{Answer, Here};
use super::access::Access;
use super::member::rng;
use super::proving::Proven;
use super::{Guard, problem};
use crate::driver::relay;
use crate::driver::wish::Wishes;
use crate::security::store::{Entrance, Problem, Proving, Reminder, Work};

impl Guard {
    pub(super) fn make_recovery_key(&mut self, proof: Proving, here: Here<'_>) {
        let access = Access::new(&here, &self.port);
        let member = self.member(&here);
        self.ask(async move {
            let proven = member.prove(proof).await?;
            make(&proven, &access.token().await?).await
        });
    }

    /// It was typed back: from now on it opens the vault, and one from before does not.
    pub(super) fn save_recovery_key(&mut self, here: Here<'_>) {
        let Some(mut request) = self.unsaved.clone() else {
            return self
                .store
                .work
                .set(Work::Refused(problem::shown_too_long()));
        };
        let access = Access::new(&here, &self.port);
        let member = self.member(&here);
        self.ask(async move {
            let token = access.token().await?;
            // A passkey's proof was good once, and may have waited for long.
            if let Proof::Passkey(_) = request.proof {
                request.proof = member.prove(Proving::Passkey).await?.proof().await?;
            }
            relay::account::change_wraps(&token, &request)
                .await
                .map_err(|error| problem::of_http(&error))?;
            Ok(Answer::RecoveryKeySaved)
        });
    }

    pub(super) fn recovery_key_saved(&mut self) -> Wishes {
        self.begin();
        self.close("Your recovery key is in force. Keep it well.");
        self.store.entrance.update(|entrance| {
            *entrance = Some(Entrance {
                has_password: entrance.is_none_or(|it| it.has_password),
                has_recovery_key: true,
                codes_left: entrance.and_then(|it| it.codes_left),
            });
        });
        self.remind(Reminder::None)
    }

    /// Not now. A quiet notice stays.
    pub(super) fn put_off(&mut self) -> Wishes {
        self.begin();
        self.stores.view.dialog.set(None);
        self.remind(Reminder::Later)
    }
}

async fn make(proven: &Proven, token: &str) -> Result<Answer, Problem> {
    let vault = proven.open_vault(token).await?;
    let key = RecoveryKey::generate(&mut rng()?);
    let keys = key.keys();
    let request = ChangeWrapsRequest {
        proof: proven.proof().await?,
        put: vec![Wrap::recovery(proven.wrap(&vault, &keys.wrap)?)],
        remove: Vec::new(),
        recovery_secret: Some(RecoverySecret(keys.secret.0)),
    };
    Ok(Answer::RecoveryKey {
        text: key.to_text().to_string(),
        request: Box::new(request),
    })
}
