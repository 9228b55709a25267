//! Passkeys: the browser's Web Authentication (level 3), with the extension that computes a secret of the passkey's own
//! (PRF). Bytes in, bytes out; nothing is kept.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::JsValue;

use super::js;

/// How long the browser may ask, in milliseconds. The relay forgets its challenge by then.
const PATIENCE: f64 = 300_000.0;

/// Why there is no passkey.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PasskeyError {
    /// The person closed the browser's dialog or let it stand, or there is no passkey here.
    #[error("nobody agreed: {0}")]
    Declined(String),
    /// The authenticator has one of the passkeys that were named.
    #[error("there is one already")]
    AlreadyThere,
    /// The browser makes no passkeys, or none at this address.
    #[error("not possible here: {0}")]
    Impossible(String),
    /// Anything else.
    #[error("it failed: {0}")]
    Failed(String),
}

/// What to make.
pub struct Creation<'a> {
    pub relying_party: &'a str,
    pub relying_party_name: &'a str,
    pub user: &'a [u8],
    pub user_name: &'a str,
    pub challenge: &'a [u8],
    /// COSE algorithm numbers, the best first.
    pub algorithms: &'a [i32],
    /// Passkeys whose authenticators must not make another one.
    pub known: &'a [Vec<u8>],
    /// What the secret is computed on.
    pub prf_input: &'a [u8],
}

/// What to use.
pub struct Request<'a> {
    pub relying_party: &'a str,
    pub challenge: &'a [u8],
    /// Passkeys that may be used; empty: any that the browser finds.
    pub allowed: &'a [Vec<u8>],
    /// What the secret is computed on.
    pub prf_input: &'a [u8],
}

/// A passkey that was made.
pub struct Created {
    pub id: Vec<u8>,
    pub attestation: Vec<u8>,
    pub client_data: Vec<u8>,
    pub prf: Prf,
}

/// A passkey that was used.
pub struct Asserted {
    pub id: Vec<u8>,
    pub authenticator_data: Vec<u8>,
    pub client_data: Vec<u8>,
    pub signature: Vec<u8>,
    pub user: Option<Vec<u8>>,
    pub prf: Prf,
}

/// What became of the secret.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Prf {
    /// Here it is.
    Computed([u8; 32]),
    /// The passkey can, but only when it is used.
    Later,
    /// The passkey or the browser cannot.
    Impossible,
}

/// Whether the browser makes passkeys for a page at this address; they belong to names, not to IP addresses.
pub fn are_possible() -> bool {
    let Some(window) = web_sys::window() else {
        return false;
    };
    let host = super::location::host();
    let is_address = host.starts_with('[') || host.parse::<std::net::Ipv4Addr>().is_ok();
    !is_address && js::field(&window, "PublicKeyCredential").is_function()
}

/// Makes a passkey. The browser asks the person.
pub async fn create(creation: &Creation<'_>) -> Result<Created, PasskeyError> {
    let required = JsValue::from_str("required");
    let selection = js::object(&[
        ("residentKey", &required),
        ("requireResidentKey", &JsValue::TRUE),
        ("userVerification", &required),
    ]);
    let party = js::object(&[
        ("id", &creation.relying_party.into()),
        ("name", &creation.relying_party_name.into()),
    ]);
    let user = js::object(&[
        ("id", &Uint8Array::from(creation.user)),
        ("name", &creation.user_name.into()),
        ("displayName", &creation.user_name.into()),
    ]);
    let algorithms: Array = creation.algorithms.iter().copied().map(algorithm).collect();
    let options = js::object(&[
        ("rp", &party),
        ("user", &user),
        ("challenge", &Uint8Array::from(creation.challenge)),
        ("pubKeyCredParams", &algorithms),
        ("excludeCredentials", &descriptors(creation.known)),
        ("authenticatorSelection", &selection),
        ("attestation", &"none".into()),
        ("timeout", &PATIENCE.into()),
        ("extensions", &extensions(creation.prf_input)),
    ]);
    let made = ask("create", &options).await?;
    let response = js::field(&made, "response");
    Ok(Created {
        id: bytes(&made, "rawId"),
        attestation: bytes(&response, "attestationObject"),
        client_data: bytes(&response, "clientDataJSON"),
        prf: prf(&made),
    })
}

