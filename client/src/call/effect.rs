//! What a call gives out: commands for the browser's connections, signals, and what the screen shows.

use std::collections::VecDeque;

use parley_protocol::ids::{CallSessionId, ChannelId, DeviceId, UserId};
use parley_protocol::voice::IceServers;

use super::hiding::hide;
use super::ignored::Ignored;
use super::signal::{CallSignal, DescriptionKind, IceCandidate, Sdp, SignalBody};

/// Something to be done, in the order given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallEffect {
    /// For one connection of the browser.
    Peer {
        /// The connection of the browser.
        peer: PeerId,
        /// What it is to do.
        command: PeerCommand,
    },
    /// Encrypt for this device, and send as a transient to-device message.
    Send {
        /// To whom.
        to: DeviceId,
        /// What the other device is to know.
        signal: CallSignal,
    },
    /// How the whole call is now.
    Status(CallStatus),
    /// How the connection to a device is now.
    PeerStatus {
        /// The device at the other end.
        device: DeviceId,
        /// How.
        status: PeerStatus,
    },
    /// The device is not in the call any more.
    PeerGone {
        /// The device at the other end.
        device: DeviceId,
    },
    /// Another device of the same person has taken the call over: this stay is to end.
    TakenOver,
    /// The TURN credentials end soon: ask the relay for others.
    RefreshIceServers,
    /// Something from outside was not acted upon. For logs.
    Ignored {
        /// Who it came from or was about.
        device: Option<DeviceId>,
        /// Why it was ignored.
        reason: Ignored,
    },
}

/// One `RTCPeerConnection`. A new one to the same device has a higher generation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PeerId {
    /// The other end.
    pub device: DeviceId,
    /// Unique in this call.
    pub generation: u64,
}

/// What a connection shall do. Named after the methods of `RTCPeerConnection`.
#[derive(Clone, PartialEq, Eq)]
pub enum PeerCommand {
    /// Make it, with the microphone's track in it.
    Create {
        /// STUN and TURN.
        ice: IceServers,
        /// Only through TURN.
        relay_only: bool,
    },
    /// `setLocalDescription()` without argument. Gives `LocalDescription` or `DescriptionFailed`.
    SetLocalDescription {
        /// What it will make.
        kind: DescriptionKind,
    },
    /// `setRemoteDescription`, which rolls an own offer back. Gives `RemoteDescriptionSet` or `DescriptionFailed`.
    SetRemoteDescription {
        /// Of which kind.
        kind: DescriptionKind,
        /// The session description, offer or answer.
        sdp: Sdp,
    },
    /// `addIceCandidate` for each. A candidate that fails is no harm.
    AddCandidates {
        /// The candidates, in the order in which they came.
        candidates: Vec<IceCandidate>,
        /// No more will follow.
        end: bool,
    },
    /// `restartIce`
    RestartIce,
    /// `setConfiguration`
    SetConfiguration {
        /// STUN and TURN.
        ice: IceServers,
        /// Only through TURN.
        relay_only: bool,
    },
    /// `close`. Nothing follows for this generation.
    Close,
}

impl std::fmt::Debug for PeerCommand {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Create { ice: _, relay_only } => {
                write!(f, "Create {{ relay_only: {relay_only}, .. }}")
            }
            Self::SetLocalDescription { kind } => write!(f, "SetLocalDescription({kind:?})"),
            Self::SetRemoteDescription { kind, sdp } => {
                write!(f, "SetRemoteDescription({kind:?}, {sdp:?})")
            }
            Self::AddCandidates { candidates, end } => {
                write!(f, "AddCandidates({}, end: {end})", candidates.len())
            }
            Self::RestartIce => f.write_str("RestartIce"),
            Self::SetConfiguration { ice: _, relay_only } => {
                write!(f, "SetConfiguration {{ relay_only: {relay_only}, .. }}")
            }
            Self::Close => f.write_str("Close"),
        }
    }
}

/// How the whole call is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallStatus {
    /// The roster does not name this stay yet.
    Joining,
    /// In the channel.
    Joined,
    /// The relay cannot be reached. Who is connected stays so.
    RelayAway,
    /// Over.
    Left,
}

/// How the connection to a device is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeerStatus {
    /// Being made for the first time.
    Connecting,
    /// Sound goes both ways.
    Connected,
    /// Broken, and being made again.
    Reconnecting,
    /// Not made for long. Goes on trying; `retry` does so at once.
    Failed,
    /// Somebody answered there who is not that device, and was refused. Goes on trying.
    Refused,
}

/// Why a stay ended, if not by the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallEnd {
    /// The log has an order that ends it.
    Ordered {
        /// Where the device is to go on. `None`: it was disconnected.
        to: Option<ChannelId>,
        /// Who ordered it.
        by: UserId,
    },
    /// The member may not be in the channel any more.
    NotAllowed,
    /// The channel takes fewer people now, or took too many.
    Full,
    /// Another device of the same person goes on.
    TakenOver,
}

/// What all peers of a call use.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) session: CallSessionId,
    pub(super) channel: ChannelId,
    pub(super) ice: IceServers,
    pub(super) relay_only: bool,
    pub(super) relay_is_up: bool,
    pub(super) effects: VecDeque<CallEffect>,
    pub(super) generations: u64,
}

impl Shared {
    pub(super) fn next_peer_id(&mut self, device: DeviceId) -> PeerId {
        self.generations += 1;
        PeerId {
            device,
            generation: self.generations,
        }
    }

    pub(super) fn command(&mut self, peer: PeerId, command: PeerCommand) {
        self.effects.push_back(CallEffect::Peer { peer, command });
    }

    pub(super) fn create(&mut self, peer: PeerId) {
        let (ice, relay_only) = (self.ice.clone(), self.relay_only);
        self.command(peer, PeerCommand::Create { ice, relay_only });
    }

    pub(super) fn configure(&mut self, peer: PeerId) {
        let (ice, relay_only) = (self.ice.clone(), self.relay_only);
        self.command(peer, PeerCommand::SetConfiguration { ice, relay_only });
    }

    /// Without the relay a signal would be lost: what still matters goes again when it is back.
    pub(super) fn send(
        &mut self,
        to: DeviceId,
        to_session: CallSessionId,
        connection: u32,
        body: SignalBody,
    ) {
        if !self.relay_is_up {
            return;
        }
        let body = if self.relay_only { hide(body) } else { body };
        let signal = CallSignal {
            channel: self.channel,
            from_session: self.session,
            to_session,
            connection,
            body,
        };
        self.effects.push_back(CallEffect::Send { to, signal });
    }

    pub(super) fn ignore(&mut self, device: Option<DeviceId>, reason: Ignored) {
        self.effects
            .push_back(CallEffect::Ignored { device, reason });
    }
}
