//! What leaves this device when its person hides their address: relayed candidates, and no address besides.
//!
//! A browser that was told to use TURN only gathers nothing else. This is the last gate behind it, on the way out of
//! the machine: it holds whatever a browser does, and also for what was gathered before the setting changed.

use super::signal::{Description, IceCandidate, Sdp, SignalBody};

/// The address that says nothing (RFC 8839, section 5.1; what browsers write for a candidate that must not tell).
const NOWHERE: &str = "0.0.0.0";

/// The same signal without any address but the relay's.
pub(super) fn hide(body: SignalBody) -> SignalBody {
    match body {
        SignalBody::Description(description) => SignalBody::Description(Description {
            sdp: Sdp(hidden_sdp(&description.sdp.0)),
            ..description
        }),
        SignalBody::Candidates(mut candidates) => {
            candidates.candidates = candidates
                .candidates
                .into_iter()
                .filter_map(hidden_candidate)
                .collect();
            SignalBody::Candidates(candidates)
        }
        SignalBody::Bye | SignalBody::TakeOver => body,
    }
}

fn hidden_candidate(candidate: IceCandidate) -> Option<IceCandidate> {
    Some(IceCandidate {
        candidate: hidden_line(&candidate.candidate)?,
        ..candidate
    })
}

/// A `candidate:` line without the address behind the relayed one. `None` for every other kind (RFC 8839, section 5.1:
/// foundation, component, transport, priority, address, port, `typ` and the kind; then pairs).
fn hidden_line(line: &str) -> Option<String> {
    let words: Vec<&str> = line.split_ascii_whitespace().collect();
    let [_, _, _, _, _, _, "typ", "relay", pairs @ ..] = words.as_slice() else {
        return None;
    };
    let mut kept: Vec<&str> = words.iter().take(8).copied().collect();
    for pair in pairs.chunks(2) {
        match pair {
            ["raddr", _] => kept.extend(["raddr", NOWHERE]),
            ["rport", _] => kept.extend(["rport", "0"]),
            other => kept.extend(other),
        }
    }
    Some(kept.join(" "))
}

fn hidden_sdp(sdp: &str) -> String {
    let mut kept = String::with_capacity(sdp.len());
    for line in sdp.split_inclusive('\n') {
        let text = line.trim_end_matches(['\r', '\n']);
        let Some(hidden) = hidden_sdp_line(text) else {
            continue;
        };
        kept.push_str(&hidden);
        kept.push_str(line.get(text.len()..).unwrap_or_default());
    }
    kept
}

fn hidden_sdp_line(line: &str) -> Option<String> {
    if let Some(candidate) = line.strip_prefix("a=candidate:") {
        return hidden_line(candidate).map(|hidden| format!("a=candidate:{hidden}"));
    }
    // The default destination and the origin. ICE reads neither.
    let has_address = ["c=", "o=", "a=rtcp:"]
        .iter()
        .any(|start| line.starts_with(start));
    if has_address
        && let Some((before, _)) = line
            .split_once(" IN IP4 ")
            .or_else(|| line.split_once(" IN IP6 "))
    {
        return Some(format!("{before} IN IP4 {NOWHERE}"));
    }
    if line.starts_with("c=") {
        return Some(format!("c=IN IP4 {NOWHERE}"));
    }
    Some(line.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_relayed_candidates_are_left_and_they_tell_nothing_of_who_is_behind() {
        let relayed = "candidate:1 1 udp 41885439 203.0.113.9 50000 typ relay raddr 192.168.7.4 rport 41000 generation 0 ufrag abcd network-cost 10";
        assert_eq!(
            hidden_line(relayed).expect("kept"),
            "candidate:1 1 udp 41885439 203.0.113.9 50000 typ relay raddr 0.0.0.0 rport 0 generation 0 ufrag abcd network-cost 10"
        );
        for other in [
            "candidate:1 1 udp 2122260223 192.168.7.4 41000 typ host generation 0",
            "candidate:1 1 udp 2122260223 5f0b2c7e-1111.local 41000 typ host",
            "candidate:1 1 udp 1686052607 198.51.100.4 41000 typ srflx raddr 192.168.7.4 rport 41000",
            "candidate:1 1 udp 1686052607 198.51.100.4 41000 typ prflx raddr 192.168.7.4 rport 41000",
            "candidate:1 1 tcp 1518280447 192.168.7.4 9 typ host tcptype active",
            "candidate:1 1 udp 1 198.51.100.4 1 x relay typ host",
            "candidate:1 1 udp 1 198.51.100.4 typ relay",
            "typ relay",
            "",
        ] {
            assert_eq!(hidden_line(other), None, "{other}");
        }
    }

    #[test]
    fn a_description_keeps_everything_but_addresses() {
        let sdp = concat!(
            "v=0\r\no=- 46 2 IN IP4 192.168.7.4\r\ns=-\r\n",
            "m=audio 41000 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 192.168.7.4\r\n",
            "a=rtcp:9 IN IP4 192.168.7.4\r\n",
            "a=candidate:1 1 udp 2122260223 192.168.7.4 41000 typ host\r\n",
            "a=candidate:2 1 udp 41885439 203.0.113.9 50000 typ relay raddr 192.168.7.4 rport 41000\r\n",
            "a=ice-ufrag:abcd\r\na=fingerprint:sha-256 AA:BB\r\n",
        );
        assert_eq!(
            hidden_sdp(sdp),
            concat!(
                "v=0\r\no=- 46 2 IN IP4 0.0.0.0\r\ns=-\r\n",
                "m=audio 41000 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\n",
                "a=rtcp:9 IN IP4 0.0.0.0\r\n",
                "a=candidate:2 1 udp 41885439 203.0.113.9 50000 typ relay raddr 0.0.0.0 rport 0\r\n",
                "a=ice-ufrag:abcd\r\na=fingerprint:sha-256 AA:BB\r\n",
            )
        );
        assert_eq!(
            hidden_sdp("c=IN IP6 2001:db8::7\nv=0"),
            "c=IN IP4 0.0.0.0\nv=0"
        );
        assert_eq!(hidden_sdp("c=odd 192.168.7.4\r\n"), "c=IN IP4 0.0.0.0\r\n");
    }
}
