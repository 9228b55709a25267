//! The camera, and QR codes in its picture. It is in use as long as the value is held.

mod reader;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::futures::JsFuture;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    HtmlMediaElement, MediaDevices, MediaStream, MediaStreamConstraints, MediaStreamTrack,
};

use self::reader::Reader;
use super::clock::sleep;
use super::{js, task};

/// Between two looks at the picture, in milliseconds. A look costs up to 30 where the browser has no reader of its own.
const EVERY: u64 = 150;

/// Why there is no picture.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CameraError {
    /// The person or the browser said no.
    #[error("the camera was not allowed")]
    Refused,
    /// There is none.
    #[error("there is no camera")]
    Missing,
    /// Another program holds it, or the page has no access to it.
    #[error("the camera cannot be used: {0}")]
    Unavailable(String),
}

/// Looks for codes. Dropping it lets go of the camera.
pub struct Scanning {
    is_over: Rc<Cell<bool>>,
    stream: Rc<RefCell<Option<MediaStream>>>,
}

impl Drop for Scanning {
    fn drop(&mut self) {
        self.is_over.set(true);
        if let Some(stream) = self.stream.borrow_mut().take() {
            stop(&stream);
        }
    }
}

/// Shows the camera's picture in a `<video>` and calls `found` with what a code in it says, once for each code that is
/// another one than before.
pub fn scan(
    video: &HtmlMediaElement,
    found: impl Fn(String) + 'static,
    failed: impl Fn(CameraError) + 'static,
) -> Scanning {
    let scanning = Scanning {
        is_over: Rc::default(),
        stream: Rc::default(),
    };
    let (is_over, held) = (Rc::clone(&scanning.is_over), Rc::clone(&scanning.stream));
    let video = video.clone();
    task::spawn(async move {
        match open().await {
            // Nobody looks any more.
            Ok(stream) if is_over.get() => stop(&stream),
            Ok(stream) => {
                video.set_src_object(Some(&stream));
                held.replace(Some(stream));
                look(&video, &is_over, found).await;
            }
            Err(error) => failed(error),
        }
    });
    scanning
}

async fn look(video: &HtmlMediaElement, is_over: &Cell<bool>, found: impl Fn(String)) {
    let reader = Reader::new();
    let mut before = None;
    while !is_over.get() {
        let code = reader.read(video).await;
        if is_over.get() {
            return;
        }
        if let Some(code) = code
            && before.as_ref() != Some(&code)
        {
            found(code.clone());
            before = Some(code);
        }
        sleep(EVERY).await;
    }
}

/// The camera at the back, where there are two.
async fn open() -> Result<MediaStream, CameraError> {
    let none = |text: &str| CameraError::Unavailable(text.to_owned());
    let navigator = web_sys::window()
        .ok_or_else(|| none("no window"))?
        .navigator();
    // Missing on a page that did not come over HTTPS, whatever the bindings say.
    let devices: MediaDevices = js::field(&navigator, "mediaDevices")
        .dyn_into()
        .map_err(|_| none("the page is not secure"))?;
    let ideal = |value: &JsValue| js::object(&[("ideal", value)]);
    let picture = js::object(&[
        ("facingMode", &ideal(&JsValue::from_str("environment"))),
        ("width", &ideal(&JsValue::from(1280))),
    ]);
    let wanted: MediaStreamConstraints =
        js::object(&[("audio", &JsValue::FALSE), ("video", &picture)]).unchecked_into();
    let asked = devices
        .get_user_media_with_constraints(&wanted)
        .map_err(|error| problem(&error))?;
    let stream = JsFuture::from(asked)
        .await
        .map_err(|error| problem(&error))?;
    Ok(stream.unchecked_into())
}

fn stop(stream: &MediaStream) {
    for track in stream.get_tracks().iter() {
        track.unchecked_into::<MediaStreamTrack>().stop();
    }
}

fn problem(error: &JsValue) -> CameraError {
    match js::name_of(error).as_str() {
        "NotAllowedError" | "SecurityError" => CameraError::Refused,
        "NotFoundError" | "OverconstrainedError" => CameraError::Missing,
        _ => CameraError::Unavailable(js::message(error)),
    }
}
