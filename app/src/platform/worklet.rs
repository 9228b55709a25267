//! Sound that is worked on sample by sample, on the browser's own thread for it: the processors of
//! `public/sound-worklet.js`, as nodes of a sound graph. Only for the other files of `platform`.

use js_sys::{Array, Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{AudioContext, AudioNode};

use super::js;

/// A file with all of them. A second call for the same context costs nothing.
const FILE: &str = "/sound-worklet.js";

/// A processor at work.
pub(super) struct Worklet {
    node: AudioNode,
    port: JsValue,
}

impl Worklet {
    /// Loads the file into the context and starts the processor of that name.
    pub(super) async fn start(
        context: &AudioContext,
        name: &str,
        options: &[(&str, &JsValue)],
    ) -> Result<Self, JsValue> {
        let worklet = js::field(context, "audioWorklet");
        js::call_async(&worklet, "addModule", &[&FILE.into()]).await?;
        let constructor: Function = js::field(&js_sys::global(), "AudioWorkletNode").dyn_into()?;
        let arguments = Array::of3(context, &name.into(), &js::object(options));
        let node = Reflect::construct(&constructor, &arguments)?;
        Ok(Self {
            port: js::field(&node, "port"),
            node: node.unchecked_into(),
        })
    }

    pub(super) fn node(&self) -> &AudioNode {
        &self.node
    }

    /// Where it tells what it finds.
    pub(super) fn port(&self) -> &JsValue {
        &self.port
    }
}

impl Drop for Worklet {
    fn drop(&mut self) {
        // A processor is asked as long as it says that it goes on.
        js::call(&self.port, "postMessage", &[&JsValue::FALSE]).ok();
        js::call(&self.port, "close", &[]).ok();
        self.node.disconnect().ok();
    }
}
