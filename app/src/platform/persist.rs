//! Asking the browser not to throw away what the page keeps.

use super::js;

/// Asks, and says whether the browser promised. Some browsers decide by themselves, some ask the person.
pub async fn ask() -> bool {
    let Some(window) = web_sys::window() else {
        return false;
    };
    let storage = js::field(&window.navigator(), "storage");
    js::call_async(&storage, "persist", &[])
        .await
        .is_ok_and(|granted| granted.is_truthy())
}
