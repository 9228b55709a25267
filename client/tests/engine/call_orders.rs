//! Orders about calls, as devices obey them: whoever is muted, moved, put out, or has gone on elsewhere.

use parley_client::call::{CallEnd, ConnectionState, PeerEvent};
use parley_client::{Event, call::CallEffect};
use parley_protocol::community::Silence;
use parley_protocol::entry::{
    Action, CallOrder, CallRules, ChannelDetails, ChannelKind, History, Readers,
};
use parley_protocol::ids::{ChannelId, DeviceId};
use parley_protocol::voice::VoiceState;

use super::bench::Bench;

impl Bench {
    pub(super) fn lounge(&self) -> ChannelId {
        let mut channels = self.engine(0).community().channels().iter();
        let lounge = channels.find(|(_, channel)| channel.kind == ChannelKind::Voice);
        *lounge.expect("the lounge").0
    }

    fn another_voice_channel(&mut self) -> ChannelId {
        let details = ChannelDetails {
            name: "Den".to_owned(),
            topic: String::new(),
            readers: Readers::Everyone,
            history: History::Shared,
            expires_after: None,
        };
        let made = self.tell(0, |engine, now| {
            engine.create_channel(ChannelKind::Voice, details, now)
        });
        made.expect("connected").1
    }

    pub(super) fn in_lounge(&mut self, devices: &[usize]) {
        let lounge = self.lounge();
        for device in devices {
            self.tell(*device, |engine, now| engine.join_voice(lounge, now));
        }
        self.pass(1_000);
        self.connect_all();
    }

    /// The browsers find paths at once.
    pub(super) fn connect_all(&mut self) {
        for device in 0..self.devices.len() {
            let peers: Vec<_> = self.devices[device]
                .calls
                .iter()
                .filter_map(|effect| match effect {
                    CallEffect::Peer { peer, .. } => Some(*peer),
                    _ => None,
                })
                .collect();
            for peer in peers {
                let event = PeerEvent::ConnectionState(ConnectionState::Connected);
                self.tell(device, |engine, now| engine.handle_peer(peer, event, now));
            }
        }
    }

    pub(super) fn order(&mut self, order: CallOrder) {
        self.append(0, Action::CallsOrdered { order });
    }

    pub(super) fn id(&self, device: usize) -> DeviceId {
        self.engine(device).me().1
    }

    pub(super) fn plays(&self, device: usize, other: usize) -> bool {
        let rights = self.engine(device).call_rights().expect("in a call");
        rights.played.contains(&self.id(other))
    }

    pub(super) fn sends_to(&self, device: usize, other: usize) -> bool {
        let rights = self.engine(device).call_rights().expect("in a call");
        rights.sent_to.contains(&self.id(other))
    }

    pub(super) fn silence(&self, device: usize) -> Option<Silence> {
        self.engine(device)
            .call_rights()
            .expect("in a call")
            .silence
    }

    pub(super) fn ends(&self, device: usize) -> Vec<CallEnd> {
        let events = self.devices[device].events.iter();
        events
            .filter_map(|event| match event {
                Event::VoiceEnded { why } => Some(*why),
                _ => None,
            })
            .collect()
    }

    pub(super) fn end_of(&self, device: usize, to: Option<ChannelId>) -> CallOrder {
        let id = self.id(device);
        let mut there = self
            .engine(device)
            .rosters()
            .flat_map(|it| &it.participants);
        let stay = there
            .find(|one| one.device == id)
            .expect("in a call")
            .session;
        CallOrder::End {
            device: id,
            stay,
            to,
        }
    }
}

pub(super) fn restrict(bench: &Bench, device: usize, muted: bool, deafened: bool) -> CallOrder {
    CallOrder::Restrict {
        user: bench.devices[device].user,
        muted,
        deafened,
    }
}

#[test]
fn whoever_is_muted_turns_off_and_is_not_played_by_the_others() {
    let mut bench = Bench::of_two();
    let cyd = bench.welcome("cyd");
    bench.in_lounge(&[0, 1, cyd]);
    assert!(bench.plays(0, 1) && bench.plays(cyd, 1) && bench.sends_to(1, 0));
    let order = restrict(&bench, 1, true, false);
    bench.order(order);
    assert_eq!(bench.silence(1), Some(Silence::Muted));
    assert!(
        !bench.plays(0, 1) && !bench.plays(cyd, 1),
        "whatever it sends"
    );
    assert!(!bench.sends_to(1, 0) && bench.plays(1, 0) && bench.sends_to(0, 1));
    assert!(bench.plays(0, cyd), "the others go on");

    let order = restrict(&bench, 1, false, true);
    bench.order(order);
    assert_eq!(bench.silence(1), Some(Silence::Deafened));
    assert!(
        !bench.sends_to(0, 1) && !bench.sends_to(cyd, 1),
        "nothing to hear"
    );
    assert!(!bench.plays(1, 0));
    let order = restrict(&bench, 1, false, false);
    bench.order(order);
    assert_eq!(bench.silence(1), None);
    assert!(bench.plays(0, 1) && bench.sends_to(0, 1));
    assert!(bench.ends(1).is_empty());
}

