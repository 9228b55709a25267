//! Small helps for talking to the browser's objects by name, for interfaces that `web_sys` does not offer yet.
//! Only for the other files of `platform`.

use js_sys::futures::JsFuture;
use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// An object with these fields.
pub(super) fn object(fields: &[(&str, &JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in fields {
        // Setting a field of a plain new object cannot fail.
        Reflect::set(&object, &JsValue::from_str(name), value).ok();
    }
    object.into()
}

/// A field, or `undefined`.
pub(super) fn field(target: &JsValue, name: &str) -> JsValue {
    Reflect::get(target, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}

/// A field of text, or nothing.
pub(super) fn text(target: &JsValue, name: &str) -> String {
    field(target, name).as_string().unwrap_or_default()
}

/// Sets a field. An object that does not let itself be changed stays as it is.
pub(super) fn set(target: &JsValue, name: &str, value: &JsValue) {
    Reflect::set(target, &JsValue::from_str(name), value).ok();
}

/// Calls a method by name.
pub(super) fn call(
    target: &JsValue,
    method: &str,
    arguments: &[&JsValue],
) -> Result<JsValue, JsValue> {
    let function: Function = field(target, method).dyn_into()?;
    let list = Array::new();
    for argument in arguments {
        list.push(argument);
    }
    function.apply(target, &list)
}

/// Calls a method that answers with a promise, and waits for it.
pub(super) async fn call_async(
    target: &JsValue,
    method: &str,
    arguments: &[&JsValue],
) -> Result<JsValue, JsValue> {
    let promise: Promise = call(target, method, arguments)?.dyn_into()?;
    JsFuture::from(promise).await
}

/// What an exception is called: `QuotaExceededError`.
pub(super) fn name_of(error: &JsValue) -> String {
    text(error, "name")
}

/// An exception in words, for the technical detail.
pub(super) fn message(error: &JsValue) -> String {
    match (name_of(error), text(error, "message")) {
        (name, message) if name.is_empty() && message.is_empty() => {
            error.as_string().unwrap_or_else(|| "unknown".to_owned())
        }
        (name, message) => format!("{name}: {message}"),
    }
}
