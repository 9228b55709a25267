//! Calls in conversations, over a relay and Olm.

use std::cell::RefCell;
use std::rc::Rc;

use parley_client::direct::{GroupLine, GroupNews};
use parley_client::ringing::{CallOutcome, MineState, WhyEnded};
use parley_protocol::entry::{Action, CallOrder};
use parley_protocol::frame::{PresenceState, RelayToClient};
use parley_protocol::ids::ChannelId;
use parley_protocol::mail::InboundMail;

use super::talked;
use crate::engine::bench::Bench;

impl Bench {
    /// Every page goes where its engine wants it to be.
    pub(in crate::engine) fn follow(&mut self) {
        for index in 0..self.devices.len() {
            let Some(engine) = &self.devices[index].engine else {
                continue;
            };
            let wanted = engine.ringing().mine.map(|it| it.room);
            if wanted != engine.voice_channel() {
                match wanted {
                    Some(room) => self.tell(index, |engine, now| {
                        engine.leave_voice_for(Some(room), now);
                        engine.join_voice(room, now);
                    }),
                    None => self.tell(index, parley_client::Engine::leave_voice),
                }
            }
        }
    }

    pub(in crate::engine) fn ring(&mut self, index: usize, id: ChannelId) {
        self.tell(index, |engine, now| engine.call_conversation(id, now))
            .expect("a conversation");
        self.follow();
        self.pass(500);
    }

    pub(in crate::engine) fn rings(&self, index: usize) -> Option<ChannelId> {
        let incoming = self.engine(index).ringing().incoming;
        incoming.first().map(|it| it.room)
    }

    pub(in crate::engine) fn take_call(&mut self, index: usize) {
        let room = self.rings(index).expect("it rings");
        self.tell(index, |engine, now| engine.answer_call(room, now))
            .expect("it is on");
        self.follow();
        self.pass(500);
    }

    pub(in crate::engine) fn talks(&self, index: usize) -> bool {
        let mine = self.engine(index).ringing().mine;
        mine.is_some_and(|it| matches!(it.state, MineState::Talking { .. }))
    }

    pub(in crate::engine) fn hang_up(&mut self, index: usize) {
        self.tell(index, parley_client::Engine::leave_voice);
        self.follow();
        self.pass(20_000);
    }

    fn call_lines(&self, index: usize, id: ChannelId) -> Vec<GroupLine> {
        self.engine(index).group_lines(&id)
    }

    /// How the last call of this device ended.
    fn why(&self, index: usize) -> Option<WhyEnded> {
        self.engine(index).ringing().ended.map(|it| it.why)
    }
}

#[test]
fn a_call_rings_on_two_devices_is_taken_by_one_and_leaves_the_same_mark_with_all() {
    let (mut bench, id) = talked();
    let second = bench.another_device_of(1);
    bench.pass(20_000);
    bench.ring(0, id);
    assert!(bench.rings(1).is_some() && bench.rings(second).is_some());
    let mine = bench.engine(0).ringing().mine.unwrap();
    assert_eq!(mine.state, MineState::Rings);
    assert!(
        !bench
            .engine(0)
            .community()
            .channels()
            .contains_key(&mine.room)
    );
    bench.take_call(second);
    assert_eq!(bench.rings(1), None);
    assert!(bench.talks(0) && bench.talks(second) && !bench.talks(1));
    let peers: Vec<_> = bench.engine(0).call().unwrap().peers().collect();
    assert_eq!(peers.len(), 1);
    assert_eq!(peers[0].id.device, bench.devices[second].id());
    bench.pass(12 * 60_000);
    bench.hang_up(0);
    assert!(!bench.talks(second));
    assert_eq!(bench.engine(second).voice_channel(), None);
    let lines = bench.call_lines(0, id);
    let [line] = &lines[..] else {
        panic!("{lines:?}");
    };
    assert!(
        matches!(line.news, GroupNews::Called(CallOutcome::Lasted { seconds }) if seconds / 60 == 12)
    );
    assert_eq!(line.by, bench.user(0));
    for index in [1, second] {
        assert_eq!(bench.call_lines(index, id), lines);
        assert_eq!(bench.conversation(index, id).missed, 0);
    }
    bench.kill(1);
    bench.start(1);
    assert_eq!(bench.call_lines(1, id), lines, "kept");
}

