//! Passkeys: made in the browser, told to the relay, and made to open the vault if they can compute a secret. The secret
//! goes nowhere.

use leptos::prelude::Set;
use parley_client::passkey::{self, Created, Creation, PrfOutput};
use parley_protocol::auth::{
    FinishPasskeyRequest, PasskeyInfo, ProofRequest, RemovePasskeyRequest, Wrap,
};

use super::super::guarding::{Answer, Done, Here};
use super::access::Access;
use super::member::Member;
use super::{Guard, problem};
use crate::driver::convert::millis;
use crate::driver::relay;
use crate::platform::passkey::{self as browser, Prf};
use crate::platform::{device_label, random};
use crate::security::store::{Passkey, Passkeys, Problem, Proving, SecurityStore, Step, Work};

impl Guard {
    pub(super) fn add_passkey(&mut self, proof: Proving, here: Here<'_>) {
        let access = Access::new(&here, &self.port);
        let member = self.member(&here);
        let store = self.store;
        self.ask(async move {
            let token = access.token().await?;
            let proven = member.prove(proof).await?;
            let vault = proven.open_vault(&token).await?;
            let proof = proven.proof().await?;
            let options = relay::passkey::start(&token, &ProofRequest { proof })
                .await
                .map_err(|error| proven.problem(&error))?;
            let creation =
                passkey::read_creation(&options.options).map_err(problem::of_ceremony)?;
            store.work.set(Work::Busy(Step::AskingPasskey));
            let (created, secret) = make(&creation, &proven.member).await?;
            store.work.set(Work::Busy(Step::AskingRelay));
            let wrap = match &secret {
                Some(secret) => Some(Wrap::passkey(
                    created.id_text(),
                    proven.wrap(&vault, &secret.wrap_key())?,
                )),
                None => None,
            };
            let request = FinishPasskeyRequest {
                ticket: options.ticket,
                credential: created.to_text(),
                name: device_label::read(),
                wrap,
            };
            relay::passkey::finish(&token, &request)
                .await
                .map_err(|error| problem::of_new_passkey(&error))?;
            Ok(Answer::PasskeyMade {
                opens_messages: secret.is_some(),
            })
        });
    }

    pub(super) fn remove_passkey(&mut self, id: String, proof: Proving, here: Here<'_>) {
        let access = Access::new(&here, &self.port);
        let member = self.member(&here);
        self.ask(async move {
            let token = access.token().await?;
            let proven = member.prove(proof).await?;
            let proof = proven.proof().await?;
            relay::passkey::remove(&token, &RemovePasskeyRequest { proof, id })
                .await
                .map_err(|error| proven.problem_of_removal(&error))?;
            Ok(Answer::PasskeyRemoved)
        });
    }
}

/// What the relay says of them.
pub(super) async fn look(access: &Access) -> Option<Done> {
    let token = access.token().await.ok()?;
    let all = relay::passkey::list(&token).await.ok()?;
    Some(Done::Passkeys(Passkeys {
        possible: browser::are_possible(),
        all: all.passkeys.into_iter().map(shown).collect(),
    }))
}

pub(super) fn show(store: SecurityStore, passkeys: Passkeys) {
    store.passkeys.set(Some(passkeys));
}

fn shown(info: PasskeyInfo) -> Passkey {
    Passkey {
        id: info.id,
        name: info.name,
        created_at: millis(info.created_at),
        last_used_at: info.last_used_at.map(millis),
        opens_messages: info.has_wrap,
    }
}

/// Some passkeys compute their secret only when they are used: those are asked for a second time.
async fn make(
    creation: &Creation,
    member: &Member,
) -> Result<(Created, Option<PrfOutput>), Problem> {
    let prf_input = passkey::prf_input(&member.community);
    let wanted = browser::Creation {
        relying_party: &creation.relying_party,
        relying_party_name: &creation.relying_party_name,
        user: &creation.user,
        user_name: &creation.user_name,
        challenge: &creation.challenge,
        algorithms: &creation.algorithms,
        known: &creation.known,
        prf_input: &prf_input,
    };
    let made = browser::create(&wanted).await;
    let made = made.map_err(|error| problem::of_browser(&error))?;
    let created = Created {
        id: made.id,
        attestation: made.attestation,
        client_data: made.client_data,
    };
    let secret = match made.prf {
        Prf::Computed(secret) => Some(secret),
        Prf::Later => compute(creation, &created, &prf_input).await?,
        Prf::Impossible => None,
    };
    Ok((created, secret.map(PrfOutput::new)))
}

async fn compute(
    creation: &Creation,
    created: &Created,
    prf_input: &[u8],
) -> Result<Option<[u8; 32]>, Problem> {
    // Nobody checks the answer, so any challenge does.
    let challenge = random::bytes::<32>().map_err(|_| problem::no_randomness())?;
    let wanted = browser::Request {
        relying_party: &creation.relying_party,
        challenge: &challenge,
        allowed: std::slice::from_ref(&created.id),
        prf_input,
    };
    let used = browser::get(&wanted).await;
    match used.map_err(|error| problem::of_browser(&error))?.prf {
        Prf::Computed(secret) => Ok(Some(secret)),
        Prf::Later | Prf::Impossible => Ok(None),
    }
}
