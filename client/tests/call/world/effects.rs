//! What a call wants done: signals to other devices, and commands to the browser.

use parley_client::call::{
    Call, CallEffect, CallSignal, IceCandidate, PeerCommand, PeerEvent, PeerId,
};
use parley_protocol::ids::DeviceId;

use super::super::browser::FakePeer;
use super::{Event, World};

impl World {
    pub(super) fn gather(&mut self, at: usize, peer: PeerId, candidates: Vec<IceCandidate>) {
        if candidates.is_empty() {
            return;
        }
        let mut when = self.now;
        for candidate in candidates {
            when += self.dice.below(80);
            self.schedule(
                when,
                Event::Tell {
                    at,
                    peer,
                    event: PeerEvent::Candidate(candidate),
                },
            );
        }
        self.schedule(
            when + 5,
            Event::Tell {
                at,
                peer,
                event: PeerEvent::GatheringComplete,
            },
        );
    }

    pub(super) fn tell(&mut self, at: usize, peer: PeerId, event: PeerEvent, within: u64) {
        let when = self.now + self.dice.below(within);
        self.schedule(when, Event::Tell { at, peer, event });
    }

    pub(super) fn drain(&mut self, node: usize) {
        while let Some(effect) = self.nodes[node].call.as_mut().and_then(Call::poll_effect) {
            self.log.push((self.now, node, effect.clone()));
            match effect {
                CallEffect::Peer { peer, command } => self.command(node, peer, command),
                CallEffect::Send { to, signal } => self.send(node, to, &signal),
                CallEffect::Status(_)
                | CallEffect::PeerStatus { .. }
                | CallEffect::PeerGone { .. }
                | CallEffect::RefreshIceServers
                | CallEffect::Ignored { .. } => {}
                CallEffect::TakenOver => self.nodes[node].is_taken_over = true,
            }
        }
    }

    fn send(&mut self, from: usize, to: DeviceId, signal: &CallSignal) {
        let to = self
            .nodes
            .iter()
            .position(|node| node.device == to)
            .expect("a known device");
        assert!(
            self.nodes[from].is_online,
            "nothing is sent without the relay"
        );
        if (self.drops)(from, to, signal) || self.dice.percent(self.weather.loss) {
            return;
        }
        let copies = if self.dice.percent(self.weather.double) {
            2
        } else {
            1
        };
        for _ in 0..copies {
            let when = self.now + 1 + self.dice.below(self.weather.delay);
            let text = serde_json::to_string(signal).expect("JSON");
            self.schedule(when, Event::Signal { from, to, text });
        }
    }

    fn command(&mut self, node: usize, peer: PeerId, command: PeerCommand) {
        let when = self.now + self.dice.below(15);
        if let PeerCommand::Create { .. } = command {
            self.count += 1;
            let fake = FakePeer::new(self.count, self.now);
            let before = self.nodes[node].browser.insert(peer, fake);
            assert!(before.is_none(), "created twice");
            return self.tell(node, peer, PeerEvent::NegotiationNeeded, 3);
        }
        let fake = self.nodes[node]
            .browser
            .get_mut(&peer)
            .expect("a command for an open connection");
        match command {
            PeerCommand::Create { .. } | PeerCommand::SetConfiguration { .. } => {}
            PeerCommand::SetLocalDescription { kind } => {
                assert!(
                    !std::mem::replace(&mut fake.busy, true),
                    "one operation at a time"
                );
                self.schedule(
                    when,
                    Event::SetLocal {
                        at: node,
                        peer,
                        kind,
                    },
                );
            }
            PeerCommand::SetRemoteDescription { kind, sdp } => {
                assert!(
                    !std::mem::replace(&mut fake.busy, true),
                    "one operation at a time"
                );
                self.schedule(
                    when,
                    Event::SetRemote {
                        at: node,
                        peer,
                        kind,
                        sdp,
                    },
                );
            }
            PeerCommand::AddCandidates { candidates, .. } => fake.add(&candidates),
            PeerCommand::RestartIce => fake.restart_ice(),
            PeerCommand::Close => {
                self.nodes[node].browser.remove(&peer);
            }
        }
    }
}