#[test]
fn declined_and_missed_calls_are_marked() {
    let (mut bench, id) = talked();
    bench.ring(0, id);
    let room = bench.rings(1).unwrap();
    bench.tell(1, |engine, now| engine.decline_call(room, now));
    bench.follow();
    bench.pass(20_000);
    assert_eq!(bench.why(0), Some(WhyEnded::Declined));
    assert_eq!(bench.engine(0).voice_channel(), None);
    bench.unplug(1);
    bench.ring(0, id);
    bench.pass(50_000);
    bench.follow();
    assert_eq!(bench.why(0), Some(WhyEnded::NoAnswer));
    bench.plug(1);
    let outcomes = |bench: &Bench, index| -> Vec<GroupNews> {
        let lines = bench.call_lines(index, id).into_iter();
        lines.map(|it| it.news).collect()
    };
    let expected = [
        GroupNews::Called(CallOutcome::Declined),
        GroupNews::Called(CallOutcome::Missed),
    ];
    assert_eq!(outcomes(&bench, 0), expected);
    assert_eq!(outcomes(&bench, 1), expected);
    assert_eq!(bench.conversation(1, id).missed, 1);
    assert_eq!(bench.conversation(0, id).missed, 0);
    let last = bench.call_lines(1, id).last().unwrap().seq;
    bench.tell(1, |engine, now| engine.mark_read(id, last, now));
    assert_eq!(bench.conversation(1, id).missed, 0);
}

#[test]
fn strangers_the_blocked_and_whoever_is_left_alone_hear_nothing() {
    let mut bench = Bench::of_two();
    let id = bench.direct(0, 1);
    bench.ring(0, id);
    bench.pass(10_000);
    assert_eq!(bench.rings(1), None, "they have never written");
    bench.hang_up(0);
    bench.write(0, id, "hello");
    bench.pass(10_000);
    bench.ring(0, id);
    assert_eq!(bench.rings(1), None, "a request does not ring");
    bench.hang_up(0);
    bench.accept(1, id);
    bench.ring(0, id);
    assert!(bench.rings(1).is_some());
    bench.hang_up(0);
    bench
        .tell(1, |engine, now| {
            engine.choose_presence(PresenceState::DoNotDisturb, now)
        })
        .unwrap();
    bench.ring(0, id);
    assert_eq!(bench.rings(1), None);
    bench.hang_up(0);
    bench
        .tell(1, |engine, now| {
            engine.choose_presence(PresenceState::Online, now)
        })
        .unwrap();
    let user = bench.user(0);
    bench
        .tell(1, |engine, now| engine.set_blocked(user, true, now))
        .unwrap();
    bench.ring(0, id);
    assert_eq!(bench.rings(1), None);
}

#[test]
fn both_call_at_once_and_meet() {
    let (mut bench, id) = talked();
    for index in [0, 1] {
        bench
            .tell(index, |engine, now| engine.call_conversation(id, now))
            .unwrap();
    }
    for _ in 0..10 {
        bench.follow();
        bench.pass(1_000);
    }
    assert!(bench.talks(0) && bench.talks(1));
    assert_eq!(
        bench.engine(0).voice_channel(),
        bench.engine(1).voice_channel()
    );
    bench.hang_up(1);
    bench.pass(10_000);
    assert_eq!(bench.call_lines(0, id).len(), 1);
    assert_eq!(bench.call_lines(1, id).len(), 1);
}

#[test]
fn a_page_that_is_closed_while_it_rings_marks_that_later() {
    let (mut bench, id) = talked();
    bench.ring(0, id);
    bench.kill(0);
    bench.pass(20_000);
    assert_eq!(bench.rings(1), None);
    bench.start(0);
    bench.pass(20_000);
    for index in [0, 1] {
        let lines = bench.call_lines(index, id);
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0].news, GroupNews::Called(CallOutcome::Missed));
    }
}

