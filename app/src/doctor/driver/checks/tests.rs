//! Each thing that can be wrong, and what a person is told.

use super::*;
use crate::platform::microphone::Device;

const UDP: &str = "turn:chat.example.org:3478?transport=udp";
const TCP: &str = "turn:chat.example.org:3478?transport=tcp";
const TLS: &str = "turns:chat.example.org:443?transport=tcp";
const STUN: &str = "stun:chat.example.org:3478";

fn tried(all: &[(&str, bool)]) -> Vec<(Matter, Verdict, bool)> {
    let all: Vec<(Server, bool)> = all
        .iter()
        .map(|(url, answered)| (Server::parse(url).expect("a server"), *answered))
        .collect();
    let found = servers(&all).into_iter();
    found
        .map(|(matter, finding)| (matter, finding.verdict, finding.to_do.is_some()))
        .collect()
}

#[test]
fn whatever_is_wrong_has_one_thing_to_do() {
    let wrong = [
        page(false, true),
        page(true, false),
        microphone(Err(&MicrophoneError::Refused), false),
        microphone(Err(&MicrophoneError::Missing), false),
        microphone(Err(&MicrophoneError::Busy), false),
        microphone(Err(&MicrophoneError::Unavailable("x".to_owned())), false),
        microphone(Ok(()), true),
        devices(Some(&Devices::default())),
        relay(false, true),
        relay(false, false),
        no_servers(true).1,
        way(None),
        way(Some(Way {
            round_trip_ms: 20.0,
            loss: 0.1,
        })),
        addresses(&[], true),
    ];
    for finding in wrong {
        assert_ne!(finding.verdict, Verdict::Good, "{finding:?}");
        assert!(finding.to_do.is_some(), "{finding:?}");
    }
}

#[test]
fn what_works_needs_nothing() {
    let device = |label: &str| Device {
        id: label.to_owned(),
        label: label.to_owned(),
    };
    let both = Devices {
        inputs: vec![device("a"), device("b")],
        outputs: vec![device("c")],
    };
    let right = [
        page(true, true),
        microphone(Ok(()), false),
        devices(Some(&both)),
        relay(true, true),
        way(Some(Way {
            round_trip_ms: 20.0,
            loss: 0.0,
        })),
    ];
    for finding in &right {
        assert_eq!(finding.verdict, Verdict::Good, "{finding:?}");
        assert_eq!(finding.to_do, None);
    }
    assert_eq!(right[2].text, "2 microphones, 1 loudspeaker.");
    assert_eq!(right[4].text, "20 ms to the relay and back, 0 % lost.");
}

#[test]
fn one_way_less_is_a_pity_and_none_is_a_fault() {
    use Verdict::{Bad, Good, Note, Unknown};
    assert_eq!(
        tried(&[(STUN, true), (UDP, true), (TCP, true), (TLS, true)]),
        [
            (Matter::Stun, Good, false),
            (Matter::TurnUdp, Good, false),
            (Matter::TurnTcp, Good, false),
            (Matter::TurnTls, Good, false),
        ]
    );
    assert_eq!(
        tried(&[(STUN, false), (UDP, false), (TCP, false), (TLS, true)]),
        [
            (Matter::Stun, Note, false),
            (Matter::TurnUdp, Note, true),
            (Matter::TurnTcp, Unknown, false),
            (Matter::TurnTls, Good, false),
        ]
    );
    assert_eq!(
        tried(&[(STUN, true), (UDP, false), (TCP, false)]),
        [
            (Matter::Stun, Good, false),
            (Matter::TurnUdp, Bad, true),
            (Matter::TurnTcp, Bad, true),
        ]
    );
}

#[test]
fn addresses_are_told_to_the_person_and_not_to_the_report() {
    let told = |address: &str, kind: &str| OwnAddress {
        address: address.to_owned(),
        kind: kind.to_owned(),
    };
    let all = [
        told("192.168.7.4", "host"),
        told("192.168.7.4", "host"),
        told("5f0b2c7e.local", "host"),
        told("198.51.100.4", "srflx"),
        told("203.0.113.9", "relay"),
    ];
    let seen = addresses(&all, false);
    assert_eq!(seen.verdict, Verdict::Good);
    assert_eq!(
        seen.text,
        "People in a call with you can see: 192.168.7.4, 198.51.100.4, a random name for this device in its own network."
    );
    assert!(seen.to_do.expect("a way").contains("Hide my address"));
    let reported = seen.reported.expect("a line");
    assert_eq!(reported, "2 own, 1 from outside, 1 of the relay");
    let hidden = addresses(&all[4..], true);
    assert_eq!(
        hidden.text,
        "Only the address of the relay: yours is hidden."
    );
    assert_eq!(addresses(&[], false).verdict, Verdict::Unknown);
}
