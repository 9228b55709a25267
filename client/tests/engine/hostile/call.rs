//! Attacks on a call.

use parley_client::call::{CallEffect, DescriptionKind, PeerCommand, PeerEvent, Sdp};
use parley_protocol::entry::ChannelKind;
use parley_protocol::frame::RelayToClient;

use super::super::bench::Bench;
use super::{Attack, Outcome};

pub(super) const ATTACKS: &[Attack] = &[
    Attack {
        what: "exchanges the fingerprint in a call's description",
        play: exchange_fingerprint,
    },
    Attack {
        what: "puts somebody into a call who is not a member's device",
        play: stranger_in_roster,
    },
];

const OFFER: &str = "v=0 a=fingerprint:sha-256 AA:BB";

/// Both members are in the voice channel, and one offers. What the other one's browser is told to take.
fn call(bench: &mut Bench) -> Vec<String> {
    let community = bench.engine(0).community();
    let mut channels = community.channels().iter();
    let lounge = channels.find(|(_, channel)| channel.kind == ChannelKind::Voice);
    let lounge = *lounge.expect("the lounge").0;
    for device in [0, 1] {
        bench.tell(device, |engine, now| engine.join_voice(lounge, now));
    }
    bench.pass(1_000);
    for device in [0, 1] {
        let calls = bench.devices[device].calls.clone();
        let peer = calls.iter().find_map(|effect| match effect {
            CallEffect::Peer { peer, .. } => Some(*peer),
            _ => None,
        });
        let Some(peer) = peer else { continue };
        let offer = PeerEvent::LocalDescription {
            kind: DescriptionKind::Offer,
            sdp: Sdp(OFFER.to_owned()),
        };
        for event in [PeerEvent::NegotiationNeeded, offer] {
            bench.tell(device, |engine, now| engine.handle_peer(peer, event, now));
        }
    }
    bench.pass(10_000);
    let effects = bench.devices.iter().flat_map(|device| &device.calls);
    effects
        .filter_map(|effect| match effect {
            CallEffect::Peer {
                command: PeerCommand::SetRemoteDescription { sdp, .. },
                ..
            } => Some(sdp.0.clone()),
            _ => None,
        })
        .collect()
}

fn exchange_fingerprint() -> Outcome {
    let mut honest = Bench::of_two();
    assert!(call(&mut honest).iter().any(|sdp| sdp == OFFER), "it works");

    let mut bench = Bench::of_two();
    for device in [0, 1] {
        bench.devices[device].tamper = Some(Box::new(move |mut frame| {
            if let RelayToClient::Mail { items } = &mut frame {
                for mail in items {
                    // All that a relay can do to an Olm message: put other bytes in its place.
                    let turned: String = mail.message.ciphertext.chars().rev().collect();
                    mail.message.ciphertext = turned;
                }
            }
            vec![frame]
        }));
    }
    let taken = call(&mut bench);
    assert_eq!(
        taken,
        [] as [&str; 0],
        "nothing but what the other one sent"
    );
    Outcome::seen(&bench, 1, bench.general())
}

fn stranger_in_roster() -> Outcome {
    let mut bench = Bench::of_two();
    for device in [0, 1] {
        bench.devices[device].tamper = Some(Box::new(move |mut frame| {
            if let RelayToClient::Roster(roster) = &mut frame
                && let Some(mut stranger) = roster.participants.first().copied()
            {
                stranger.device = parley_protocol::ids::DeviceId::from_bytes([66; 16]);
                roster.participants.push(stranger);
            }
            vec![frame]
        }));
    }
    call(&mut bench);
    let stranger = parley_protocol::ids::DeviceId::from_bytes([66; 16]);
    for device in [0, 1] {
        let calls = &bench.devices[device].calls;
        let with_stranger = calls.iter().any(
            |effect| matches!(effect, CallEffect::Peer { peer, .. } if peer.device == stranger),
        );
        assert!(!with_stranger, "no connection is made");
    }
    Outcome::seen(&bench, 1, bench.general())
}