#[test]
fn a_call_survives_a_relay_that_is_started_again() {
    let (mut bench, id) = talked();
    bench.ring(0, id);
    bench.take_call(1);
    bench.restart_relay();
    bench.pass(60_000);
    assert!(bench.talks(0) && bench.talks(1));
    assert_eq!(bench.engine(0).call().unwrap().peers().count(), 1);
}

/// Whoever moderates channels has no say in a conversation, although they know the stay there.
#[test]
fn orders_about_calls_do_not_reach_a_direct_one() {
    let (mut bench, id) = talked();
    bench.ring(0, id);
    bench.take_call(1);
    let other = bench.devices[1].id();
    let stay_of = |bench: &Bench, device| {
        let mut there = bench.engine(0).rosters().flat_map(|it| &it.participants);
        there.find(|it| it.device == device).map(|it| it.session)
    };
    let stay = stay_of(&bench, other).expect("they talk");
    let user = bench.user(1);
    for order in [
        CallOrder::End {
            device: other,
            stay,
            to: None,
        },
        CallOrder::Restrict {
            user,
            muted: true,
            deafened: true,
        },
    ] {
        bench.append(0, Action::CallsOrdered { order });
        bench.pass(5_000);
    }
    assert_eq!(stay_of(&bench, other), Some(stay), "nobody came anew");
    for index in [0, 1] {
        assert!(bench.talks(index));
        let call = bench.engine(index).call().expect("it goes on");
        assert_eq!(call.peers().count(), 1);
        let rights = bench.engine(index).call_rights().expect("it is in a call");
        assert_eq!(rights.silence, None);
        assert_eq!(rights.played.len(), 1);
    }
}

#[test]
fn a_device_that_was_removed_does_not_answer() {
    let (mut bench, id) = talked();
    let second = bench.another_device_of(1);
    bench.pass(20_000);
    bench.ring(0, id);
    // It answers while it is still there, and the relay gives that out when it is not any more.
    let kept: Rc<RefCell<Vec<InboundMail>>> = Rc::default();
    let keeping = kept.clone();
    bench.devices[0].tamper = Some(Box::new(move |frame| match frame {
        RelayToClient::Mail { items } => {
            keeping.borrow_mut().extend(items);
            Vec::new()
        }
        other => vec![other],
    }));
    let room = bench.rings(second).unwrap();
    bench
        .tell(second, |engine, now| engine.answer_call(room, now))
        .unwrap();
    bench.devices[second].plugged = false;
    let device = bench.devices[second].id();
    bench.append(1, Action::DeviceRevoked { device });
    bench.devices[0].tamper = None;
    let items = kept.borrow().clone();
    assert!(!items.is_empty());
    bench.hand(0, &RelayToClient::Mail { items });
    let mine = bench.engine(0).ringing().mine.expect("it still rings");
    assert!(matches!(mine.state, MineState::Calling | MineState::Rings));
}

#[test]
fn a_group_is_called_and_some_come() {
    let mut bench = Bench::of_two();
    bench.welcome("eve");
    let with = [bench.user(1), bench.user(2)];
    let group = bench
        .tell(0, |engine, now| {
            engine.begin_group(&with, String::new(), now)
        })
        .unwrap();
    bench.write(0, group, "who has time?");
    for index in [1, 2] {
        bench.accept(index, group);
    }
    bench.pass(10_000);
    bench.ring(0, group);
    assert!(bench.rings(1).is_some() && bench.rings(2).is_some());
    bench.take_call(1);
    bench.take_call(2);
    assert!((0..3).all(|index| bench.talks(index)));
    for index in 0..3 {
        assert_eq!(bench.engine(index).call().unwrap().peers().count(), 2);
    }
    bench.hang_up(1);
    assert!(bench.talks(0) && bench.talks(2));
}
