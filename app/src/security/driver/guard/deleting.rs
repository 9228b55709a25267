//! Leaving for good: the member's own removal goes to the relay with the proof, and everything kept for them goes.

use leptos::prelude::Set;
use parley_protocol::auth::DeleteAccountRequest;
use parley_protocol::entry::Action;

use super::super::guarding::{Answer, Here};
use super::Guard;
use super::access::Access;
use crate::driver::relay;
use crate::security::store::{Problem, Proving, Work};

impl Guard {
    pub(super) fn delete_account(&mut self, proof: Proving, here: Here<'_>) {
        let (user, _) = here.engine.me();
        if here.engine.community().owner() == user {
            return self.store.work.set(Work::Refused(Problem::Owner));
        }
        let access = Access::new(&here, &self.port);
        let member = self.member(&here);
        let entry = here.engine.sign(Action::MemberRemoved { user }, here.now);
        self.ask(async move {
            let proven = member.prove(proof).await?;
            let token = access.token().await?;
            let proof = proven.proof().await?;
            relay::account::delete_account(&token, &DeleteAccountRequest { proof, entry })
                .await
                .map_err(|error| proven.problem(&error))?;
            Ok(Answer::Deleted)
        });
    }
}
