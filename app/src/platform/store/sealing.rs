//! Encrypting values by `WebCrypto`: AES-256-GCM with a fresh 96-bit nonce before each ciphertext, and the record's name
//! as additional data.

use js_sys::futures::JsFuture;
use js_sys::{Promise, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};

use crate::platform::{js, random};

const NONCE: usize = 12;

/// A key that can be used and not read.
pub(super) struct StoreKey(JsValue);

impl StoreKey {
    /// A new key.
    pub(super) async fn generate() -> Result<Self, JsValue> {
        let algorithm = js::object(&[
            ("name", &"AES-GCM".into()),
            ("length", &JsValue::from_f64(256.0)),
        ]);
        let uses = js_sys::Array::of2(&"encrypt".into(), &"decrypt".into());
        let key = js::call_async(
            &subtle(),
            "generateKey",
            &[&algorithm, &JsValue::FALSE, &uses],
        )
        .await?;
        Ok(Self(key))
    }

    /// As the database gave it back. `None` for what is no key.
    pub(super) fn from_kept(key: JsValue) -> Option<Self> {
        js::field(&key, "algorithm")
            .is_object()
            .then_some(Self(key))
    }

    /// As the database keeps it.
    pub(super) fn to_kept(&self) -> &JsValue {
        &self.0
    }

    /// Begins to encrypt.
    pub(super) fn seal(&self, name: &str, value: &[u8]) -> Sealing {
        let nonce = random::bytes::<NONCE>();
        let ciphertext = nonce
            .map_err(|error| JsValue::from_str(&error.to_string()))
            .and_then(|nonce| {
                self.begin("encrypt", name, &nonce, value)
                    .map(|promise| (nonce, promise))
            });
        Sealing(ciphertext)
    }

    /// Begins to decrypt.
    pub(super) fn open(&self, name: &str, sealed: &[u8]) -> Result<Promise, JsValue> {
        let (nonce, ciphertext) = sealed.split_at_checked(NONCE).ok_or(JsValue::NULL)?;
        self.begin("decrypt", name, nonce, ciphertext)
    }

    fn begin(
        &self,
        direction: &str,
        name: &str,
        nonce: &[u8],
        data: &[u8],
    ) -> Result<Promise, JsValue> {
        let algorithm = js::object(&[
            ("name", &"AES-GCM".into()),
            ("iv", &Uint8Array::from(nonce)),
            ("additionalData", &Uint8Array::from(name.as_bytes())),
        ]);
        js::call(
            &subtle(),
            direction,
            &[&algorithm, &self.0, &Uint8Array::from(data)],
        )?
        .dyn_into()
    }
}

/// An encryption that was begun.
pub(super) struct Sealing(Result<([u8; NONCE], Promise), JsValue>);

impl Sealing {
    /// Nonce and ciphertext.
    pub(super) async fn finish(self) -> Result<Uint8Array, JsValue> {
        let (nonce, promise) = self.0?;
        let ciphertext = Uint8Array::new(&JsFuture::from(promise).await?);
        let head = u32::try_from(NONCE).unwrap_or_default();
        let sealed = Uint8Array::new_with_length(head.saturating_add(ciphertext.length()));
        sealed.set(&Uint8Array::from(nonce.as_slice()), 0);
        sealed.set(&ciphertext, head);
        Ok(sealed)
    }
}

/// The plaintext of what was begun with [`StoreKey::open`].
pub(super) async fn finish(opening: Result<Promise, JsValue>) -> Result<Vec<u8>, JsValue> {
    let plaintext = JsFuture::from(opening?).await?;
    Ok(Uint8Array::new(&plaintext).to_vec())
}

fn subtle() -> JsValue {
    // In a worker there is no window.
    js::field(&js::field(&js_sys::global(), "crypto"), "subtle")
}
