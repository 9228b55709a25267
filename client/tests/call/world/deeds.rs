//! What devices and their people do, and what the relay tells of it.

use parley_client::call::{Call, CallConfig, CallSignal};
use parley_protocol::ids::{CallSessionId, DeviceId};
use parley_protocol::voice::{Participant, Roster, VoiceState};

use super::{CHANNEL, Event, START, World, ice};

impl World {
    // What devices do.

    pub(in crate::call) fn join(&mut self, node: usize) {
        self.begin(node);
        self.enter_roster(node);
    }

    /// Starts a call that the relay does not know of yet.
    pub(in crate::call) fn begin(&mut self, node: usize) {
        self.count += 1;
        let mut session = [0; 16];
        session[..8].copy_from_slice(&self.count.to_be_bytes());
        let session = CallSessionId::from_bytes(session);
        let config = CallConfig {
            me: self.device(node),
            session,
            channel: CHANNEL,
            ice: ice(START + 3_600_000),
            relay_only: self.nodes[node].hides_address,
        };
        self.nodes[node].session = session;
        self.nodes[node].call = Some(Call::new(config, self.now));
        self.drain(node);
    }

    pub(in crate::call) fn enter_roster(&mut self, node: usize) {
        let participant = Participant {
            device: self.device(node),
            user: self.nodes[node].user,
            session: self.session(node),
            state: VoiceState::default(),
        };
        match self
            .roster
            .iter_mut()
            .find(|one| one.device == participant.device)
        {
            Some(one) => *one = participant,
            None => self.roster.push(participant),
        }
        self.publish();
    }

    pub(in crate::call) fn leave_roster(&mut self, node: usize) {
        let device = self.device(node);
        self.roster.retain(|one| one.device != device);
        self.publish();
    }

    pub(in crate::call) fn leave(&mut self, node: usize) {
        let now = self.now;
        self.act(node, |call| call.leave(now));
        self.nodes[node].call = None;
        assert!(
            self.nodes[node].browser.is_empty(),
            "leaving closes every connection"
        );
        self.leave_roster(node);
    }

    /// The tab is gone without a word, and the relay has noticed.
    pub(in crate::call) fn crash(&mut self, node: usize) {
        self.kill_tab(node);
        self.leave_roster(node);
    }

    /// The tab is gone without a word.
    pub(in crate::call) fn kill_tab(&mut self, node: usize) {
        self.nodes[node].call = None;
        self.nodes[node].browser.clear();
        self.reconcile_links();
    }

    pub(in crate::call) fn go_offline(&mut self, node: usize) {
        self.nodes[node].is_online = false;
        let now = self.now;
        self.act(node, |call| call.handle_relay_lost(now));
    }

    pub(in crate::call) fn go_online(&mut self, node: usize) {
        self.nodes[node].is_online = true;
        let now = self.now;
        self.act(node, |call| call.handle_relay_back(now));
        if self.nodes[node].call.is_some() {
            self.enter_roster(node);
        } else {
            self.publish();
        }
    }

    /// The relay tells its roster to everyone who is connected.
    pub(in crate::call) fn publish(&mut self) {
        for to in 0..self.nodes.len() {
            self.publish_to(to);
        }
    }

    fn publish_to(&mut self, to: usize) {
        let roster = Roster {
            channel: CHANNEL,
            participants: self.roster.clone(),
        };
        let delay = 1 + self.dice.below(self.weather.delay);
        let node = &mut self.nodes[to];
        let at = (self.now + delay).max(node.next_roster);
        node.next_roster = at;
        self.schedule(at, Event::Roster { to, roster });
    }

    /// Delivers a signal as if it had been decrypted just now.
    pub(in crate::call) fn deliver(&mut self, from: DeviceId, to: usize, signal: CallSignal) {
        let now = self.now;
        self.act(to, |call| call.handle_signal(from, signal, now));
    }

    /// Gives a roster to one device, whatever the relay believes.
    pub(in crate::call) fn show_roster(&mut self, to: usize, order: &[usize]) {
        let participants = order
            .iter()
            .map(|node| Participant {
                device: self.device(*node),
                user: self.nodes[*node].user,
                session: self.session(*node),
                state: VoiceState::default(),
            })
            .collect();
        let (now, roster) = (
            self.now,
            Roster {
                channel: CHANNEL,
                participants,
            },
        );
        self.act(to, |call| call.handle_roster(&roster, now));
    }
}
