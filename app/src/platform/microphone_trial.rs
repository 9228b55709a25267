//! Trying the microphone: what it hears is recorded as it would be sent, and played back.

use wasm_bindgen::JsValue;
use web_sys::HtmlAudioElement;

use super::blob::Address;
use super::listener::Listener;
use super::microphone::{Microphone, MicrophoneError, Wanted};
use super::recorder::Recorder;
use super::{js, media_player};

/// A recording that goes on. Dropping it lets go of the microphone.
pub struct Recording(Recorder);

impl Recording {
    /// Opens the microphone and begins. `heard` gets how loud it is, from 0 to 1.
    pub async fn start(
        wanted: &Wanted,
        heard: impl Fn(f32) + 'static,
    ) -> Result<Self, MicrophoneError> {
        let microphone = Microphone::open(wanted, || ()).await?;
        let unavailable = |error: JsValue| MicrophoneError::Unavailable(js::message(&error));
        let recorder = Recorder::record(microphone, heard).map_err(unavailable)?;
        Ok(Self(recorder))
    }

    /// Ends it and plays what was recorded through that loudspeaker; `ended` is called at its end. `None`: there is
    /// nothing to play.
    pub async fn play(
        self,
        loudspeaker: Option<&str>,
        ended: impl Fn() + 'static,
    ) -> Option<Played> {
        let address = self.0.finish().await?.address()?;
        let element = HtmlAudioElement::new_with_src(address.as_str()).ok()?;
        if let Some(id) = loudspeaker {
            // A browser that cannot choose plays where it always does.
            js::call_async(&element, "setSinkId", &[&id.into()])
                .await
                .ok();
        }
        let ended = Listener::on(&element, "ended", move |_| ended());
        media_player::begins(&element);
        media_player::play(&element);
        Some(Played {
            element,
            _address: address,
            _ended: ended,
        })
    }
}

/// A recording that is played, as long as it is held.
pub struct Played {
    element: HtmlAudioElement,
    _address: Address,
    _ended: Listener,
}

impl Drop for Played {
    fn drop(&mut self) {
        media_player::pause(&self.element);
    }
}
