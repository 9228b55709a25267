//! The data channel on which two devices talk beside their media. It carries texts; what they mean is the call's matter.

use parley_client::call::control::{CONTROL_ID, CONTROL_LABEL};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{EventTarget, RtcPeerConnection};

use crate::platform::js;
use crate::platform::listener::Listener;

/// What the channel tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ControlNews {
    /// Texts go through from now on.
    Open,
    Said(String),
}

/// Both sides make it with the same number, so neither has to wait for the other.
pub(super) struct ControlChannel {
    channel: JsValue,
    _listeners: Option<[Listener; 2]>,
}

impl ControlChannel {
    pub(super) fn new(
        connection: &RtcPeerConnection,
        report: impl Fn(ControlNews) + Clone + 'static,
    ) -> Self {
        let options = js::object(&[
            ("negotiated", &JsValue::TRUE),
            ("id", &JsValue::from(CONTROL_ID)),
            ("ordered", &JsValue::TRUE),
        ]);
        // A browser without data channels makes calls without pictures.
        let channel = js::call(
            connection,
            "createDataChannel",
            &[&JsValue::from_str(CONTROL_LABEL), &options],
        )
        .unwrap_or(JsValue::UNDEFINED);
        let listeners = channel.dyn_ref::<EventTarget>().map(|target| {
            let opened = report.clone();
            [
                Listener::on(target, "open", move |_| opened(ControlNews::Open)),
                Listener::on(target, "message", move |event| {
                    // Bytes are not said by this program, and not read.
                    if let Some(text) = js::field(&event, "data").as_string() {
                        report(ControlNews::Said(text));
                    }
                }),
            ]
        });
        Self {
            channel,
            _listeners: listeners,
        }
    }

    /// Says something, if the channel is open.
    pub(super) fn say(&self, text: &str) {
        if js::text(&self.channel, "readyState") == "open" {
            // Fails only when the channel closes in this moment.
            js::call(&self.channel, "send", &[&JsValue::from_str(text)]).ok();
        }
    }

    /// Hears and says nothing any more.
    pub(super) fn close(&self) {
        js::call(&self.channel, "close", &[]).ok();
    }
}
