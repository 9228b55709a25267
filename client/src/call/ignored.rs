//! Why something from outside was not acted upon.

use super::signal::SignalError;

/// Why something from outside was not acted upon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Ignored {
    /// The call is over.
    #[error("the call is over")]
    CallIsOver,
    /// A signal or roster of another channel.
    #[error("it is about another channel")]
    OtherChannel,
    /// The roster has more devices than a channel may have.
    #[error("the roster is too long")]
    RosterTooLong,
    /// A signal from this very device.
    #[error("it comes from this device itself")]
    FromMyself,
    /// A signal out of bounds.
    #[error(transparent)]
    Malformed(SignalError),
    /// For an earlier stay of this device.
    #[error("it is for another stay of this device")]
    OtherStay,
    /// A device wants to take over that is no later one of the same person.
    #[error("the sender may not take the call over")]
    NoTakeOver,
    /// The sender has left.
    #[error("the sender has left")]
    SenderLeft,
    /// The roster did not name the sender's stay in time.
    #[error("the roster does not name the sender's stay")]
    NotInRoster,
    /// Too much waits for the roster already.
    #[error("too many signals wait for the roster")]
    TooManyHeld,
    /// About a connection that was replaced.
    #[error("it is about a connection that was replaced")]
    OldConnection,
    /// About a connection whose offer has not come.
    #[error("it is about a connection that has not begun")]
    UnknownConnection,
    /// The other side makes new connections too fast.
    #[error("the other side replaces its connection too often")]
    ReplacedTooOften,
    /// Both sides offered, and this side's offer stands.
    #[error("both sides offered, and this side's offer stands")]
    Collision,
    /// An offer that was made before the present state was agreed.
    #[error("the offer is older than what was agreed")]
    StaleOffer,
    /// An offer that came twice and is being answered.
    #[error("the offer is being answered already")]
    RepeatedOffer,
    /// An offer on top of something that this side knows nothing of.
    #[error("the offer rests on an unknown negotiation")]
    UnknownBase,
    /// An answer to nothing that is asked now.
    #[error("the answer belongs to no open offer")]
    LateAnswer,
    /// A description for a connection that the browser has given up.
    #[error("the connection is broken and about to be replaced")]
    Broken,
    /// Candidates of a description that did not come to pass.
    #[error("the candidates belong to a description that is not used")]
    UnusedCandidates,
    /// Too many candidates wait for their description.
    #[error("too many candidates wait for their description")]
    TooManyCandidates,
    /// An event of a browser connection that was closed or replaced.
    #[error("the event comes from a closed connection")]
    LateEvent,
    /// An event that does not fit what the connection was told to do.
    #[error("the event does not fit what was asked")]
    UnexpectedEvent,
}
