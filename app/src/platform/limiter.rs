//! Holds down what is too loud for ears. It works sample by sample and never looks ahead, which would be a delay: the
//! browser's own compressor takes 6 ms for that. Only for the other files of `platform`.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::JsValue;
use web_sys::{AudioContext, AudioNode, GainNode};

use super::task;
use super::worklet::Worklet;

/// A stretch of a sound graph, from its entry to its exit.
pub(super) struct Limiter {
    entry: GainNode,
    exit: GainNode,
    /// Holds sound down once it is loaded; what comes before passes as it is.
    running: Rc<RefCell<Option<Worklet>>>,
    is_held: Rc<()>,
}

impl Limiter {
    pub(super) fn new(context: &AudioContext) -> Result<Self, JsValue> {
        let (entry, exit) = (context.create_gain()?, context.create_gain()?);
        entry.connect_with_audio_node(&exit)?;
        let limiter = Self {
            entry,
            exit,
            running: Rc::default(),
            is_held: Rc::new(()),
        };
        let (held, place) = (Rc::downgrade(&limiter.is_held), Rc::clone(&limiter.running));
        let (context, entry, exit) = (context.clone(), limiter.entry.clone(), limiter.exit.clone());
        task::spawn(async move {
            let Ok(worklet) = Worklet::start(&context, "parley-limiter", &[]).await else {
                return;
            };
            if held.upgrade().is_some() && lead(&entry, worklet.node(), &exit).is_ok() {
                place.replace(Some(worklet));
            }
        });
        Ok(limiter)
    }

    pub(super) fn entry(&self) -> &AudioNode {
        &self.entry
    }

    pub(super) fn exit(&self) -> &AudioNode {
        &self.exit
    }
}

/// Sound goes through `by` from now on.
fn lead(entry: &AudioNode, by: &AudioNode, exit: &AudioNode) -> Result<(), JsValue> {
    by.connect_with_audio_node(exit)?;
    entry.disconnect()?;
    entry.connect_with_audio_node(by)?;
    Ok(())
}

impl Drop for Limiter {
    fn drop(&mut self) {
        self.entry.disconnect().ok();
        self.exit.disconnect().ok();
    }
}
