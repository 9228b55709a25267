//! Saving bytes as a file, through a link that is clicked and gone.

use js_sys::{Array, Function, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlElement;

use super::js;

/// The browser did not take the file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the file could not be saved: {0}")]
pub struct SaveError(String);

/// Hands a file to the browser, which puts it where it puts downloads.
pub fn save(name: &str, bytes: &[u8]) -> Result<(), SaveError> {
    try_save(name, bytes).map_err(|error| SaveError(js::message(&error)))
}

fn try_save(name: &str, bytes: &[u8]) -> Result<(), JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let document = window.document().ok_or(JsValue::NULL)?;
    let parts = Array::of1(&Uint8Array::from(bytes));
    let constructor: Function = js::field(&window, "Blob").dyn_into()?;
    let blob = js_sys::Reflect::construct(&constructor, &Array::of1(&parts))?;
    let url = js::call(&js::field(&window, "URL"), "createObjectURL", &[&blob])?;
    let address = url.as_string().ok_or(JsValue::NULL)?;
    let link: HtmlElement = document.create_element("a")?.dyn_into()?;
    link.set_attribute("href", &address)?;
    link.set_attribute("download", name)?;
    link.click();
    // The download has the bytes by the time the page is idle again.
    let revoke = js::field(&js::field(&window, "URL"), "revokeObjectURL");
    js::call(
        &window,
        "setTimeout",
        &[&revoke, &JsValue::from_f64(10_000.0), &url],
    )?;
    Ok(())
}
