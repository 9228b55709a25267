//! `RTCConfiguration`: by which servers, and whether only through TURN.

use js_sys::Array;
use parley_protocol::voice::IceServers;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::RtcConfiguration;

use crate::platform::js;

/// All media on one transport, because one port through a firewall is easier than two.
pub(in crate::platform) fn build(ice: &IceServers, relay_only: bool) -> RtcConfiguration {
    let servers = Array::new();
    if !ice.stun.is_empty() {
        servers.push(&js::object(&[("urls", &texts(&ice.stun))]));
    }
    if !ice.turn.is_empty() {
        servers.push(&js::object(&[
            ("urls", &texts(&ice.turn)),
            ("username", &JsValue::from_str(&ice.username)),
            ("credential", &JsValue::from_str(&ice.credential)),
        ]));
    }
    let policy = if relay_only { "relay" } else { "all" };
    js::object(&[
        ("iceServers", &servers),
        ("iceTransportPolicy", &policy.into()),
        ("bundlePolicy", &"max-bundle".into()),
        ("rtcpMuxPolicy", &"require".into()),
    ])
    .unchecked_into()
}

fn texts(list: &[String]) -> JsValue {
    list.iter()
        .map(|text| JsValue::from_str(text))
        .collect::<Array>()
        .into()
}
