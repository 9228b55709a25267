//! Attacks on a call.

use parley_client::Engine;
use parley_client::call::{CallEffect, DescriptionKind, PeerCommand, PeerEvent, Sdp};
use parley_protocol::entry::Action;
use parley_protocol::entry::ChannelKind;
use parley_protocol::frame::RelayToClient;
use parley_protocol::ids::{CallSessionId, ChannelId, DeviceId};
use parley_protocol::mail::InboundMail;

use std::cell::RefCell;
use std::rc::Rc;

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
    Attack {
        what: "delivers a call's signals twice, and old ones once more",
        play: repeat_signals,
    },
    Attack {
        what: "gives a call's signal out as another member's",
        play: forge_sender,
    },
    Attack {
        what: "keeps a call's signals for the next call",
        play: keep_for_the_next_call,
    },
    Attack {
        what: "names a stay in a call that nobody began",
        play: invent_stay,
    },
    Attack {
        what: "keeps somebody in a call who was removed",
        play: keep_removed,
    },
];

/// Voice channels that the relay may put anybody into.
fn lounge(bench: &Bench) -> ChannelId {
    let community = bench.engine(0).community();
    let mut channels = community.channels().iter();
    let lounge = channels.find(|(_, channel)| channel.kind == ChannelKind::Voice);
    *lounge.expect("the lounge").0
}

const OFFER: &str = "v=0 a=fingerprint:sha-256 AA:BB";

/// Both members are in the voice channel, and one offers. What the other one's browser is told to take.
fn call(bench: &mut Bench) -> Vec<String> {
    let lounge = lounge(bench);
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
    taken(bench)
}

/// Every description that the browsers of the first two members were told to take.
fn taken(bench: &Bench) -> Vec<String> {
    let both = bench.devices.iter().take(2);
    let effects = both.flat_map(|device| &device.calls);
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
                stranger.device = DeviceId::from_bytes([66; 16]);
                roster.participants.push(stranger);
            }
            vec![frame]
        }));
    }
    call(&mut bench);
    let stranger = DeviceId::from_bytes([66; 16]);
    for device in [0, 1] {
        let calls = &bench.devices[device].calls;
        let with_stranger = calls.iter().any(
            |effect| matches!(effect, CallEffect::Peer { peer, .. } if peer.device == stranger),
        );
        assert!(!with_stranger, "no connection is made");
    }
    Outcome::seen(&bench, 1, bench.general())
}

fn repeat_signals() -> Outcome {
    let mut bench = Bench::of_two();
    for device in [0, 1] {
        let mut heard: Vec<RelayToClient> = Vec::new();
        bench.devices[device].tamper = Some(Box::new(move |frame| {
            let mut frames = vec![frame.clone()];
            if is_transient(&frame) {
                frames.extend(heard.iter().cloned());
                frames.push(frame.clone());
                heard.push(frame);
            }
            frames
        }));
    }
    let taken = call(&mut bench);
    assert_eq!(taken, [OFFER], "taken once, as without the relay's help");
    Outcome::seen(&bench, 1, bench.general())
}

/// Signals are sent as mail that is not stored.
fn is_transient(frame: &RelayToClient) -> bool {
    matches!(frame, RelayToClient::Mail { items } if items.iter().any(|mail| mail.seq == 0))
}

fn forge_sender() -> Outcome {
    let mut bench = Bench::of_two();
    let cyd = bench.welcome("cyd");
    let (third, victim) = (bench.devices[cyd].id(), 1);
    for device in [0, victim] {
        bench.devices[device].tamper = Some(Box::new(move |mut frame| {
            if let RelayToClient::Mail { items } = &mut frame {
                for mail in items.iter_mut().filter(|mail| mail.seq == 0) {
                    mail.from = third;
                }
            }
            vec![frame]
        }));
    }
    let lounge = lounge(&bench);
    bench.tell(cyd, |engine, now| engine.join_voice(lounge, now));
    assert_eq!(call(&mut bench), [] as [&str; 0], "not in anybody's name");
    Outcome::seen(&bench, victim, bench.general())
}

/// The signals of the first call are delivered in the second one, whose stays are others.
fn keep_for_the_next_call() -> Outcome {
    let mut bench = Bench::of_two();
    let kept: Rc<RefCell<Vec<InboundMail>>> = Rc::default();
    for device in [0, 1] {
        let kept = Rc::clone(&kept);
        bench.devices[device].tamper = Some(Box::new(move |mut frame| {
            if let RelayToClient::Mail { items } = &mut frame {
                let (signals, others) = std::mem::take(items)
                    .into_iter()
                    .partition(|it| it.seq == 0);
                *items = others;
                kept.borrow_mut().extend::<Vec<InboundMail>>(signals);
            }
            vec![frame]
        }));
    }
    assert_eq!(call(&mut bench), [] as [&str; 0], "all of them are kept");
    for device in [0, 1] {
        bench.devices[device].tamper = None;
        bench.tell(device, Engine::leave_voice);
    }
    bench.pass(1_000);
    let lounge = lounge(&bench);
    for device in [0, 1] {
        bench.tell(device, |engine, now| engine.join_voice(lounge, now));
    }
    bench.pass(1_000);
    let items = kept.take();
    assert!(!items.is_empty());
    for device in [0, 1] {
        let items = items.clone();
        bench.hand(device, &RelayToClient::Mail { items });
    }
    bench.pass(1_000);
    assert_eq!(taken(&bench), [] as [&str; 0], "nothing of the call before");
    Outcome::seen(&bench, 1, bench.general())
}

fn invent_stay() -> Outcome {
    let mut bench = Bench::of_two();
    for device in [0, 1] {
        bench.devices[device].tamper = Some(Box::new(move |mut frame| {
            if let RelayToClient::Roster(roster) = &mut frame
                && let Some(first) = roster.participants.first_mut()
            {
                first.session = CallSessionId::from_bytes([66; 16]);
            }
            vec![frame]
        }));
    }
    assert_eq!(call(&mut bench), [] as [&str; 0], "nobody answers there");
    Outcome::seen(&bench, 1, bench.general())
}

fn keep_removed() -> Outcome {
    let mut bench = Bench::of_two();
    let cyd = bench.welcome("cyd");
    let removed = bench.devices[cyd].id();
    let lounge = lounge(&bench);
    for device in [0, cyd] {
        bench.tell(device, |engine, now| engine.join_voice(lounge, now));
    }
    bench.pass(1_000);
    let about = |effect: &CallEffect| matches!(effect, CallEffect::Peer { peer, .. } if peer.device == removed);
    assert!(bench.devices[0].calls.iter().any(about), "they were in");
    // From now on the relay tells of no change in the call.
    bench.devices[0].tamper = Some(Box::new(move |frame| {
        let is_roster = matches!(frame, RelayToClient::Roster(_));
        if is_roster { Vec::new() } else { vec![frame] }
    }));
    let user = bench.devices[cyd].user;
    bench.append(0, Action::MemberRemoved { user });
    bench.pass(1_000);
    let last = bench.devices[0].calls.iter().rfind(|effect| about(effect));
    assert!(
        matches!(
            last,
            Some(CallEffect::Peer {
                command: PeerCommand::Close,
                ..
            })
        ),
        "they are cut off by the log: {last:?}"
    );
    Outcome::seen(&bench, 0, bench.general())
}
