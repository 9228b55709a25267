//! Saving bytes as a file, through a link that is clicked and gone.

use js_sys::{Array, Function, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlElement};

use super::blob::Address;
use super::{clock, js, task};

/// Milliseconds after which a download has what it needs of the page.
const HELD: u64 = 60_000;

/// The browser did not take the file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the file could not be saved: {0}")]
pub struct SaveError(String);

/// Hands a file to the browser, which puts it where it puts downloads.
pub fn save(name: &str, bytes: &[u8]) -> Result<(), SaveError> {
    try_save(name, bytes).map_err(|error| SaveError(js::message(&error)))
}

/// Has the browser save what is at an address of bytes of this page.
pub fn save_at(name: &str, address: &str) {
    click(name, address).ok();
}

/// The same, and holds the address until the download has the bytes.
pub fn save_and_keep(name: &str, address: Address) {
    save_at(name, address.as_str());
    task::spawn(async move {
        clock::sleep(HELD).await;
        drop(address);
    });
}

/// Has the browser save what the service worker gives out at an address. The page stays where it is.
pub fn begin_at(address: &str) {
    let Some(frame) = frame(address) else {
        return;
    };
    task::spawn(async move {
        clock::sleep(HELD).await;
        frame.remove();
    });
}

fn frame(address: &str) -> Option<Element> {
    let document = web_sys::window()?.document()?;
    let frame = document.create_element("iframe").ok()?;
    frame.set_attribute("hidden", "").ok()?;
    frame.set_attribute("src", address).ok()?;
    document.body()?.append_child(&frame).ok()?;
    Some(frame)
}

fn click(name: &str, address: &str) -> Result<(), JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let document = window.document().ok_or(JsValue::NULL)?;
    let link: HtmlElement = document.create_element("a")?.dyn_into()?;
    link.set_attribute("href", address)?;
    link.set_attribute("download", name)?;
    link.click();
    Ok(())
}

fn try_save(name: &str, bytes: &[u8]) -> Result<(), JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let parts = Array::of1(&Uint8Array::from(bytes));
    let constructor: Function = js::field(&window, "Blob").dyn_into()?;
    let blob = js_sys::Reflect::construct(&constructor, &Array::of1(&parts))?;
    let url = js::call(&js::field(&window, "URL"), "createObjectURL", &[&blob])?;
    let address = url.as_string().ok_or(JsValue::NULL)?;
    click(name, &address)?;
    // The download has the bytes by the time the page is idle again.
    let revoke = js::field(&js::field(&window, "URL"), "revokeObjectURL");
    js::call(
        &window,
        "setTimeout",
        &[&revoke, &JsValue::from_f64(10_000.0), &url],
    )?;
    Ok(())
}
