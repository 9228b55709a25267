//! Whatever a hostile device or relay sends, the machine says no and lives.

use parley_client::call::{
    CallEffect, CallSignal, Candidates, Description, DescriptionKind, IceCandidate, Ignored,
    MAX_CANDIDATES, MAX_SDP_BYTES, PeerCommand, Sdp, SignalBody, SignalError,
};
use parley_protocol::ids::{CallSessionId, ChannelId, DeviceId, UserId};
use parley_protocol::voice::{Participant, Roster, VoiceState};

use super::dice::Dice;
use super::world::{CHANNEL, World};

fn connected() -> World {
    let mut world = World::new(2, 1);
    world.join(0);
    world.run(100);
    world.join(1);
    world.run(1_000);
    world
}

fn signal(world: &World, connection: u32, body: SignalBody) -> CallSignal {
    CallSignal {
        channel: CHANNEL,
        from_session: world.session(1),
        to_session: world.session(0),
        connection,
        body,
    }
}

fn offer(negotiation: u32, base: u32, bytes: usize) -> SignalBody {
    SignalBody::Description(Description {
        kind: DescriptionKind::Offer,
        negotiation,
        base,
        sdp: Sdp("x".repeat(bytes)),
    })
}

fn candidates(count: usize, bytes: usize) -> SignalBody {
    let one = IceCandidate {
        candidate: "x".repeat(bytes),
        sdp_mid: None,
        sdp_m_line_index: None,
        username_fragment: None,
    };
    SignalBody::Candidates(Candidates {
        kind: DescriptionKind::Offer,
        negotiation: 9,
        candidates: vec![one; count],
        end: false,
    })
}

#[test]
fn what_is_out_of_bounds_is_named() {
    let mut world = connected();
    let me = world.device(0);
    let other = world.device(1);
    let (long, many) = (MAX_SDP_BYTES + 1, MAX_CANDIDATES + 1);
    let cases = [
        (
            other,
            signal(&world, 1, offer(9, 0, long)),
            Ignored::Malformed(SignalError::SdpTooLong { bytes: long }),
        ),
        (
            other,
            signal(&world, 1, candidates(many, 10)),
            Ignored::Malformed(SignalError::TooManyCandidates { count: many }),
        ),
        (
            other,
            signal(&world, 1, candidates(1, 1_025)),
            Ignored::Malformed(SignalError::CandidateTooLong),
        ),
        (
            other,
            signal(&world, 0, SignalBody::Bye),
            Ignored::Malformed(SignalError::NumberZero),
        ),
        (
            other,
            signal(&world, 1, offer(0, 0, 10)),
            Ignored::Malformed(SignalError::NumberZero),
        ),
        (me, signal(&world, 1, SignalBody::Bye), Ignored::FromMyself),
        (
            other,
            signal(&world, 1, offer(9, 7, 10)),
            Ignored::UnknownBase,
        ),
        (
            other,
            signal(&world, 1, offer(1, 0, 10)),
            Ignored::StaleOffer,
        ),
        (
            other,
            signal(&world, 7, offer(9, 7, 10)),
            Ignored::UnknownConnection,
        ),
        (
            other,
            CallSignal {
                channel: ChannelId::from_bytes([9; 16]),
                ..signal(&world, 1, SignalBody::Bye)
            },
            Ignored::OtherChannel,
        ),
        (
            other,
            CallSignal {
                to_session: CallSessionId::from_bytes([9; 16]),
                ..signal(&world, 1, SignalBody::Bye)
            },
            Ignored::OtherStay,
        ),
    ];
    // The offer of negotiation 1 came from this device: completed by the other's answer, it is stale anew.
    for (from, signal, reason) in cases {
        let before = world.log.len();
        world.deliver(from, 0, signal);
        let new: Vec<&CallEffect> = world.log[before..]
            .iter()
            .map(|(_, _, effect)| effect)
            .collect();
        let is_repeat = new
            .iter()
            .any(|effect| matches!(effect, CallEffect::Send { .. }));
        let ignored = CallEffect::Ignored {
            device: Some(from),
            reason,
        };
        assert!(
            is_repeat && reason == Ignored::StaleOffer || new == [&ignored],
            "{new:?}"
        );
    }
    assert!(world.are_connected(0, 1));
}

