//! Takes noise out of a microphone by a program of its own, which is loaded when it is first wanted: `RNNoise`, in the
//! crate `denoise`. The sound is 10 ms late for it.

use js_sys::futures::JsFuture;
use js_sys::{ArrayBuffer, Function};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{AudioContext, MediaStream, MediaStreamAudioSourceNode, Response};

use super::js;
use super::worklet::Worklet;

const PROGRAM: &str = "/denoise.wasm";
/// What the network was trained for.
const RATE: f64 = 48_000.0;

/// At work as long as it is held.
pub(super) struct Denoiser {
    context: AudioContext,
    source: MediaStreamAudioSourceNode,
    output: MediaStream,
    _worklet: Worklet,
}

impl Denoiser {
    /// Begins with that microphone.
    pub(super) async fn new(microphone: &MediaStream) -> Result<Self, JsValue> {
        let program = program().await?;
        let context = context()?;
        match Self::begin(&context, microphone, &program).await {
            Ok(begun) => Ok(begun),
            Err(error) => {
                context.close().ok();
                Err(error)
            }
        }
    }

    async fn begin(
        context: &AudioContext,
        microphone: &MediaStream,
        program: &ArrayBuffer,
    ) -> Result<Self, JsValue> {
        let one = JsValue::from(1);
        let options = [
            ("channelCount", &one),
            ("channelCountMode", &"explicit".into()),
            ("processorOptions", &js::object(&[("program", program)])),
        ];
        let worklet = Worklet::start(context, "parley-denoise", &options).await?;
        let source = context.create_media_stream_source(microphone)?;
        source.connect_with_audio_node(worklet.node())?;
        let output = context.create_media_stream_destination()?;
        worklet.node().connect_with_audio_node(&output)?;
        // It was asked for by a click, or the page plays sound already: a browser that refuses leaves the sound as it is.
        JsFuture::from(context.resume()?).await?;
        Ok(Self {
            context: context.clone(),
            source,
            output: output.stream(),
            _worklet: worklet,
        })
    }

    /// The same sound without the noise.
    pub(super) fn output(&self) -> &MediaStream {
        &self.output
    }
}

impl Drop for Denoiser {
    fn drop(&mut self) {
        self.source.disconnect().ok();
        // Fails only for one that is closed already.
        self.context.close().ok();
    }
}

fn context() -> Result<AudioContext, JsValue> {
    let constructor: Function = js::field(&js_sys::global(), "AudioContext").dyn_into()?;
    let options = js::object(&[("sampleRate", &RATE.into())]);
    let made = js_sys::Reflect::construct(&constructor, &js_sys::Array::of1(&options))?;
    Ok(made.unchecked_into())
}

async fn program() -> Result<ArrayBuffer, JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let answer: Response = JsFuture::from(window.fetch_with_str(PROGRAM))
        .await?
        .unchecked_into();
    if !answer.ok() {
        return Err(JsValue::from(answer.status()));
    }
    Ok(JsFuture::from(answer.array_buffer()?)
        .await?
        .unchecked_into())
}