#[test]
fn on_a_stage_one_raises_a_hand_is_let_speak_and_steps_down() {
    let mut bench = Bench::of_two();
    let lounge = bench.lounge();
    let rules = CallRules {
        limit: None,
        stage: true,
    };
    bench.order(CallOrder::Rules {
        channel: lounge,
        rules,
    });
    bench.in_lounge(&[0, 1]);
    assert_eq!(bench.silence(1), Some(Silence::Audience));
    assert_eq!(bench.silence(0), None);
    assert!(!bench.plays(0, 1) && bench.plays(1, 0));
    let rights = bench.engine(0).call_rights().expect("in a call");
    assert!(
        rights.watched.is_empty(),
        "nor are pictures of the audience shown"
    );
    let state = VoiceState {
        hand: true,
        muted: true,
        ..VoiceState::default()
    };
    bench.tell(1, |engine, now| engine.set_voice_state(state, now));
    bench.pass(1_000);
    let seen = bench.engine(0).rosters().flat_map(|it| &it.participants);
    assert_eq!(seen.filter(|one| one.state.hand).count(), 1);
    let user = bench.devices[1].user;
    let speaker = |speaks| CallOrder::Speaker {
        channel: lounge,
        user,
        speaks,
    };
    bench.order(speaker(true));
    assert_eq!(bench.silence(1), None);
    assert!(bench.plays(0, 1));
    let order = speaker(false);
    bench.append(1, Action::CallsOrdered { order });
    assert_eq!(bench.silence(1), Some(Silence::Audience));
    assert!(!bench.plays(0, 1));
}

#[test]
fn whoever_is_moved_goes_and_the_others_let_go_at_once() {
    let mut bench = Bench::of_two();
    let den = bench.another_voice_channel();
    bench.in_lounge(&[0, 1]);
    let order = bench.end_of(1, Some(den));
    bench.order(order);
    let by = bench.devices[0].user;
    let why = CallEnd::Ordered { to: Some(den), by };
    assert_eq!(bench.ends(1), [why]);
    assert_eq!(bench.engine(1).voice_channel(), None);
    assert_eq!(bench.engine(0).call().expect("in").peers().count(), 0);
    bench.tell(1, |engine, now| engine.join_voice(den, now));
    bench.pass(1_000);
    let there = bench.engine(0).rosters().find(|it| it.channel == den);
    assert_eq!(there.expect("somebody is there").participants.len(), 1);
    assert_eq!(bench.ends(1).len(), 1, "the next stay is another");
}

#[test]
fn whoever_is_put_out_may_come_back() {
    let mut bench = Bench::of_two();
    bench.in_lounge(&[0, 1]);
    let order = bench.end_of(1, None);
    bench.order(order);
    let by = bench.devices[0].user;
    assert_eq!(bench.ends(1), [CallEnd::Ordered { to: None, by }]);
    bench.in_lounge(&[1]);
    assert!(bench.plays(0, 1));
}

#[test]
fn an_order_that_was_missed_is_obeyed_when_the_relay_is_back() {
    let mut bench = Bench::of_two();
    bench.in_lounge(&[0, 1]);
    let order = bench.end_of(1, None);
    bench.unplug(1);
    bench.order(order);
    assert_eq!(bench.engine(0).call().expect("in").peers().count(), 0);
    bench.plug(1);
    assert_eq!(bench.ends(1).len(), 1);
    assert_eq!(bench.engine(1).voice_channel(), None);
}

#[test]
fn a_lower_limit_ends_the_stays_that_came_last() {
    let mut bench = Bench::of_two();
    let cyd = bench.welcome("cyd");
    bench.in_lounge(&[1, cyd]);
    let lounge = bench.lounge();
    let rules = CallRules {
        limit: Some(1),
        stage: false,
    };
    bench.order(CallOrder::Rules {
        channel: lounge,
        rules,
    });
    assert!(bench.ends(1).is_empty());
    assert_eq!(bench.ends(cyd), [CallEnd::Full]);
    let before = bench.devices[cyd].events.len();
    bench.tell(cyd, |engine, now| engine.join_voice(lounge, now));
    bench.pass(1_000);
    let refused = bench.devices[cyd].events[before..]
        .iter()
        .any(|event| matches!(event, Event::VoiceRefused { .. }));
    assert!(refused);
}

#[test]
fn a_second_device_takes_the_call_over() {
    let mut bench = Bench::of_two();
    let phone = bench.another_device_of(1);
    bench.in_lounge(&[0, 1]);
    assert!(bench.plays(0, 1));
    let lounge = bench.lounge();
    bench.tell(phone, |engine, now| engine.join_voice(lounge, now));
    bench.pass(200);
    assert!(bench.plays(0, 1) && !bench.plays(0, phone), "not yet there");
    bench.connect_all();
    assert!(!bench.plays(0, 1) && bench.plays(0, phone), "never both");
    bench.pass(2_000);
    assert_eq!(bench.ends(1), [CallEnd::TakenOver]);
    assert_eq!(bench.engine(phone).voice_channel(), Some(lounge));
    let there: Vec<_> = bench
        .engine(0)
        .rosters()
        .flat_map(|it| &it.participants)
        .collect();
    assert_eq!(there.len(), 2);
}

#[test]
fn a_device_that_comes_back_does_not_take_the_call_back() {
    let mut bench = Bench::of_two();
    let phone = bench.another_device_of(1);
    bench.in_lounge(&[0, 1]);
    bench.unplug(1);
    bench.pass(30_000);
    bench.in_lounge(&[phone]);
    bench.plug(1);
    assert_eq!(bench.ends(1), [CallEnd::TakenOver]);
    assert!(bench.ends(phone).is_empty());
    assert!(bench.plays(0, phone));
}
