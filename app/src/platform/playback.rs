//! Loudspeakers: everyone in a call, each with their own loudness, mixed by one `AudioContext`.

use js_sys::futures::JsFuture;
use wasm_bindgen::JsValue;
use web_sys::{
    AudioContext, AudioContextState, AudioNode, GainNode, HtmlAudioElement,
    MediaStreamAudioDestinationNode, MediaStreamAudioSourceNode,
};

use super::chime::{self, Chime};
use super::clock;
use super::level_meter::{LevelMeter, Loudness};
use super::limiter::Limiter;
use super::listener::Listener;
use super::microphone::Microphone;
use super::peer_connection::RemoteSound;
use super::{js, task};

/// A change of loudness takes this long, in seconds: a jump clicks.
const FADE: f64 = 0.015;
/// The loudest that one person can be made: twice as loud by hand, and as much as evening out may add.
const LOUDEST: f32 = 6.4;
/// The tone of leaving is over, in milliseconds.
const GOODBYE: u64 = 400;

/// The browser plays nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the browser plays no sound: {0}")]
pub struct PlaybackError(String);

/// Everything that is heard. Dropping it ends all sound.
pub struct Playback {
    context: AudioContext,
    everyone: GainNode,
    /// While sound goes through it.
    limiter: Option<Limiter>,
    detour: Option<Detour>,
    _state: Listener,
}

/// The way to a chosen loudspeaker in a browser whose `AudioContext` cannot choose.
struct Detour {
    node: MediaStreamAudioDestinationNode,
    element: HtmlAudioElement,
}

impl Playback {
    /// Begins. `changed` is called when the browser starts to hold sound back, or stops to: see
    /// [`Playback::is_blocked`].
    pub fn new(changed: impl Fn() + 'static) -> Result<Self, PlaybackError> {
        let context = AudioContext::new().map_err(failed)?;
        let everyone = context.create_gain().map_err(failed)?;
        everyone
            .connect_with_audio_node(&context.destination())
            .map_err(failed)?;
        let state = Listener::on(&context, "statechange", move |_| changed());
        Ok(Self {
            context,
            everyone,
            limiter: None,
            detour: None,
            _state: state,
        })
    }

    /// Holds down what is too loud for ears, or lets everything through as it is.
    pub fn set_limiter(&mut self, on: bool) {
        if on == self.limiter.is_some() {
            return;
        }
        self.limiter = on.then(|| Limiter::new(&self.context).ok()).flatten();
        self.connect().ok();
    }

    /// From everyone to the loudspeaker, by way of what is in between.
    fn connect(&self) -> Result<(), JsValue> {
        self.everyone.disconnect()?;
        let destination = self.context.destination();
        let exit: &AudioNode = match &self.detour {
            Some(detour) => &detour.node,
            None => &destination,
        };
        let Some(limiter) = &self.limiter else {
            self.everyone.connect_with_audio_node(exit)?;
            return Ok(());
        };
        limiter.exit().disconnect()?;
        self.everyone.connect_with_audio_node(limiter.entry())?;
        limiter.exit().connect_with_audio_node(exit)?;
        Ok(())
    }

    /// A short sound.
    pub fn chime(&self, chime: Chime) {
        chime::play(chime, &self.context, &self.everyone).ok();
    }

    /// Nobody is heard any more but the tone of leaving; then it ends.
    pub fn end_with_chime(self) {
        self.chime(Chime::Left);
        task::spawn(async move {
            clock::sleep(GOODBYE).await;
            drop(self);
        });
    }

    /// Whether the browser holds sound back until the person clicks something.
    pub fn is_blocked(&self) -> bool {
        self.context.state() == AudioContextState::Suspended
    }

    /// To be called from a click.
    pub fn resume(&self) {
        if let Ok(resumed) = self.context.resume() {
            task::spawn(async move {
                JsFuture::from(resumed).await.ok();
            });
        }
        if let Some(detour) = &self.detour {
            play(&detour.element);
        }
    }

    /// Deafened: nobody is heard, and everybody goes on.
    pub fn set_deafened(&self, deafened: bool) {
        let loudness = if deafened { 0.0 } else { 1.0 };
        self.everyone
            .gain()
            .set_target_at_time(loudness, self.context.current_time(), FADE)
            .ok();
    }

