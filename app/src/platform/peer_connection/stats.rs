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
    /// Packets that came.
    pub packets_received: f64,
    /// Packets that were lost.
    pub packets_lost: f64,
    /// How unevenly packets come, in milliseconds.
    pub jitter_ms: Option<f64>,
    /// How long sound waited before it was played, on average, in milliseconds.
    pub buffered_ms: Option<f64>,
    /// Samples that came. (How loud they are cannot be asked here: Chromium counts what its muted element plays.)
    pub samples_received: f64,
    /// Samples that were made up because the real ones were lost or late, silence left out.
    pub samples_concealed: f64,
}

impl PeerStats {
    /// Lost packets, 0 to 1.
    pub fn loss(&self) -> Option<f64> {
        let expected = self.packets_received + self.packets_lost;
        (expected > 0.0).then(|| self.packets_lost / expected)
    }
}

/// Reads an `RTCStatsReport`.
pub(super) fn read(report: &JsValue) -> Option<PeerStats> {
    let values = js::call(report, "values", &[]).ok()?;
    let entries: Vec<JsValue> = js_sys::try_iter(&values)
        .ok()??
        .filter_map(Result::ok)
        .collect();
    let mut stats = PeerStats::default();
    for entry in of_type(&entries, "inbound-rtp").filter(|entry| js::text(entry, "kind") == "audio")
    {
        read_inbound(&mut stats, entry);
    }
    if let Some(pair) = selected_pair(&entries) {
        read_pair(&mut stats, &entries, pair);
    }
    Some(stats)
}

fn read_inbound(stats: &mut PeerStats, entry: &JsValue) {
    stats.packets_received += number(entry, "packetsReceived").unwrap_or(0.0);
    stats.packets_lost += number(entry, "packetsLost").unwrap_or(0.0).max(0.0);
    stats.samples_received += number(entry, "totalSamplesReceived").unwrap_or(0.0);
    let concealed = number(entry, "concealedSamples").unwrap_or(0.0);
    let silent = number(entry, "silentConcealedSamples").unwrap_or(0.0);
    stats.samples_concealed += (concealed - silent).max(0.0);
    stats.jitter_ms = number(entry, "jitter").map(|seconds| seconds * 1_000.0);
    let emitted = number(entry, "jitterBufferEmittedCount").filter(|count| *count > 0.0);
    let delay = number(entry, "jitterBufferDelay");
    stats.buffered_ms = delay
        .zip(emitted)
        .map(|(seconds, count)| seconds / count * 1_000.0);
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
