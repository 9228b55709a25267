//! Where a negotiation stands, and what follows from an input.

use parley_protocol::Millis;

use crate::call::candidates::DescriptionKey;
use crate::call::ignored::Ignored;
use crate::call::signal::{Description, DescriptionKind, Sdp};

/// Where the connection stands. `RTCSignalingState`, and what is under way.
#[derive(Debug)]
pub(super) enum State {
    /// Nothing is open.
    Stable,
    /// `setLocalDescription()` makes an offer.
    MakingOffer { number: u32, since: Millis },
    /// An offer is open.
    HaveLocalOffer {
        number: u32,
        sdp: Sdp,
        sends: u32,
        sent_at: Millis,
    },
    /// `setRemoteDescription(answer)` is under way.
    SettingAnswer { number: u32, since: Millis },
    /// `setRemoteDescription(offer)` is under way.
    SettingOffer { number: u32, since: Millis },
    /// `setLocalDescription()` makes an answer.
    MakingAnswer { number: u32, since: Millis },
    /// The browser did not take a description. Only another connection helps.
    Broken,
}

/// What follows, in order.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::call) enum Step {
    /// Tell the browser to make a description.
    SetLocal(DescriptionKind),
    /// Tell the browser to take a description.
    SetRemote(DescriptionKind, Sdp),
    /// The own open offer is given up by what follows.
    RolledBack,
    /// Send a description, maybe once more.
    Send {
        description: Description,
        again: bool,
    },
    /// The remote description is in place.
    Applied(DescriptionKey),
    /// A negotiation was completed.
    Completed,
    /// Nothing was done.
    Ignore(Ignored),
}

/// What mending may count on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::call) enum Openness {
    /// An offer may be made.
    Stable,
    /// An offer was sent this often.
    Offering { sends: u32 },
    /// The browser has been at something since then.
    Busy { since: Millis },
    /// Another connection must be made.
    Broken,
}
