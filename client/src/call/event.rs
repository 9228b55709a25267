//! What the browser tells about one of its connections.

use super::signal::{DescriptionKind, IceCandidate, Sdp};

/// What happened to one `RTCPeerConnection`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PeerEvent {
    /// It could not be made.
    /// Source: the constructor threw.
    /// Action: another one is tried later.
    CreationFailed,
    /// Tracks changed, so that both sides must agree anew.
    /// Source: `negotiationneeded`.
    /// Action: an offer, unless the other side's first offer is awaited or one is under way.
    NegotiationNeeded,
    /// A local description is in place.
    /// Source: `setLocalDescription()` resolved; the text is `localDescription.sdp`.
    /// Action: it is sent, or given up for the other side's offer.
    LocalDescription {
        /// Of which kind.
        kind: DescriptionKind,
        /// The session description, offer or answer.
        sdp: Sdp,
    },
    /// The remote description is in place.
    /// Source: `setRemoteDescription()` resolved.
    /// Action: an offer is answered, candidates that waited are added.
    RemoteDescriptionSet,
    /// A description was not taken.
    /// Source: `setLocalDescription()` or `setRemoteDescription()` rejected.
    /// Action: the connection is replaced, sooner the first time than the next.
    DescriptionFailed,
    /// A candidate of this side.
    /// Source: `icecandidate`.
    /// Action: sent with others that come within the same moment.
    Candidate(IceCandidate),
    /// There are no more candidates of this side.
    /// Source: `icecandidate` without a candidate, or `icegatheringstatechange` to complete.
    /// Action: what waits is sent at once.
    GatheringComplete,
    /// The connection's state.
    /// Source: `connectionstatechange`.
    /// Action: the status on the screen; ICE restarts when it stays broken.
    ConnectionState(ConnectionState),
    /// How the path in use goes.
    /// Source: `getStats()`, the selected candidate pair.
    /// Action: after the relay was away, a path through it is restarted at once.
    Path {
        /// Through TURN, on either side.
        is_relayed: bool,
    },
    /// The other end does not hold the key that its description names: somebody else answers there. Nothing was sent.
    /// Source: `connectionstatechange` to failed while the DTLS transport has failed.
    /// Action: the person is told; another connection is tried, as after every failure.
    Impostor,
    /// Nothing comes any more from somebody whose microphone is on.
    /// Source: the timestamps of the packets that are played.
    /// Action: ICE restarts, seconds before the browser gives the path up.
    Silence,
}

/// `RTCPeerConnectionState`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectionState {
    /// Nothing tried yet.
    New,
    /// Paths are being tried.
    Connecting,
    /// A path works.
    Connected,
    /// The path went silent. It may come back by itself.
    Disconnected,
    /// No path works.
    Failed,
    /// Closed, not by this call.
    Closed,
}
