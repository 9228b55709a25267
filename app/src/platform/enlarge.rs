//! A part of the page over the whole screen, and a picture in a small window over all others.

use wasm_bindgen::JsValue;
use web_sys::HtmlElement;

use super::{js, task};

/// Whether this browser lets a picture float over other windows.
pub fn can_float() -> bool {
    js::field(&document(), "pictureInPictureEnabled").is_truthy()
}

/// Lets a `<video>` float, or puts the one that floats back. To be called from a click.
pub fn float(video: &HtmlElement) {
    let document = document();
    if js::field(&document, "pictureInPictureElement").is_truthy() {
        begin(document, "exitPictureInPicture");
    } else {
        begin(video.clone().into(), "requestPictureInPicture");
    }
}

/// Shows an element over the whole screen, or ends that. To be called from a click.
pub fn fill_screen(element: &HtmlElement) {
    let document = document();
    if js::field(&document, "fullscreenElement").is_truthy() {
        begin(document, "exitFullscreen");
    } else {
        begin(element.clone().into(), "requestFullscreen");
    }
}

fn begin(target: JsValue, method: &'static str) {
    task::spawn(async move {
        // A browser that does not want to leaves the page as it is.
        js::call_async(&target, method, &[]).await.ok();
    });
}

fn document() -> JsValue {
    let document = web_sys::window().and_then(|window| window.document());
    document.map_or(JsValue::UNDEFINED, JsValue::from)
}
