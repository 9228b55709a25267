//! An authenticator with one passkey (ES256), as a browser would talk to it, that can also be told to lie. What real
//! ones do is in the browser stories.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use parley_protocol::auth::{PasskeyAssertion, PasskeyOptions};
use parley_protocol::ids::UserId;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::fresh;

/// Flags of authenticator data (Web Authentication level 3, section 6.1).
const USER_PRESENT: u8 = 1;
const USER_VERIFIED: u8 = 1 << 2;
const ATTESTED: u8 = 1 << 6;

pub(crate) struct Authenticator {
    pub(crate) id: Vec<u8>,
    key: SigningKey,
    /// The member's id, as it was given when the passkey was made.
    pub(crate) user: Vec<u8>,
    /// The page's origin, as the browser says it.
    pub(crate) origin: String,
    pub(crate) relying_party: String,
    pub(crate) counter: u32,
    /// Whether the person proved to the authenticator who they are.
    pub(crate) verifies: bool,
}

impl Authenticator {
    pub(crate) fn new(origin: &str, user: UserId) -> Self {
        Self {
            id: fresh::<16>().to_vec(),
            key: SigningKey::from_slice(&fresh::<32>()).unwrap(),
            user: user.as_bytes().to_vec(),
            origin: origin.to_owned(),
            relying_party: "localhost".to_owned(),
            counter: 0,
            verifies: true,
        }
    }

    pub(crate) fn id_text(&self) -> String {
        URL_SAFE_NO_PAD.encode(&self.id)
    }

    /// Makes the passkey: `PublicKeyCredential` as JSON text.
    pub(crate) fn create(&self, options: &PasskeyOptions) -> String {
        let point = self.key.verifying_key().to_sec1_point(false);
        let (x, y) = (point.x().unwrap(), point.y().unwrap());
        // A COSE key (RFC 9053 section 7.1.1) in CBOR: kty EC2, alg ES256, crv P-256, x, y.
        let mut cose = vec![0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20];
        cose.extend_from_slice(x);
        cose.extend_from_slice(&[0x22, 0x58, 0x20]);
        cose.extend_from_slice(y);
        let mut data = self.data(ATTESTED);
        data.extend_from_slice(&[0; 16]);
        data.extend_from_slice(&u16::try_from(self.id.len()).unwrap().to_be_bytes());
        data.extend_from_slice(&self.id);
        data.extend_from_slice(&cose);
        // {"fmt": "none", "attStmt": {}, "authData": data}
        let mut attestation = vec![0xa3, 0x63];
        attestation.extend_from_slice(b"fmt\x64none\x67attStmt\xa0\x68authData\x58");
        attestation.push(u8::try_from(data.len()).unwrap());
        attestation.extend_from_slice(&data);
        let response = json!({
            "attestationObject": URL_SAFE_NO_PAD.encode(attestation),
            "clientDataJSON": URL_SAFE_NO_PAD.encode(self.client_data("webauthn.create", options)),
        });
        self.credential(&response)
    }

    /// Uses the passkey.
    pub(crate) fn assert(&mut self, options: &PasskeyOptions) -> PasskeyAssertion {
        self.counter += 1;
        let data = self.data(0);
        let client_data = self.client_data("webauthn.get", options);
        let signed = [data.as_slice(), Sha256::digest(&client_data).as_slice()].concat();
        let signature: Signature = self.key.sign(&signed);
        let response = json!({
            "authenticatorData": URL_SAFE_NO_PAD.encode(data),
            "clientDataJSON": URL_SAFE_NO_PAD.encode(client_data),
            "signature": URL_SAFE_NO_PAD.encode(signature.to_der().as_bytes()),
            "userHandle": URL_SAFE_NO_PAD.encode(&self.user),
        });
        PasskeyAssertion {
            ticket: options.ticket.clone(),
            credential: self.credential(&response),
        }
    }

    fn credential(&self, response: &Value) -> String {
        let id = self.id_text();
        json!({ "id": id, "rawId": id, "response": response, "type": "public-key" }).to_string()
    }

    fn data(&self, more: u8) -> Vec<u8> {
        let verified = if self.verifies { USER_VERIFIED } else { 0 };
        let mut data = Sha256::digest(&self.relying_party).to_vec();
        data.push(USER_PRESENT | verified | more);
        data.extend_from_slice(&self.counter.to_be_bytes());
        data
    }

    fn client_data(&self, kind: &str, options: &PasskeyOptions) -> Vec<u8> {
        let given: Value = serde_json::from_str(&options.options).unwrap();
        let data = json!({
            "type": kind,
            "challenge": given["publicKey"]["challenge"],
            "origin": self.origin,
            "crossOrigin": false,
        });
        data.to_string().into_bytes()
    }
}
