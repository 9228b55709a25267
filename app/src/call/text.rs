//! What is said about calls.

use super::store::figures::Path;
use super::store::pictures::PictureProblem;
use super::store::{CallProblem, CallState, NOT_POSSIBLE, Peer, PeerState};
use crate::direct::store::RingState;

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

/// How far one's own direct call is. `None`: it goes on like any other.
pub fn ring_state(state: RingState) -> Option<&'static str> {
    match state {
        RingState::Calling => Some("Calling…"),
        RingState::Rings => Some("Ringing…"),
        RingState::Taken => Some("Connecting…"),
        RingState::Talking => None,
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

/// To whom there is no connection.
pub fn cut_off(names: &[String]) -> String {
    format!("There is no connection to {}.", names.join(", "))
}

/// In whose place somebody else answered.
pub fn impostor(names: &[String]) -> String {
    format!(
        "Somebody else answered in place of {}. They were refused and heard nothing.",
        names.join(", ")
    )
}

/// Why there is no picture, and what to do.
pub fn picture_problem(problem: PictureProblem) -> &'static str {
    match problem {
        PictureProblem::CameraRefused => {
            "Parley may not use the camera. Allow it in the browser's address bar, then try again."
        }
        PictureProblem::CameraMissing => "No camera was found. Plug one in, then try again.",
        PictureProblem::CameraBusy => {
            "Another program is using the camera. Close it there, then try again."
        }
        PictureProblem::CameraGone => {
            "Your camera is gone, so it is off for the others too. Plug it in, then turn it on again."
        }
        PictureProblem::ScreenRefused => {
            "Nothing is shared. If your system asked whether it may, allow it there, then try again."
        }
        PictureProblem::ScreenUnavailable => {
            "This screen can't be shared right now. Try another window, or a tab."
        }
    }
}

/// How the connection to one person is.
pub fn peer_state(state: PeerState) -> &'static str {
    match state {
        PeerState::Connecting => "Connecting…",
        PeerState::Connected => "Connected",
        PeerState::Reconnecting => "Connecting again…",
        PeerState::Failed => "No connection",
        PeerState::Refused => "Refused: not their browser",
    }
}

/// What somebody does beside talking.
pub fn shows(hand: bool, camera: bool, screen: bool) -> Option<String> {
    let all = [
        (hand, "Hand raised"),
        (screen, "Shares a screen"),
        (camera, "Camera on"),
    ];
    let shown: Vec<&str> = all
        .into_iter()
        .filter(|(is, _)| *is)
        .map(|(_, it)| it)
        .collect();
    (!shown.is_empty()).then(|| shown.join(", "))
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
    match peer.state {
        PeerState::Connected => peer.figures.bars(),
        PeerState::Connecting
        | PeerState::Reconnecting
        | PeerState::Failed
        | PeerState::Refused => 0,
    }
}

/// How long a call has lasted: "0:07", "12:30", "1:02:05".
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a float cast saturates, and a call is shorter"
)]
pub fn duration(milliseconds: f64) -> String {
    let seconds = (milliseconds / 1_000.0).max(0.0) as u64;
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes}:{seconds:02}")
    }
}

/// How much goes through a connection.
pub fn bits(a_second: f64) -> String {
    if a_second < 999_500.0 {
        format!("{:.0} kbit/s", a_second / 1_000.0)
    } else {
        format!("{:.1} Mbit/s", a_second / 1_000_000.0)
    }
}

/// A part of a whole, where less than one of a hundred counts as well.
pub fn percent(part: f64) -> String {
    if part > 0.0 && part < 0.0995 {
        format!("{:.1} %", part * 100.0)
    } else {
        format!("{:.0} %", part * 100.0)
    }
}

/// How sound is packed, from `audio/opus`.
pub fn codec(kind: &str) -> String {
    let name = kind.rsplit('/').next().unwrap_or(kind);
    match name.to_ascii_lowercase().as_str() {
        "opus" => "Opus".to_owned(),
        "red" => "Opus, each packet repeats the one before".to_owned(),
        _ => name.to_owned(),
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
    use super::{bits, codec, duration, percent};

    #[test]
    fn figures_are_written_as_people_read_them() {
        assert_eq!(duration(7_900.0), "0:07");
        assert_eq!(duration(750_000.0), "12:30");
        assert_eq!(duration(3_725_000.0), "1:02:05");
        assert_eq!(duration(-5.0), "0:00");
        assert_eq!(bits(31_600.0), "32 kbit/s");
        assert_eq!(bits(2_450_000.0), "2.5 Mbit/s");
        assert_eq!(percent(0.0), "0 %");
        assert_eq!(percent(0.004), "0.4 %");
        assert_eq!(percent(0.25), "25 %");
        assert_eq!(codec("audio/opus"), "Opus");
        assert_eq!(codec("audio/PCMU"), "PCMU");
    }
}
