//! Attacks on what the log says about calls: who may speak, who is moved, how many fit in.

use parley_protocol::community::Silence;
use parley_protocol::entry::{Action, CallOrder, CallRules};
use parley_protocol::frame::RelayToClient;
use parley_protocol::ids::{CallSessionId, ChannelId};
use parley_protocol::voice::{Roster, VoiceState};

use super::super::bench::Bench;
use super::super::call_orders::restrict;
use super::{Attack, Outcome};

pub(super) const ATTACKS: &[Attack] = &[
    Attack {
        what: "says in a call that somebody talks with an open microphone who was muted",
        play: muted_shown_open,
    },
    Attack {
        what: "keeps a mute from the one who was muted",
        play: mute_kept_back,
    },
    Attack {
        what: "says of somebody in the audience of a stage that they were let speak",
        play: audience_shown_open,
    },
    Attack {
        what: "moves somebody into another call, without an order of the log",
        play: move_invented,
    },
    Attack {
        what: "leaves somebody on the roster whom the log put out of the call",
        play: put_out_and_kept,
    },
    Attack {
        what: "puts more people into a call than its channel takes",
        play: more_than_fit,
    },
    Attack {
        what: "says that a person has gone on on another device, to silence them",
        play: other_device_invented,
    },
    Attack {
        what: "swaps what the people of a call show: hands, mutes, cameras",
        play: states_swapped,
    },
];

/// What the relay tells a device of rosters is changed.
fn tell_of_rosters(bench: &mut Bench, device: usize, change: fn(&mut Roster)) {
    bench.devices[device].tamper = Some(Box::new(move |mut frame| {
        if let RelayToClient::Roster(roster) = &mut frame {
            change(roster);
        }
        vec![frame]
    }));
}

fn open_microphones(roster: &mut Roster) {
    for one in &mut roster.participants {
        one.state = VoiceState {
            speaking: true,
            ..VoiceState::default()
        };
    }
}

fn speaks(bench: &Bench, device: usize, other: usize) -> bool {
    let id = bench.id(other);
    let mut there = bench
        .engine(device)
        .rosters()
        .flat_map(|it| &it.participants);
    there.any(|one| one.device == id && (one.state.speaking || !one.state.muted))
}

fn muted_shown_open() -> Outcome {
    let mut bench = Bench::of_two();
    tell_of_rosters(&mut bench, 0, open_microphones);
    bench.in_lounge(&[0, 1]);
    assert!(bench.plays(0, 1) && speaks(&bench, 0, 1), "it works");
    let order = restrict(&bench, 1, true, false);
    bench.order(order);
    bench.tell(1, |engine, now| {
        engine.set_voice_state(VoiceState::default(), now);
    });
    bench.pass(1_000);
    assert!(!bench.plays(0, 1) && !speaks(&bench, 0, 1));
    Outcome::seen(&bench, 0, bench.general())
}

fn mute_kept_back() -> Outcome {
    let mut bench = Bench::of_two();
    bench.in_lounge(&[0, 1]);
    bench.devices[1].tamper = Some(Box::new(|frame| match frame {
        RelayToClient::Log { .. } => Vec::new(),
        other => vec![other],
    }));
    let order = restrict(&bench, 1, true, false);
    bench.order(order);
    bench.pass(5_000);
    assert_eq!(bench.silence(1), None, "the muted one knows nothing");
    assert!(!bench.plays(0, 1), "and is not heard");
    Outcome::seen(&bench, 0, bench.general())
}

fn stage(bench: &mut Bench) {
    let rules = CallRules {
        limit: None,
        stage: true,
    };
    let channel = bench.lounge();
    bench.order(CallOrder::Rules { channel, rules });
}

fn audience_shown_open() -> Outcome {
    let mut bench = Bench::of_two();
    stage(&mut bench);
    for device in [0, 1] {
        tell_of_rosters(&mut bench, device, open_microphones);
    }
    bench.in_lounge(&[0, 1]);
    assert_eq!(bench.silence(1), Some(Silence::Audience));
    assert!(!bench.plays(0, 1) && !speaks(&bench, 0, 1));
    Outcome::seen(&bench, 0, bench.general())
}

