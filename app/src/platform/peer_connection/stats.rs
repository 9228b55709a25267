//! The figures of one connection, from `getStats()`. Counters run from the start of the connection.

use wasm_bindgen::JsValue;

use crate::platform::js;

/// How the sound of one connection travels.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PeerStats {
    /// Whether it goes through TURN. `None` before a path was chosen.
    pub is_relayed: Option<bool>,
    /// How this browser reaches TURN: `udp`, `tcp` or `tls`. Only where it does.
    pub relay_protocol: Option<String>,
    /// `host`, `srflx`, `prflx` or `relay`.
    pub local_candidate: Option<String>,
    /// The same of the other side.
    pub remote_candidate: Option<String>,
    /// There and back, in milliseconds.
    pub round_trip_ms: Option<f64>,
    /// Packets of sound that came.
    pub packets_received: f64,
    /// Packets of sound that were lost.
    pub packets_lost: f64,
    /// What the other side says of the sound that it gets from here: lost since its report before, 0 to 1.
    pub loss_there: Option<f64>,
    /// How unevenly packets come, in milliseconds.
    pub jitter_ms: Option<f64>,
    /// How long samples waited before they were played, all together, in milliseconds.
    pub buffered_total_ms: f64,
    /// Samples that were played.
    pub samples_played: f64,
    /// Samples that came. (How loud they are cannot be asked here: Chromium counts what its muted element plays.)
    pub samples_received: f64,
    /// Samples that were made up because the real ones were lost or late, silence left out.
    pub samples_concealed: f64,
    /// Bytes that came, of sound and pictures, with their headers.
    pub bytes_received: f64,
    /// The same of what was sent.
    pub bytes_sent: f64,
    /// How the sound that comes is packed: `audio/opus`.
    pub codec: Option<String>,
    /// How it is encrypted: `DTLS 1.2, AES_CM_128_HMAC_SHA1_80`.
    pub cipher: Option<String>,
}

/// Reads an `RTCStatsReport`.
pub(super) fn read(report: &JsValue) -> Option<PeerStats> {
    let values = js::call(report, "values", &[]).ok()?;
    let entries: Vec<JsValue> = js_sys::try_iter(&values)
        .ok()??
        .filter_map(Result::ok)
        .collect();
    let mut stats = PeerStats::default();
    for entry in &entries {
        let is_sound = js::text(entry, "kind") == "audio";
        match js::text(entry, "type").as_str() {
            "inbound-rtp" => {
                stats.bytes_received += bytes(entry, "bytesReceived", "headerBytesReceived");
                if is_sound {
                    read_inbound(&mut stats, &entries, entry);
                }
            }
            "outbound-rtp" => {
                stats.bytes_sent += bytes(entry, "bytesSent", "headerBytesSent");
            }
            "remote-inbound-rtp" if is_sound => {
                stats.loss_there = number(entry, "fractionLost");
            }
            "transport" => stats.cipher = cipher(entry),
            _ => {}
        }
    }
    if let Some(pair) = selected_pair(&entries) {
        read_pair(&mut stats, &entries, pair);
    }
    Some(stats)
}

fn bytes(entry: &JsValue, payload: &str, header: &str) -> f64 {
    number(entry, payload).unwrap_or(0.0) + number(entry, header).unwrap_or(0.0)
}

fn read_inbound(stats: &mut PeerStats, entries: &[JsValue], entry: &JsValue) {
    stats.packets_received += number(entry, "packetsReceived").unwrap_or(0.0);
    stats.packets_lost += number(entry, "packetsLost").unwrap_or(0.0);
    stats.samples_received += number(entry, "totalSamplesReceived").unwrap_or(0.0);
    let concealed = number(entry, "concealedSamples").unwrap_or(0.0);
    let silent = number(entry, "silentConcealedSamples").unwrap_or(0.0);
    stats.samples_concealed += (concealed - silent).max(0.0);
    stats.jitter_ms = number(entry, "jitter").map(|seconds| seconds * 1_000.0);
    stats.samples_played += number(entry, "jitterBufferEmittedCount").unwrap_or(0.0);
    stats.buffered_total_ms += number(entry, "jitterBufferDelay").unwrap_or(0.0) * 1_000.0;
    let codec = by_id(entries, &js::text(entry, "codecId"));
    stats.codec = codec.and_then(|codec| js::field(codec, "mimeType").as_string());
}

fn cipher(transport: &JsValue) -> Option<String> {
    let suite = js::field(transport, "srtpCipher").as_string()?;
    // The version as it stands on the wire (RFC 9147, section 5.3).
    let version = match js::text(transport, "tlsVersion").as_str() {
        "FEFC" => "DTLS 1.3",
        "FEFD" => "DTLS 1.2",
        _ => "DTLS",
    };
    Some(format!("{version}, {suite}"))
}

fn read_pair(stats: &mut PeerStats, entries: &[JsValue], pair: &JsValue) {
    stats.round_trip_ms = number(pair, "currentRoundTripTime").map(|seconds| seconds * 1_000.0);
    let local = by_id(entries, &js::text(pair, "localCandidateId"));
    let remote = by_id(entries, &js::text(pair, "remoteCandidateId"));
    let kind = |candidate: Option<&JsValue>| js::field(candidate?, "candidateType").as_string();
    stats.local_candidate = kind(local);
    stats.remote_candidate = kind(remote);
    let is_relay = |kind: &Option<String>| kind.as_deref().map(|kind| kind == "relay");
    stats.is_relayed = is_relay(&stats.local_candidate)
        .zip(is_relay(&stats.remote_candidate))
        .map(|(local, remote)| local || remote);
    stats.relay_protocol = local.and_then(|local| js::field(local, "relayProtocol").as_string());
}

/// The pair in use: named by the transport, or marked by itself in Firefox.
fn selected_pair(entries: &[JsValue]) -> Option<&JsValue> {
    let named = of_type(entries, "transport")
        .map(|transport| js::text(transport, "selectedCandidatePairId"))
        .find_map(|id| by_id(entries, &id));
    let marked = |pair: &&JsValue| js::field(pair, "selected").is_truthy();
    named.or_else(|| of_type(entries, "candidate-pair").find(marked))
}

fn of_type<'a>(entries: &'a [JsValue], name: &'static str) -> impl Iterator<Item = &'a JsValue> {
    entries
        .iter()
        .filter(move |entry| js::text(entry, "type") == name)
}

fn by_id<'a>(entries: &'a [JsValue], id: &str) -> Option<&'a JsValue> {
    entries
        .iter()
        .find(|entry| !id.is_empty() && js::text(entry, "id") == id)
}

fn number(entry: &JsValue, name: &str) -> Option<f64> {
    js::field(entry, name).as_f64()
}
