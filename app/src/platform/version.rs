//! Whether the relay has a newer page than this one: it names another program.

use wasm_bindgen::JsValue;

use super::js;

/// Asks the relay for its page. `false` also when it does not answer.
pub async fn is_outdated() -> bool {
    let Some(own) = own_program() else {
        return false;
    };
    newest_page()
        .await
        .is_some_and(|newest| !newest.contains(&own))
}

fn own_program() -> Option<String> {
    let document = web_sys::window()?.document()?;
    let link = document.query_selector("link[rel=modulepreload]").ok()??;
    link.get_attribute("href").filter(|href| !href.is_empty())
}

async fn newest_page() -> Option<String> {
    let window = web_sys::window()?;
    let options = js::object(&[("cache", &JsValue::from_str("no-store"))]);
    let path = JsValue::from_str("/index.html");
    let answer = js::call_async(&window, "fetch", &[&path, &options])
        .await
        .ok()?;
    js::call_async(&answer, "text", &[]).await.ok()?.as_string()
}
