//! Putting text on the clipboard. Never reading it.

use super::js;

/// Whether the text is there now.
pub async fn write(text: &str) -> bool {
    let Some(window) = web_sys::window() else {
        return false;
    };
    let clipboard = js::field(&window.navigator(), "clipboard");
    js::call_async(&clipboard, "writeText", &[&text.into()])
        .await
        .is_ok()
}
