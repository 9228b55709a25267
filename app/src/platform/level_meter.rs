//! How loud the own microphone is: told by the browser's thread for sound, which goes on while a page is in the
//! background. Nothing is told while the browser does not run it.

use std::cell::RefCell;
use std::rc::Rc;

use web_sys::{AudioContext, AudioNode, EventTarget, MessageEvent};

use wasm_bindgen::{JsCast, JsValue};

use super::listener::Listener;
use super::worklet::Worklet;
use super::{js, speech, task};

/// How loud it is, in decibels below the loudest possible: the loudest 10 ms since the last time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Loudness(pub f32);

impl Loudness {
    /// 0 is silence, 1 as loud as can be; a step is a step to the ear.
    pub fn level(self) -> f32 {
        speech::level(self.0)
    }
}

/// Measures one sound as long as it is held.
pub struct LevelMeter {
    source: AudioNode,
    /// Empty until the processor runs, and once this is dropped.
    running: Rc<RefCell<Option<(Worklet, Listener)>>>,
    is_held: Rc<()>,
}

impl LevelMeter {
    /// Measures what comes out of a node. `report` hears a rise at once, everything else within 50 ms.
    pub(super) fn new(
        context: &AudioContext,
        source: &AudioNode,
        report: impl Fn(Loudness) + 'static,
    ) -> Self {
        let running = Rc::new(RefCell::new(None));
        let is_held = Rc::new(());
        let (held, place) = (Rc::downgrade(&is_held), Rc::clone(&running));
        let (context, from) = (context.clone(), source.clone());
        task::spawn(async move {
            let none = JsValue::from(0);
            let options = [("numberOfOutputs", &none)];
            let Ok(worklet) = Worklet::start(&context, "parley-loudness", &options).await else {
                return;
            };
            if held.upgrade().is_none() || from.connect_with_audio_node(worklet.node()).is_err() {
                return;
            }
            let port: &EventTarget = worklet.port().unchecked_ref();
            let listener = Listener::on(port, "message", move |event| {
                let told = event.unchecked_ref::<MessageEvent>().data().as_f64();
                #[expect(clippy::cast_possible_truncation, reason = "decibels")]
                if let Some(decibels) = told {
                    report(Loudness(decibels as f32));
                }
            });
            js::call(worklet.port(), "start", &[]).ok();
            place.replace(Some((worklet, listener)));
        });
        Self {
            source: source.clone(),
            running,
            is_held,
        }
    }
}

impl Drop for LevelMeter {
    fn drop(&mut self) {
        debug_assert_eq!(
            Rc::strong_count(&self.is_held),
            1,
            "only the meter holds it"
        );
        if let Some((worklet, _)) = self.running.take() {
            // Refused when the source was disconnected before, which is as good.
            self.source.disconnect_with_audio_node(worklet.node()).ok();
        }
    }
}
