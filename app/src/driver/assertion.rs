//! Using a passkey: what the browser answers, and the secret that it computed for this community.

use parley_client::passkey::{self, Asserted, PrfOutput, Request};
use parley_protocol::ids::CommunityId;

use crate::platform::passkey::{self as browser, PasskeyError, Prf};

/// A passkey that was used, and its secret if it has one.
pub struct Used {
    pub answer: Asserted,
    pub secret: Option<PrfOutput>,
}

/// The browser asks the person for one of the passkeys of `allowed`, or for any.
pub async fn ask(
    request: &Request,
    allowed: &[Vec<u8>],
    community: CommunityId,
) -> Result<Used, PasskeyError> {
    let wanted = browser::Request {
        relying_party: &request.relying_party,
        challenge: &request.challenge,
        allowed,
        prf_input: &passkey::prf_input(&community),
    };
    let used = browser::get(&wanted).await?;
    let secret = match used.prf {
        Prf::Computed(secret) => Some(PrfOutput::new(secret)),
        Prf::Later | Prf::Impossible => None,
    };
    Ok(Used {
        answer: Asserted {
            id: used.id,
            authenticator_data: used.authenticator_data,
            client_data: used.client_data,
            signature: used.signature,
            user: used.user,
        },
        secret,
    })
}
