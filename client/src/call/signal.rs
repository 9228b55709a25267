//! What two devices of a call say to each other to connect: plain JSON, inside an Olm message.
//!
//! Texts of descriptions and candidates hold addresses and passwords, so `Debug` shows their length only.
//! Never here: when to send what.

use parley_protocol::ids::{CallSessionId, ChannelId};
use serde::{Deserialize, Serialize};

/// A session description, in bytes. Audio needs about 4 KB; it must fit a to-device message with its JSON around it.
pub const MAX_SDP_BYTES: usize = 32 * 1024;
/// A candidate's text, in bytes. Real ones have about 150.
pub const MAX_CANDIDATE_BYTES: usize = 1024;
/// Candidates in one signal that is accepted.
pub const MAX_CANDIDATES: usize = 50;

/// One signal from a device in the channel to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallSignal {
    /// The voice channel.
    pub channel: ChannelId,
    /// The sender's stay.
    pub from_session: CallSessionId,
    /// The receiver's stay, as the sender knows it.
    pub to_session: CallSessionId,
    /// Which connection between the two stays, counted from 1. A higher one replaces the lower.
    pub connection: u32,
    /// What is said.
    pub body: SignalBody,
}

/// What a signal says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignalBody {
    /// An offer or an answer.
    Description(Description),
    /// Candidates that belong to a description of the sender.
    Candidates(Candidates),
    /// The sender leaves.
    Bye,
    /// The sender is a later device of the same person, and can be heard: the receiver is to leave.
    TakeOver,
}

/// An offer or an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Description {
    /// Which of the two.
    pub kind: DescriptionKind,
    /// The negotiation it begins or ends. An offer takes a number above all that its sender has seen.
    pub negotiation: u32,
    /// The last negotiation that the sender has completed, 0 if none.
    pub base: u32,
    /// The session description, offer or answer.
    pub sdp: Sdp,
}

/// Offer or answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DescriptionKind {
    /// Asks.
    Offer,
    /// Agrees.
    Answer,
}

/// Some of the sender's candidates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidates {
    /// The kind of the description they belong to.
    pub kind: DescriptionKind,
    /// Its negotiation.
    pub negotiation: u32,
    /// At most [`MAX_CANDIDATES`].
    pub candidates: Vec<IceCandidate>,
    /// No more will follow.
    pub end: bool,
}

/// An ICE candidate, as `RTCIceCandidateInit` has it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IceCandidate {
    /// The `candidate:` line.
    pub candidate: String,
    /// The media section it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sdp_mid: Option<String>,
    /// The media section it is for, as a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sdp_m_line_index: Option<u16>,
    /// The ICE session it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username_fragment: Option<String>,
}

impl std::fmt::Debug for IceCandidate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            candidate,
            sdp_mid,
            sdp_m_line_index,
            username_fragment: _,
        } = self;
        f.debug_struct("IceCandidate")
            .field("candidate_bytes", &candidate.len())
            .field("sdp_mid", sdp_mid)
            .field("sdp_m_line_index", sdp_m_line_index)
            .finish_non_exhaustive()
    }
}

impl IceCandidate {
    /// Whether every text in it is within bounds.
    pub(super) fn fits(&self) -> bool {
        let short = |text: &Option<String>| text.as_ref().is_none_or(|text| text.len() <= 256);
        self.candidate.len() <= MAX_CANDIDATE_BYTES
            && short(&self.sdp_mid)
            && short(&self.username_fragment)
    }
}

/// The text of a session description.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sdp(pub String);

impl std::fmt::Debug for Sdp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sdp({} bytes)", self.0.len())
    }
}

/// A signal that nobody can mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignalError {
    /// The description is too long.
    #[error("the description has {bytes} bytes, {MAX_SDP_BYTES} are allowed")]
    SdpTooLong {
        /// How long it is.
        bytes: usize,
    },
    /// There are too many candidates.
    #[error("the signal has {count} candidates, {MAX_CANDIDATES} are allowed")]
    TooManyCandidates {
        /// How many there are.
        count: usize,
    },
    /// A candidate is too long.
    #[error("a candidate is longer than {MAX_CANDIDATE_BYTES} bytes")]
    CandidateTooLong,
    /// Connections and negotiations count from 1.
    #[error("the signal has the number 0")]
    NumberZero,
}

impl CallSignal {
    /// Checks the bounds that the types do not have.
    ///
    /// # Errors
    /// [`SignalError`]
    pub fn check(&self) -> Result<(), SignalError> {
        if self.connection == 0 {
            return Err(SignalError::NumberZero);
        }
        match &self.body {
            SignalBody::Description(description) => description.check(),
            SignalBody::Candidates(candidates) => candidates.check(),
            SignalBody::Bye | SignalBody::TakeOver => Ok(()),
        }
    }
}

impl Description {
    fn check(&self) -> Result<(), SignalError> {
        let bytes = self.sdp.0.len();
        if bytes > MAX_SDP_BYTES {
            return Err(SignalError::SdpTooLong { bytes });
        }
        if self.negotiation == 0 {
            return Err(SignalError::NumberZero);
        }
        Ok(())
    }
}

impl Candidates {
    fn check(&self) -> Result<(), SignalError> {
        let count = self.candidates.len();
        if count > MAX_CANDIDATES {
            return Err(SignalError::TooManyCandidates { count });
        }
        if !self.candidates.iter().all(IceCandidate::fits) {
            return Err(SignalError::CandidateTooLong);
        }
        if self.negotiation == 0 {
            return Err(SignalError::NumberZero);
        }
        Ok(())
    }
}