    /// Plays one person's sound, until the sink is dropped.
    pub fn sink(&self, sound: &RemoteSound) -> Result<Sink, PlaybackError> {
        // Chromium lets remote sound flow into a context only if an element plays it too.
        let element = HtmlAudioElement::new().map_err(failed)?;
        element.set_muted(true);
        element.set_src_object(Some(&sound.stream));
        play(&element);
        let source = self
            .context
            .create_media_stream_source(&sound.stream)
            .map_err(failed)?;
        let gain = self.context.create_gain().map_err(failed)?;
        // Somebody who is not to be heard is not, not even while this fades.
        gain.gain().set_value(0.0);
        source.connect_with_audio_node(&gain).map_err(failed)?;
        gain.connect_with_audio_node(&self.everyone)
            .map_err(failed)?;
        Ok(Sink {
            context: self.context.clone(),
            element,
            source,
            gain,
        })
    }

    /// Measures the own microphone. It is not played.
    pub fn meter(
        &self,
        microphone: &Microphone,
        report: impl Fn(Loudness) + 'static,
    ) -> Option<MicrophoneMeter> {
        let source = self
            .context
            .create_media_stream_source(microphone.stream())
            .ok()?;
        let meter = LevelMeter::new(&self.context, &source, report);
        Some(MicrophoneMeter {
            _meter: meter,
            source,
        })
    }

    /// Plays through another loudspeaker, `None` for the system's choice.
    pub async fn set_output(&mut self, device: Option<&str>) -> Result<(), PlaybackError> {
        let id = JsValue::from_str(device.unwrap_or_default());
        if js::field(&self.context, "setSinkId").is_function() {
            js::call_async(&self.context, "setSinkId", &[&id])
                .await
                .map_err(failed)?;
            return Ok(());
        }
        if device.is_none() && self.detour.is_none() {
            return Ok(());
        }
        let element = match &self.detour {
            Some(detour) => detour.element.clone(),
            None => self.take_detour()?,
        };
        js::call_async(&element, "setSinkId", &[&id])
            .await
            .map_err(failed)?;
        Ok(())
    }

    fn take_detour(&mut self) -> Result<HtmlAudioElement, PlaybackError> {
        let node = self
            .context
            .create_media_stream_destination()
            .map_err(failed)?;
        let element = HtmlAudioElement::new().map_err(failed)?;
        element.set_src_object(Some(&node.stream()));
        play(&element);
        self.detour = Some(Detour {
            node,
            element: element.clone(),
        });
        self.connect().map_err(failed)?;
        Ok(element)
    }
}

impl Drop for Playback {
    fn drop(&mut self) {
        self.everyone.disconnect().ok();
        if let Some(Detour { element, .. }) = &self.detour {
            element.set_src_object(None);
        }
        self.context.close().ok();
    }
}

/// One person's sound.
pub struct Sink {
    context: AudioContext,
    element: HtmlAudioElement,
    source: MediaStreamAudioSourceNode,
    gain: GainNode,
}

impl Sink {
    /// How loud: 1 as it comes, 0 silent.
    pub fn set_loudness(&self, factor: f32) {
        let loudness = factor.clamp(0.0, LOUDEST);
        self.gain
            .gain()
            .set_target_at_time(loudness, self.context.current_time(), FADE)
            .ok();
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.source.disconnect().ok();
        self.gain.disconnect().ok();
        self.element.set_src_object(None);
    }
}

/// Measures the own microphone as long as it is held.
pub struct MicrophoneMeter {
    _meter: LevelMeter,
    source: MediaStreamAudioSourceNode,
}

impl Drop for MicrophoneMeter {
    fn drop(&mut self) {
        self.source.disconnect().ok();
    }
}

/// Starts an element. A browser that wants a click first says so through the context's state.
fn play(element: &HtmlAudioElement) {
    if let Ok(started) = element.play() {
        task::spawn(async move {
            JsFuture::from(started).await.ok();
        });
    }
}

fn failed(error: JsValue) -> PlaybackError {
    PlaybackError(js::message(&error))
}
