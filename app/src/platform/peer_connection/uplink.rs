//! What the browser believes fits through to the other side, and what of it is lost there.

use parley_client::call::sending::Uplink;
use wasm_bindgen::JsValue;

use crate::platform::js;

/// Reads an `RTCStatsReport`.
pub(super) fn read(report: &JsValue) -> Option<Uplink> {
    let values = js::call(report, "values", &[]).ok()?;
    let mut uplink = Uplink::default();
    for entry in js_sys::try_iter(&values).ok()??.filter_map(Result::ok) {
        match js::text(&entry, "type").as_str() {
            "candidate-pair" if js::text(&entry, "state") == "succeeded" => {
                let bits = js::field(&entry, "availableOutgoingBitrate").as_f64();
                uplink.available = uplink.available.max(bits.map(whole));
            }
            "outbound-rtp" if js::text(&entry, "qualityLimitationReason") == "bandwidth" => {
                uplink.is_limited = true;
            }
            "remote-inbound-rtp" if js::text(&entry, "kind") == "video" => {
                let loss = js::field(&entry, "fractionLost").as_f64().unwrap_or(0.0);
                uplink.loss = Some(uplink.loss.unwrap_or(0.0).max(loss));
            }
            _ => {}
        }
    }
    Some(uplink)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "bounded before it is cut"
)]
fn whole(bits: f64) -> u32 {
    bits.clamp(0.0, 1e9) as u32
}
