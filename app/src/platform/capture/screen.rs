//! A screen, a window or a tab, with its sound where the browser gives it. The person chooses in the browser's own
//! dialog.

use parley_client::call::sending::Content;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MediaStream, MediaStreamTrack};

use super::{CaptureError, LiveTrack, media_devices, problem};
use crate::platform::js;

/// What is shared.
pub struct ScreenCapture {
    pub picture: LiveTrack,
    pub sound: Option<LiveTrack>,
}

/// Whether this browser can share a screen. Those of phones cannot.
pub fn is_possible() -> bool {
    media_devices().is_ok_and(|devices| js::field(&devices, "getDisplayMedia").is_function())
}

impl ScreenCapture {
    /// Asks the person what to share. `ended` is called when the browser ends it: by its own bar, or because the
    /// window was closed.
    pub async fn open(content: Content, ended: impl Fn() + 'static) -> Result<Self, CaptureError> {
        let devices = media_devices()?;
        if !is_possible() {
            return Err(CaptureError::Unavailable("no screen capture".into()));
        }
        let stream: MediaStream = js::call_async(&devices, "getDisplayMedia", &[&options()])
            .await
            .map_err(|error| problem(&error))?
            .unchecked_into();
        let first = |tracks: js_sys::Array| tracks.get(0).dyn_into::<MediaStreamTrack>().ok();
        let picture =
            first(stream.get_video_tracks().unchecked_into()).ok_or(CaptureError::Missing)?;
        let sound = first(stream.get_audio_tracks().unchecked_into());
        Ok(Self {
            picture: LiveTrack::new(picture, stream.clone(), content, ended),
            // Where the sound ends alone, the picture goes on.
            sound: sound.map(|sound| LiveTrack::new(sound, stream, Content::Motion, || {})),
        })
    }
}

/// Sound as it is, and nothing of what the others say in this call.
fn options() -> JsValue {
    let (yes, no) = (JsValue::TRUE, JsValue::FALSE);
    let picture = js::object(&[(
        "frameRate",
        &js::object(&[("ideal", &JsValue::from(30)), ("max", &JsValue::from(30))]),
    )]);
    let sound = js::object(&[
        ("echoCancellation", &no),
        ("noiseSuppression", &no),
        ("autoGainControl", &no),
        ("restrictOwnAudio", &yes),
    ]);
    js::object(&[
        ("video", &picture),
        ("audio", &sound),
        ("systemAudio", &"include".into()),
        ("windowAudio", &"window".into()),
        ("surfaceSwitching", &"include".into()),
        ("selfBrowserSurface", &"exclude".into()),
    ])
}
