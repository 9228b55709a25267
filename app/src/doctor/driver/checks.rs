//! From what was seen to what is said of it, and the one thing to do. Pure.

use super::servers::Server;
use crate::doctor::store::{Finding, Matter, Verdict};
use crate::platform::loop_probe::Way;
use crate::platform::microphone::{Devices, MicrophoneError};
use crate::platform::own_addresses::OwnAddress;

const OTHER_NETWORK: &str = "Try another network, for example that of your phone. If it is the same there, have whoever runs the relay run this on its machine: parley-relay doctor";

fn finding(verdict: Verdict, text: impl Into<String>, to_do: &str) -> Finding {
    Finding {
        verdict,
        text: text.into(),
        to_do: (!to_do.is_empty()).then(|| to_do.to_owned()),
        reported: None,
    }
}

fn good(text: impl Into<String>) -> Finding {
    finding(Verdict::Good, text, "")
}

pub(super) fn page(is_secure: bool, can_call: bool) -> Finding {
    if !is_secure {
        return finding(
            Verdict::Bad,
            "This page did not come by https, so the browser lends it no microphone.",
            "Open Parley by an address that begins with https://. If there is none, ask whoever runs the relay for one.",
        );
    }
    if !can_call {
        return finding(
            Verdict::Bad,
            "This browser can't do calls, or an extension keeps it from it.",
            "Open Parley in Firefox, Chrome, Edge or Safari, or switch the extension off that blocks WebRTC.",
        );
    }
    good("It is secure, and this browser can do calls.")
}

/// `is_muted`: the device or the system keeps the sound back.
pub(super) fn microphone(opened: Result<(), &MicrophoneError>, is_muted: bool) -> Finding {
    match opened {
        Ok(()) if is_muted => finding(
            Verdict::Note,
            "It opens, but it is switched off outside of Parley.",
            "Switch it on: at the device itself, or in the sound settings of the system.",
        ),
        Ok(()) => good("It opens."),
        Err(MicrophoneError::Refused) => finding(
            Verdict::Bad,
            "Parley may not use it.",
            "Click the sign beside the page's address, allow the microphone, and look again. If it is allowed there, allow it for the browser in the system's privacy settings.",
        ),
        Err(MicrophoneError::Missing) => finding(
            Verdict::Bad,
            "There is none.",
            "Plug one in, and look again. You can listen without one.",
        ),
        Err(MicrophoneError::Busy) => finding(
            Verdict::Bad,
            "Another program is using it.",
            "Close that program, or choose another microphone in the settings.",
        ),
        Err(MicrophoneError::Insecure) => finding(
            Verdict::Bad,
            "This page did not come by https, so the browser lends it none.",
            "Open Parley by an address that begins with https://. If there is none, ask whoever runs the relay for one.",
        ),
        Err(MicrophoneError::Unavailable(why)) => Finding {
            reported: Some(format!("The browser has none for this page: {why}")),
            ..finding(
                Verdict::Bad,
                "The browser has none for this page.",
                "Open Parley by an address that begins with https://, in a browser that is up to date.",
            )
        },
    }
}

pub(super) fn devices(devices: Option<&Devices>) -> Finding {
    let Some(Devices { inputs, outputs }) = devices else {
        return finding(Verdict::Unknown, "The browser does not list them.", "");
    };
    let count = |number: usize, one: &str| match number {
        1 => format!("1 {one}"),
        _ => format!("{number} {one}s"),
    };
    // Some browsers do not let a page choose a loudspeaker, and so name none.
    let outputs = match outputs.len() {
        0 => String::new(),
        number => format!(", {}", count(number, "loudspeaker")),
    };
    let text = format!("{}{outputs}.", count(inputs.len(), "microphone"));
    if inputs.is_empty() {
        return finding(Verdict::Note, text, "Plug a microphone in to be heard.");
    }
    good(text)
}

/// `is_online`: the socket is open. `answers`: the relay answers a plain question.
pub(super) fn relay(is_online: bool, answers: bool) -> Finding {
    match (is_online, answers) {
        (true, _) => good("It is connected."),
        (false, true) => finding(
            Verdict::Bad,
            "The page reaches it, but the connection for messages and calls does not open.",
            "Wait a moment and look again. If it stays so, something on the way lets no WebSockets through: try another network, or tell whoever runs the relay.",
        ),
        (false, false) => finding(
            Verdict::Bad,
            "It can't be reached.",
            "Check your network. If other pages open, the relay is down: tell whoever runs it.",
        ),
    }
}