fn move_invented() -> Outcome {
    let mut bench = Bench::of_two();
    let lounge = bench.lounge();
    bench.in_lounge(&[0, 1]);
    // The stay is told of in another channel, and no more in its own.
    tell_of_rosters(&mut bench, 1, |roster| {
        roster.channel = ChannelId::from_bytes([77; 16]);
    });
    for muted in [true, false, true] {
        let state = VoiceState {
            muted,
            ..VoiceState::default()
        };
        bench.tell(0, |engine, now| engine.set_voice_state(state, now));
        bench.pass(1_000);
    }
    assert_eq!(bench.engine(1).voice_channel(), Some(lounge));
    assert!(bench.ends(1).is_empty());
    // An order of somebody who may not give it is refused with the log that it stands in.
    let order = CallOrder::End {
        device: bench.id(0),
        stay: CallSessionId::from_bytes([1; 16]),
        to: None,
    };
    bench.append(1, Action::CallsOrdered { order });
    assert!(bench.ends(0).is_empty());
    Outcome::seen(&bench, 1, bench.general())
}

fn put_out_and_kept() -> Outcome {
    let mut bench = Bench::of_two();
    bench.in_lounge(&[0, 1]);
    let kept = bench.engine(0).rosters().next().cloned();
    let kept = kept.expect("a call");
    let order = bench.end_of(1, None);
    bench.order(order);
    bench.hand(0, &RelayToClient::Roster(kept.clone()));
    bench.pass(10_000);
    let peers = bench.engine(0).call().expect("in a call").peers().count();
    assert_eq!(peers, 0, "no connection is made to a stay that is over");
    assert!(!bench.plays(0, 1));
    // And the one who was put out does not believe that the stay goes on.
    bench.hand(1, &RelayToClient::Roster(kept));
    assert_eq!(bench.engine(1).voice_channel(), None);
    Outcome::seen(&bench, 0, bench.general())
}

fn more_than_fit() -> Outcome {
    let mut bench = Bench::of_two();
    let cyd = bench.welcome("cyd");
    bench.in_lounge(&[1, cyd]);
    let full = bench.engine(0).rosters().next().cloned();
    let channel = bench.lounge();
    let rules = CallRules {
        limit: Some(1),
        stage: false,
    };
    bench.order(CallOrder::Rules { channel, rules });
    bench.hand(0, &RelayToClient::Roster(full.expect("a call")));
    let there = bench.engine(0).rosters().flat_map(|it| &it.participants);
    assert_eq!(there.count(), 1);
    Outcome::seen(&bench, 0, bench.general())
}

fn other_device_invented() -> Outcome {
    let mut bench = Bench::of_two();
    let phone = bench.another_device_of(1);
    bench.in_lounge(&[0, 1]);
    let mut roster = bench.engine(0).rosters().next().cloned().expect("a call");
    let mut invented = roster.participants[1];
    invented.device = bench.id(phone);
    invented.session = CallSessionId::from_bytes([9; 16]);
    roster.participants.push(invented);
    for device in [0, 1] {
        bench.hand(device, &RelayToClient::Roster(roster.clone()));
    }
    bench.pass(20_000);
    assert!(bench.plays(0, 1), "who is connected is heard");
    assert!(bench.ends(1).is_empty(), "and does not go");
    Outcome::seen(&bench, 0, bench.general())
}

fn states_swapped() -> Outcome {
    let mut bench = Bench::of_two();
    for device in [0, 1] {
        tell_of_rosters(&mut bench, device, |roster| {
            if let [first, .., last] = roster.participants.as_mut_slice() {
                std::mem::swap(&mut first.state, &mut last.state);
            }
        });
    }
    bench.in_lounge(&[0, 1]);
    let state = VoiceState {
        muted: true,
        hand: true,
        ..VoiceState::default()
    };
    bench.tell(1, |engine, now| engine.set_voice_state(state, now));
    bench.pass(1_000);
    // Shown, but nothing follows: who is heard is what the log and the browsers say.
    assert!(bench.plays(0, 1) && bench.plays(1, 0));
    assert!(bench.sends_to(0, 1) && bench.sends_to(1, 0));
    Outcome::seen(&bench, 0, bench.general())
}
