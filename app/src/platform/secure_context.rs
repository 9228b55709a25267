//! Whether the browser lends this page a microphone at all: only to one that nobody could have changed on its way.

use super::js;

pub fn is_secure() -> bool {
    js::field(&js_sys::global(), "isSecureContext").is_truthy()
}
