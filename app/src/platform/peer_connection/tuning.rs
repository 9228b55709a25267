//! What makes speech robust and quick: redundant Opus first, and a short wait before it is played.

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{RtcPeerConnection, RtcRtpReceiver, RtcRtpTransceiver};

use crate::platform::js;

/// In this order. RED (RFC 2198) repeats each Opus frame in the next packet, so that single losses are not heard.
/// Opus itself has its in-band FEC on in every browser. Nothing else is offered.
const CODECS: [&str; 2] = ["audio/red", "audio/opus"];

/// Puts the wanted codecs first, where the browser lets a page choose.
pub(super) fn prefer_codecs(connection: &RtcPeerConnection) {
    let Some(capabilities) = RtcRtpReceiver::get_capabilities("audio") else {
        return;
    };
    let offered: Array = js::field(&capabilities, "codecs")
        .dyn_into()
        .unwrap_or_default();
    let wanted = Array::new();
    for name in CODECS {
        for codec in offered
            .iter()
            .filter(|codec| js::text(codec, "mimeType").eq_ignore_ascii_case(name))
        {
            wanted.push(&codec);
        }
    }
    if wanted.length() == 0 {
        return;
    }
    for transceiver in connection.get_transceivers() {
        let transceiver: RtcRtpTransceiver = transceiver.unchecked_into();
        // Not there in older browsers: they choose themselves.
        js::call(&transceiver, "setCodecPreferences", &[&wanted]).ok();
    }
}

/// Asks for the shortest wait in the receiver's buffer. The browser lengthens it when the network needs that.
pub(super) fn play_soon(receiver: &RtcRtpReceiver) {
    let name = if js::field(receiver, "jitterBufferTarget").is_undefined() {
        "playoutDelayHint"
    } else {
        "jitterBufferTarget"
    };
    js_sys::Reflect::set(receiver, &name.into(), &JsValue::from_f64(0.0)).ok();
}
