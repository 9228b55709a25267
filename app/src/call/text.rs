//! What is said about calls.

use super::store::{CallProblem, CallState, NOT_POSSIBLE, Path, Peer, PeerState};

/// One or two words for the call bar.
pub fn state(state: &CallState, only_listens: bool) -> &'static str {
    match state {
        CallState::Joining => "Joining…",
        CallState::Connected if only_listens => "Listening only",
        CallState::Connected => "Voice connected",
        CallState::RelayAway => "Voice goes on, relay away",
        CallState::Failed(_) => "Not connected",
    }
}

/// Why a call did not come about, and what to do.
pub fn problem(problem: CallProblem) -> &'static str {
    match problem {
        CallProblem::MicrophoneRefused => {
            "Parley may not use the microphone. Allow it in the browser's address bar, then try again."
        }
        CallProblem::MicrophoneMissing => "No microphone was found. Plug one in, then try again.",
        CallProblem::MicrophoneBusy => {
            "Another program is using the microphone. Close it there, then try again."
        }
        CallProblem::MicrophoneInsecure => {
            "Browsers give a microphone only to pages that came over HTTPS. Open Parley by its https:// address, or ask whoever runs it for one."
        }
        CallProblem::NotPossible => NOT_POSSIBLE,
        CallProblem::NotLoaded => {
            "Calls could not be loaded. Check your connection, then try again."
        }
        CallProblem::Outdated => {
            "There is a new version of Parley, and this page is too old for calls. What you wrote is kept."
        }
        CallProblem::NotAllowed => "Your role doesn't include this voice channel.",
        CallProblem::Full => "This voice channel is full right now.",
        CallProblem::RelayUnreachable => "The relay can't be reached. Try again when it is back.",
    }
}

/// How the connection to one person is.
pub fn peer_state(state: PeerState) -> &'static str {
    match state {
        PeerState::Connecting => "Connecting…",
        PeerState::Connected => "Connected",
        PeerState::Reconnecting => "Connecting again…",
        PeerState::Failed => "No connection",
    }
}

/// How their sound travels.
pub fn path(path: Path) -> &'static str {
    match path {
        Path::Direct => "directly, browser to browser",
        Path::Relayed => "through the relay, which can't hear it",
    }
}

/// How good the connection is: 0 (none) to 3.
pub fn bars(peer: &Peer) -> u8 {
    if peer.state != PeerState::Connected {
        return 0;
    }
    let delay = peer.round_trip_ms.unwrap_or(0.0);
    let loss = peer.loss.unwrap_or(0.0);
    match () {
        () if delay > 350.0 || loss > 0.08 => 1,
        () if delay > 180.0 || loss > 0.02 => 2,
        () => 3,
    }
}

/// The same in a word.
pub fn quality(bars: u8) -> &'static str {
    match bars {
        0 => "not connected",
        1 => "weak",
        2 => "fair",
        _ => "good",
    }
}

#[cfg(test)]
mod tests {
    use super::{Peer, PeerState, bars};

    fn peer(round_trip_ms: f64, loss: f64) -> Peer {
        Peer {
            state: PeerState::Connected,
            path: None,
            round_trip_ms: Some(round_trip_ms),
            loss: Some(loss),
            jitter_ms: None,
        }
    }

    #[test]
    fn delay_and_loss_both_count() {
        assert_eq!(bars(&peer(20.0, 0.0)), 3);
        assert_eq!(bars(&peer(200.0, 0.0)), 2);
        assert_eq!(bars(&peer(20.0, 0.1)), 1);
        assert_eq!(
            bars(&Peer {
                state: PeerState::Reconnecting,
                ..peer(20.0, 0.0)
            }),
            0
        );
    }
}
