//! Random bytes from the operating system, by way of `crypto.getRandomValues`.

use wasm_bindgen::JsCast;

use super::js;

/// The browser gave no random bytes. Nothing may be made without them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the browser gives no random bytes")]
pub struct NoRandomness;

/// As many fresh random bytes as asked for.
pub fn bytes<const N: usize>() -> Result<[u8; N], NoRandomness> {
    // In a worker there is no window.
    let crypto = js::field(&js_sys::global(), "crypto");
    let crypto: web_sys::Crypto = crypto.dyn_into().map_err(|_| NoRandomness)?;
    let mut bytes = [0; N];
    crypto
        .get_random_values_with_u8_array(&mut bytes)
        .map_err(|_| NoRandomness)?;
    Ok(bytes)
}