/// The servers, each with whether it answered.
pub(super) fn servers(tried: &[(Server, bool)]) -> Vec<(Matter, Finding)> {
    let is_relayed = tried
        .iter()
        .any(|(server, answered)| *answered && server.matter != Matter::Stun);
    let goes_by_udp = tried
        .iter()
        .any(|(server, answered)| *answered && server.matter == Matter::TurnUdp);
    let found = tried.iter().map(|(server, answered)| {
        let finding = match (server.matter, *answered) {
            (Matter::Stun, true) => good("This browser finds out by which address others reach it."),
            // The same door answers both; a browser says nothing of STUN that tells it no other address than its own.
            (Matter::Stun, false) if goes_by_udp => {
                good("Nothing between this browser and the relay changes its address.")
            }
            (Matter::Stun, false) => finding(
                Verdict::Note,
                format!("{} got no answer.", server.way()),
                if is_relayed { "" } else { OTHER_NETWORK },
            ),
            (_, true) => good(format!("They get through the relay, by {}.", server.way())),
            (Matter::TurnUdp, false) if is_relayed => finding(
                Verdict::Note,
                format!("{} got no answer. Calls go another way, a little slower.", server.way()),
                &format!("In a company's network, ask for {} to be let out. Elsewhere there is nothing to do.", server.way()),
            ),
            (_, false) if is_relayed => finding(
                Verdict::Unknown,
                format!("{} got no answer. It is not needed: another way works.", server.way()),
                "",
            ),
            (_, false) => finding(
                Verdict::Bad,
                format!("{} got no answer.", server.way()),
                OTHER_NETWORK,
            ),
        };
        (server.matter, finding)
    });
    found.collect()
}

/// The relay has no servers, or did not tell them.
pub(super) fn no_servers(is_told: bool) -> (Matter, Finding) {
    let finding = if is_told {
        finding(
            Verdict::Note,
            "The relay has no STUN and TURN: calls work only between devices that reach each other directly.",
            "Ask whoever runs the relay to switch them on.",
        )
    } else {
        finding(
            Verdict::Unknown,
            "The relay did not say by which ways calls go.",
            "Get the connection to the relay working first, then look again.",
        )
    };
    (Matter::Stun, finding)
}

/// `None`: nothing came through.
pub(super) fn way(way: Option<Way>) -> Finding {
    let Some(Way {
        round_trip_ms,
        loss,
    }) = way
    else {
        return finding(
            Verdict::Bad,
            "Nothing that was sent through the relay came back.",
            OTHER_NETWORK,
        );
    };
    let text = format!(
        "{round_trip_ms:.0} ms to the relay and back, {:.0} % lost.",
        loss * 100.0
    );
    if round_trip_ms > 180.0 || loss > 0.02 {
        return finding(
            Verdict::Note,
            text,
            "Go nearer to the Wi-Fi or use a cable, and stop large downloads.",
        );
    }
    good(text)
}

/// `told`: what others in a call are told.
pub(super) fn addresses(told: &[OwnAddress], hides: bool) -> Finding {
    let of = |kind: &str| -> Vec<&str> {
        let mut all: Vec<&str> = Vec::new();
        for one in told.iter().filter(|one| one.kind == kind) {
            if !all.contains(&one.address.as_str()) {
                all.push(&one.address);
            }
        }
        all
    };
    let (own, outside, relayed) = (of("host"), of("srflx"), of("relay"));
    let reported = Some(format!(
        "{} own, {} from outside, {} of the relay{}",
        own.len(),
        outside.len(),
        relayed.len(),
        if hides { "; hidden" } else { "" }
    ));
    let finding = match (hides, relayed.is_empty()) {
        (true, true) => finding(
            Verdict::Bad,
            "You hide your address, and nothing gets through the relay: nobody can hear you.",
            "Show your address to members in the settings, or get calls through the relay working.",
        ),
        (true, false) => good("Only the address of the relay: yours is hidden."),
        (false, _) if own.is_empty() && outside.is_empty() => {
            finding(Verdict::Unknown, "No address of your own was found.", "")
        }
        (false, _) => {
            let (hidden, plain): (Vec<&str>, Vec<&str>) =
                own.iter().copied().partition(|address| is_name(address));
            let mut all: Vec<String> = plain
                .into_iter()
                .chain(outside)
                .map(str::to_owned)
                .collect();
            if !hidden.is_empty() {
                all.push("a random name for this device in its own network".to_owned());
            }
            Finding {
                to_do: Some(
                    "To hide them, switch on \"Hide my address from members\" in the settings."
                        .to_owned(),
                ),
                ..good(format!(
                    "People in a call with you can see: {}.",
                    all.join(", ")
                ))
            }
        }
    };
    Finding {
        reported,
        ..finding
    }
}

/// Browsers put a random name in place of an address in the own network (mDNS).
fn is_name(address: &str) -> bool {
    address.to_ascii_lowercase().ends_with(".local")
}

#[cfg(test)]
mod tests;
