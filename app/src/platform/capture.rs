//! Pictures and sound that a page takes from the machine: the camera, and the screen. In use as long as the value is
//! held; the browser shows that to the person.

pub mod screen;
pub mod webcam;

use parley_client::call::sending::Content;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MediaDevices, MediaStream, MediaStreamTrack};

use super::js;
use super::listener::Listener;

/// Why there is no picture.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CaptureError {
    /// The person or the browser said no, or the person closed the question.
    #[error("it was not allowed")]
    Refused,
    /// There is none.
    #[error("there is nothing to capture")]
    Missing,
    /// Another program holds it, or it is broken.
    #[error("it cannot be used now")]
    Busy,
    /// The page has no access to it: plain HTTP, or a browser that cannot do it.
    #[error("the browser has none for this page: {0}")]
    Unavailable(String),
}

/// A track that is being captured. Dropping it ends the capture.
pub struct LiveTrack {
    track: MediaStreamTrack,
    stream: MediaStream,
    content: Content,
    _ended: Listener,
}

impl LiveTrack {
    fn new(
        track: MediaStreamTrack,
        stream: MediaStream,
        content: Content,
        ended: impl Fn() + 'static,
    ) -> Self {
        let listener = Listener::on(&track, "ended", move |_| ended());
        let made = Self {
            track,
            stream,
            content,
            _ended: listener,
        };
        made.hint();
        made
    }

    /// What it shows, for a page.
    pub fn stream(&self) -> &MediaStream {
        &self.stream
    }

    /// Width and height in pixels; 0 while unknown.
    pub fn size(&self) -> (u32, u32) {
        let settings = js::call(&self.track, "getSettings", &[]).unwrap_or(JsValue::UNDEFINED);
        let side = |name| js::field(&settings, name).as_f64().map_or(0, whole);
        (side("width"), side("height"))
    }

    /// What matters more in it.
    pub fn content(&self) -> Content {
        self.content
    }

    /// Something else matters more from now on.
    pub fn set_content(&mut self, content: Content) {
        self.content = content;
        self.hint();
    }

    pub(super) fn track(&self) -> &MediaStreamTrack {
        &self.track
    }

    pub(super) fn is_picture(&self) -> bool {
        self.track.kind() == "video"
    }

    fn hint(&self) {
        let hint = match (self.is_picture(), self.content) {
            (true, Content::Motion) => "motion",
            (true, Content::Detail) => "detail",
            (false, _) => "music",
        };
        js::set(&self.track, "contentHint", &hint.into());
    }
}

impl Drop for LiveTrack {
    fn drop(&mut self) {
        self.track.stop();
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "bounded before it is cut"
)]
fn whole(side: f64) -> u32 {
    side.clamp(0.0, 65_536.0) as u32
}

fn media_devices() -> Result<MediaDevices, CaptureError> {
    let none = |text: &str| CaptureError::Unavailable(text.to_owned());
    let navigator = web_sys::window()
        .ok_or_else(|| none("no window"))?
        .navigator();
    // Missing on a page that did not come over HTTPS, whatever the bindings say.
    js::field(&navigator, "mediaDevices")
        .dyn_into()
        .map_err(|_| none("the page is not secure"))
}

fn problem(error: &JsValue) -> CaptureError {
    match js::name_of(error).as_str() {
        "NotAllowedError" | "SecurityError" => CaptureError::Refused,
        "NotFoundError" | "OverconstrainedError" => CaptureError::Missing,
        "NotReadableError" | "AbortError" | "InvalidStateError" => CaptureError::Busy,
        _ => CaptureError::Unavailable(js::message(error)),
    }
}
