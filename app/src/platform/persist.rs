//! Asking the browser not to throw away what the page keeps, and what it says about that.

use wasm_bindgen::JsValue;

use super::js;

/// What the browser says about what the page keeps.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Measure {
    /// The browser promised not to throw it away.
    pub is_persistent: bool,
    /// In bytes, as the browser estimates them.
    pub used: f64,
    /// In bytes.
    pub quota: f64,
}

/// Asks, and says whether the browser promised. Some browsers decide by themselves, some ask the person.
pub async fn ask() -> bool {
    is_true("persist").await
}

/// Whether the browser promised. Asks nobody.
pub async fn is_persistent() -> bool {
    is_true("persisted").await
}

/// The promise, and how full it is.
pub async fn measure() -> Measure {
    let estimate = js::call_async(&storage(), "estimate", &[]).await;
    let estimate = estimate.unwrap_or(JsValue::UNDEFINED);
    let number = |name| js::field(&estimate, name).as_f64().unwrap_or(0.0);
    Measure {
        is_persistent: is_persistent().await,
        used: number("usage"),
        quota: number("quota"),
    }
}

async fn is_true(method: &str) -> bool {
    js::call_async(&storage(), method, &[])
        .await
        .is_ok_and(|said| said.is_truthy())
}

fn storage() -> JsValue {
    web_sys::window().map_or(JsValue::UNDEFINED, |window| {
        js::field(&window.navigator(), "storage")
    })
}
