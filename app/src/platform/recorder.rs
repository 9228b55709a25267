//! Recording what somebody says, as one file, and how loud it is meanwhile. The microphone is in use as long as this is
//! held; dropping it forgets what was recorded.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{AudioContext, EventTarget};

use super::blob::Blob;
use super::clock;
use super::js;
use super::listener::Listener;
use super::microphone::{Microphone, MicrophoneError, Wanted};

/// Samples in one measurement: 43 ms at 48 kHz.
const WINDOW: u32 = 2_048;
/// Milliseconds between two of them.
const INTERVAL: i32 = 50;
/// Bits a second: speech in Opus has all its detail below that.
const BITS: u32 = 32_000;
/// In which recording is tried, the first one that the browser can. All of them can be played by every browser of today.
const TYPES: [&str; 3] = [
    "audio/webm;codecs=opus",
    "audio/ogg;codecs=opus",
    "audio/mp4",
];

/// Why nothing is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecorderFault {
    /// The person or the browser said no.
    Refused,
    /// There is no microphone.
    Missing,
    /// Another program holds it.
    Busy,
    /// The browser cannot, or not for this page.
    Unavailable,
}

impl From<MicrophoneError> for RecorderFault {
    fn from(error: MicrophoneError) -> Self {
        match error {
            MicrophoneError::Refused => Self::Refused,
            MicrophoneError::Missing => Self::Missing,
            MicrophoneError::Busy => Self::Busy,
            MicrophoneError::Insecure | MicrophoneError::Unavailable(_) => Self::Unavailable,
        }
    }
}

/// A recording that goes on.
pub struct Recorder {
    /// The browser's `MediaRecorder`.
    media: JsValue,
    parts: Rc<RefCell<Vec<JsValue>>>,
    started: u64,
    mime: String,
    interval: i32,
    context: AudioContext,
    _data: Listener,
    _closure: Closure<dyn FnMut()>,
    _microphone: Microphone,
}

impl Recorder {
    /// Asks for the microphone and begins. `heard` gets how loud it is, from 0 to 1, twenty times a second; `lost` is
    /// called when the microphone goes away.
    pub async fn start(
        heard: impl Fn(f32) + 'static,
        lost: impl Fn() + 'static,
    ) -> Result<Self, RecorderFault> {
        let microphone = Microphone::open(&Wanted::speech(), lost).await?;
        Self::record(microphone, heard).map_err(|_| RecorderFault::Unavailable)
    }

    /// Records what that microphone hears.
    pub(super) fn record(
        microphone: Microphone,
        heard: impl Fn(f32) + 'static,
    ) -> Result<Self, JsValue> {
        let window = web_sys::window().ok_or(JsValue::NULL)?;
        let constructor: Function = js::field(&window, "MediaRecorder").dyn_into()?;
        let can = |mime: &&str| {
            let answer = js::call(&constructor, "isTypeSupported", &[&JsValue::from_str(mime)]);
            answer.is_ok_and(|it| it.is_truthy())
        };
        let mime = TYPES.into_iter().find(can).unwrap_or_default();
        let mut options = vec![("audioBitsPerSecond", JsValue::from(BITS))];
        if !mime.is_empty() {
            options.push(("mimeType", mime.into()));
        }
        let fields: Vec<(&str, &JsValue)> = options.iter().map(|(name, it)| (*name, it)).collect();
        let arguments = Array::of2(microphone.stream(), &js::object(&fields));
        let recorder = Reflect::construct(&constructor, &arguments)?;
        let parts = Rc::new(RefCell::new(Vec::new()));
        let data = {
            let parts = Rc::clone(&parts);
            let target: &EventTarget = recorder.unchecked_ref();
            Listener::on(target, "dataavailable", move |event| {
                parts.borrow_mut().push(js::field(&event, "data"));
            })
        };
        let context = AudioContext::new()?;
        let node = context.create_analyser()?;
        node.set_fft_size(WINDOW);
        context
            .create_media_stream_source(microphone.stream())?
            .connect_with_audio_node(&node)?;
        let mut samples = vec![0.0_f32; WINDOW as usize];
        let closure = Closure::<dyn FnMut()>::new(move || {
            node.get_float_time_domain_data(&mut samples);
            let loudest = samples.iter().fold(0.0_f32, |most, it| most.max(it.abs()));
            // A step is a step to the ear.
            heard(loudest.min(1.0).sqrt());
        });
        let interval = window.set_interval_with_callback_and_timeout_and_arguments_0(
            closure.as_ref().unchecked_ref(),
            INTERVAL,
        )?;
        js::call(&recorder, "start", &[&1_000.into()])?;
        Ok(Self {
            media: recorder,
            parts,
            started: clock::now(),
            mime: mime.split(';').next().unwrap_or_default().to_owned(),
            interval,
            context,
            _data: data,
            _closure: closure,
            _microphone: microphone,
        })
    }

    /// How long it goes on already, in milliseconds.
    pub fn elapsed(&self) -> u64 {
        clock::now().saturating_sub(self.started)
    }

    /// Ends it. `None`: nothing was recorded.
    pub async fn finish(self) -> Option<Blob> {
        let recorder = self.media.clone();
        let mut listener = None;
        let stopped = Promise::new(&mut |resolve, _| {
            let target: &EventTarget = recorder.unchecked_ref();
            listener = Some(Listener::on(target, "stop", move |_| {
                resolve.call0(&JsValue::NULL).ok();
            }));
            js::call(&recorder, "stop", &[]).ok();
        });
        js_sys::futures::JsFuture::from(stopped).await.ok()?;
        let parts: Array = self.parts.borrow().iter().collect();
        let window = web_sys::window()?;
        let constructor: Function = js::field(&window, "Blob").dyn_into().ok()?;
        let options = js::object(&[("type", &self.mime.as_str().into())]);
        let made = Reflect::construct(&constructor, &Array::of2(&parts, &options)).ok()?;
        Some(Blob(made)).filter(|it| it.size() > 0)
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        if let Some(window) = web_sys::window() {
            window.clear_interval_with_handle(self.interval);
        }
        if js::text(&self.media, "state") != "inactive" {
            js::call(&self.media, "stop", &[]).ok();
        }
        // Fails only for one that is closed already.
        self.context.close().ok();
    }
}