#[test]
fn connections_cannot_be_replaced_in_a_flood() {
    let mut world = connected();
    let before = world.commands(0, |command| matches!(command, PeerCommand::Create { .. }));
    for connection in 2..500 {
        let flood = signal(&world, connection, offer(1, 0, 10));
        world.deliver(world.device(1), 0, flood);
    }
    let made = world.commands(0, |command| matches!(command, PeerCommand::Create { .. })) - before;
    assert_eq!(made, 1);
}

#[test]
fn early_candidates_are_bounded() {
    let mut world = connected();
    for _ in 0..100 {
        let flood = signal(&world, 1, candidates(50, 1_000));
        world.deliver(world.device(1), 0, flood);
    }
    let refused = |effect: &CallEffect| {
        matches!(
            effect,
            CallEffect::Ignored {
                reason: Ignored::TooManyCandidates,
                ..
            }
        )
    };
    assert_eq!(
        world
            .log
            .iter()
            .filter(|(_, _, effect)| refused(effect))
            .count(),
        99
    );
}

#[test]
fn a_roster_of_thousands_makes_twelve_connections_at_most() {
    let mut world = connected();
    let now = world.now;
    let participants = (0..=255)
        .map(|n| Participant {
            device: DeviceId::from_bytes([n; 16]),
            user: UserId::from_bytes([n; 16]),
            session: CallSessionId::from_bytes([n; 16]),
            state: VoiceState::default(),
        })
        .collect();
    let roster = Roster {
        channel: CHANNEL,
        participants,
    };
    let mut call = world.nodes[0].call.take().expect("in a call");
    call.handle_roster(&roster, now);
    assert!(call.peers().count() <= 13);
    call.handle_roster(
        &Roster {
            channel: ChannelId::from_bytes([9; 16]),
            participants: Vec::new(),
        },
        now,
    );
    assert!(
        call.peers().count() >= 10,
        "another channel's roster is not ours"
    );
}

#[test]
fn ten_thousand_random_signals_do_not_panic() {
    let mut world = connected();
    let mut dice = Dice::new(5);
    let mut call = world.nodes[0].call.take().expect("in a call");
    let mut now = world.now;
    let extremes = [0, 1, 2, 3, u32::MAX - 1, u32::MAX];
    let number = |dice: &mut Dice| extremes[usize::try_from(dice.below(6)).expect("small")];
    for _ in 0..10_000 {
        let (connection, negotiation, base) =
            (number(&mut dice), number(&mut dice), number(&mut dice));
        let kind = if dice.percent(50) {
            DescriptionKind::Offer
        } else {
            DescriptionKind::Answer
        };
        let body = if dice.percent(60) {
            SignalBody::Description(Description {
                kind,
                negotiation,
                base,
                sdp: Sdp("x".into()),
            })
        } else {
            SignalBody::Candidates(Candidates {
                kind,
                negotiation,
                candidates: Vec::new(),
                end: true,
            })
        };
        let from = world.device(usize::try_from(dice.below(2)).expect("small"));
        call.handle_signal(from, signal(&world, connection, body), now);
        now += dice.below(400);
        if dice.percent(20) {
            call.handle_timeout(now);
        }
        while call.poll_effect().is_some() {}
    }
    assert!(call.peers().count() <= 1);
}

#[test]
fn garbage_is_no_signal() {
    for text in ["", "{}", "[]", "null", r#"{"channel":"x"}"#, r#""bye""#] {
        assert!(serde_json::from_str::<CallSignal>(text).is_err(), "{text}");
    }
}

#[test]
fn the_wire_form_is_this() {
    let signal = CallSignal {
        channel: CHANNEL,
        from_session: CallSessionId::from_bytes([1; 16]),
        to_session: CallSessionId::from_bytes([2; 16]),
        connection: 3,
        body: SignalBody::Description(Description {
            kind: DescriptionKind::Answer,
            negotiation: 4,
            base: 3,
            sdp: Sdp("v=0\r\n".into()),
        }),
    };
    let text = concat!(
        r#"{"channel":"BwcHBwcHBwcHBwcHBwcHBw","from_session":"AQEBAQEBAQEBAQEBAQEBAQ","#,
        r#""to_session":"AgICAgICAgICAgICAgICAg","connection":3,"body":{"description":{"#,
        r#""kind":"answer","negotiation":4,"base":3,"sdp":"v=0\r\n"}}}"#,
    );
    assert_eq!(serde_json::to_string(&signal).expect("JSON"), text);
    assert_eq!(
        serde_json::from_str::<CallSignal>(text).expect("a signal"),
        signal
    );
}
