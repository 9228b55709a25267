//! The texts of a ceremony: the options that the relay gives, as bytes for the browser, and what the browser answers,
//! as text for the relay. What the PRF extension computed has no place in the answer.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use parley_protocol::json;
use serde::{Deserialize, Serialize};

/// The relay's options are not those of a ceremony.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the relay's options for a passkey cannot be read")]
pub struct CeremonyError;

/// Options to make a passkey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Creation {
    /// The relying party's id: the host of the page.
    pub relying_party: String,
    /// What the browser calls the relying party.
    pub relying_party_name: String,
    /// The member's id.
    pub user: Vec<u8>,
    /// The member's name.
    pub user_name: String,
    /// What the authenticator signs.
    pub challenge: Vec<u8>,
    /// COSE algorithm numbers, the best first.
    pub algorithms: Vec<i32>,
    /// Passkeys that the member has: their authenticators make no second one.
    pub known: Vec<Vec<u8>>,
}

/// Options to use a passkey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The relying party's id: the host of the page.
    pub relying_party: String,
    /// What the authenticator signs.
    pub challenge: Vec<u8>,
}

/// A passkey that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Created {
    /// Credential id.
    pub id: Vec<u8>,
    /// `attestationObject`.
    pub attestation: Vec<u8>,
    /// `clientDataJSON`.
    pub client_data: Vec<u8>,
}

/// A passkey that was used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asserted {
    /// Credential id.
    pub id: Vec<u8>,
    /// `authenticatorData`.
    pub authenticator_data: Vec<u8>,
    /// `clientDataJSON`.
    pub client_data: Vec<u8>,
    /// The signature over both.
    pub signature: Vec<u8>,
    /// The member's id, as the authenticator keeps it.
    pub user: Option<Vec<u8>>,
}

#[derive(Deserialize)]
struct Options<T> {
    #[serde(rename = "publicKey")]
    public_key: T,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CreationText {
    rp: PartyText,
    user: UserText,
    challenge: String,
    pub_key_cred_params: Vec<AlgorithmText>,
    exclude_credentials: Vec<KnownText>,
}

#[derive(Deserialize)]
struct PartyText {
    id: String,
    name: String,
}

#[derive(Deserialize)]
struct UserText {
    id: String,
    name: String,
}

#[derive(Deserialize)]
struct AlgorithmText {
    alg: i32,
}

#[derive(Deserialize)]
struct KnownText {
    id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RequestText {
    rp_id: String,
    challenge: String,
}

/// Reads options to make a passkey.
///
/// # Errors
/// [`CeremonyError`] if they are something else.
pub fn read_creation(options: &str) -> Result<Creation, CeremonyError> {
    let Options::<CreationText> { public_key: text } =
        json::read(options).map_err(|_| CeremonyError)?;
    let known = text.exclude_credentials.iter();
    Ok(Creation {
        relying_party: text.rp.id,
        relying_party_name: text.rp.name,
        user: bytes(&text.user.id)?,
        user_name: text.user.name,
        challenge: bytes(&text.challenge)?,
        algorithms: text.pub_key_cred_params.iter().map(|one| one.alg).collect(),
        known: known.map(|one| bytes(&one.id)).collect::<Result<_, _>>()?,
    })
}

/// Reads options to use a passkey.
///
/// # Errors
/// [`CeremonyError`] if they are something else.
pub fn read_request(options: &str) -> Result<Request, CeremonyError> {
    let Options::<RequestText> { public_key: text } =
        json::read(options).map_err(|_| CeremonyError)?;
    Ok(Request {
        challenge: bytes(&text.challenge)?,
        relying_party: text.rp_id,
    })
}

/// Reads a credential id, as it stands in a wrap.
pub fn read_id(text: &str) -> Option<Vec<u8>> {
    bytes(text).ok()
}

#[derive(Serialize)]
struct Credential<R> {
    id: String,
    #[serde(rename = "rawId")]
    raw_id: String,
    response: R,
    #[serde(rename = "type")]
    kind: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AttestationText {
    attestation_object: String,
    #[serde(rename = "clientDataJSON")]
    client_data: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AssertionText {
    authenticator_data: String,
    #[serde(rename = "clientDataJSON")]
    client_data: String,
    signature: String,
    user_handle: Option<String>,
}

impl Created {
    /// `PublicKeyCredential` as JSON text, for the relay.
    pub fn to_text(&self) -> String {
        credential(
            &self.id,
            AttestationText {
                attestation_object: text(&self.attestation),
                client_data: text(&self.client_data),
            },
        )
    }

    /// Credential id in base64url, which is also the id of the passkey's wrap.
    pub fn id_text(&self) -> String {
        text(&self.id)
    }
}

impl Asserted {
    /// `PublicKeyCredential` as JSON text, for the relay.
    pub fn to_text(&self) -> String {
        credential(
            &self.id,
            AssertionText {
                authenticator_data: text(&self.authenticator_data),
                client_data: text(&self.client_data),
                signature: text(&self.signature),
                user_handle: self.user.as_deref().map(text),
            },
        )
    }

    /// Credential id in base64url, which is also the id of the passkey's wrap.
    pub fn id_text(&self) -> String {
        text(&self.id)
    }
}

fn credential(id: &[u8], response: impl Serialize) -> String {
    json::write(&Credential {
        id: text(id),
        raw_id: text(id),
        response,
        kind: "public-key",
    })
}

fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn bytes(text: &str) -> Result<Vec<u8>, CeremonyError> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| CeremonyError)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_become_bytes() {
        let creation = read_creation(
            r#"{"publicKey":{"rp":{"id":"a.example","name":"Parley"},"user":{"id":"AQI","name":"Ada","displayName":"Ada"},
            "challenge":"_-8","pubKeyCredParams":[{"type":"public-key","alg":-7}],"timeout":1,
            "excludeCredentials":[{"type":"public-key","id":"Aw"}]}}"#,
        )
        .unwrap();
        assert_eq!(creation.user, [1, 2]);
        assert_eq!(creation.challenge, [0xff, 0xef]);
        assert_eq!(creation.algorithms, [-7]);
        assert_eq!(creation.known, [[3]]);
        let request =
            read_request(r#"{"publicKey":{"challenge":"_-8","rpId":"a.example"}}"#).unwrap();
        assert_eq!(request.relying_party, "a.example");
        assert_eq!(request.challenge, [0xff, 0xef]);
    }

    #[test]
    fn what_are_no_options_is_refused() {
        for text in [
            "",
            "{}",
            r#"{"publicKey":{}}"#,
            r#"{"publicKey":{"challenge":"?","rpId":"a"}}"#,
        ] {
            assert_eq!(read_request(text), Err(CeremonyError), "{text}");
            assert_eq!(read_creation(text), Err(CeremonyError), "{text}");
        }
    }

    #[test]
    fn an_answer_is_what_browsers_write() {
        let created = Created {
            id: vec![1],
            attestation: vec![2],
            client_data: vec![3],
        };
        assert_eq!(
            created.to_text(),
            r#"{"id":"AQ","rawId":"AQ","response":{"attestationObject":"Ag","clientDataJSON":"Aw"},"type":"public-key"}"#
        );
        let asserted = Asserted {
            id: vec![1],
            authenticator_data: vec![2],
            client_data: vec![3],
            signature: vec![4],
            user: Some(vec![5]),
        };
        assert_eq!(
            asserted.to_text(),
            r#"{"id":"AQ","rawId":"AQ","response":{"authenticatorData":"Ag","clientDataJSON":"Aw","signature":"BA","userHandle":"BQ"},"type":"public-key"}"#
        );
    }
}