/// Uses a passkey. The browser asks the person.
pub async fn get(request: &Request<'_>) -> Result<Asserted, PasskeyError> {
    let options = js::object(&[
        ("rpId", &request.relying_party.into()),
        ("challenge", &Uint8Array::from(request.challenge)),
        ("allowCredentials", &descriptors(request.allowed)),
        ("userVerification", &"required".into()),
        ("timeout", &PATIENCE.into()),
        ("extensions", &extensions(request.prf_input)),
    ]);
    let used = ask("get", &options).await?;
    let response = js::field(&used, "response");
    let handle = bytes(&response, "userHandle");
    Ok(Asserted {
        id: bytes(&used, "rawId"),
        authenticator_data: bytes(&response, "authenticatorData"),
        client_data: bytes(&response, "clientDataJSON"),
        signature: bytes(&response, "signature"),
        user: (!handle.is_empty()).then_some(handle),
        prf: prf(&used),
    })
}

async fn ask(method: &str, options: &JsValue) -> Result<JsValue, PasskeyError> {
    let nothing = || PasskeyError::Impossible("no window".to_owned());
    let window = web_sys::window().ok_or_else(nothing)?;
    let credentials = js::field(&window.navigator(), "credentials");
    let wrapped = js::object(&[("publicKey", options)]);
    let answer = js::call_async(&credentials, method, &[&wrapped]).await;
    match answer {
        Ok(credential) if credential.is_object() => Ok(credential),
        Ok(_) => Err(PasskeyError::Declined("no credential".to_owned())),
        Err(error) => Err(reason(&error)),
    }
}

/// Exceptions by their names (Web Authentication, sections 5.1.3 and 5.1.4).
fn reason(error: &JsValue) -> PasskeyError {
    let detail = js::message(error);
    match js::name_of(error).as_str() {
        "NotAllowedError" | "AbortError" | "TimeoutError" => PasskeyError::Declined(detail),
        "InvalidStateError" => PasskeyError::AlreadyThere,
        "NotSupportedError" | "SecurityError" | "TypeError" => PasskeyError::Impossible(detail),
        _ => PasskeyError::Failed(detail),
    }
}

fn algorithm(number: i32) -> JsValue {
    js::object(&[("type", &"public-key".into()), ("alg", &number.into())])
}

fn descriptors(ids: &[Vec<u8>]) -> JsValue {
    let all: Array = ids
        .iter()
        .map(|id| {
            let id = Uint8Array::from(id.as_slice());
            js::object(&[("type", &"public-key".into()), ("id", &id)])
        })
        .collect();
    all.into()
}

fn extensions(prf_input: &[u8]) -> JsValue {
    let eval = js::object(&[("first", &Uint8Array::from(prf_input))]);
    let prf = js::object(&[("eval", &eval)]);
    js::object(&[("prf", &prf)])
}

fn prf(credential: &JsValue) -> Prf {
    let results = js::call(credential, "getClientExtensionResults", &[]);
    let prf = js::field(&results.unwrap_or_default(), "prf");
    let first = bytes(&js::field(&prf, "results"), "first");
    match <[u8; 32]>::try_from(first) {
        Ok(secret) => Prf::Computed(secret),
        Err(_) if js::field(&prf, "enabled").is_truthy() => Prf::Later,
        Err(_) => Prf::Impossible,
    }
}

/// The bytes of an `ArrayBuffer` or of a view of one.
fn bytes(target: &JsValue, name: &str) -> Vec<u8> {
    let value = js::field(target, name);
    if value.is_object() {
        Uint8Array::new(&value).to_vec()
    } else {
        Vec::new()
    }
}
