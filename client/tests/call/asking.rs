//! What a test asks about the world.

use std::collections::BTreeSet;

use parley_client::call::{
    CallEffect, DescriptionKind, PeerCommand, PeerId, PeerStatus, SignalBody,
};
use parley_protocol::ids::{DeviceId, UserId};

use super::world::World;

impl World {
    pub(super) fn status(&self, at: usize, of: usize) -> Option<PeerStatus> {
        let device = self.device(of);
        let call = self.nodes[at].call.as_ref()?;
        call.peers()
            .find(|peer| peer.id.device == device)
            .map(|peer| peer.status)
    }

    pub(super) fn peer_id(&self, at: usize, of: usize) -> Option<PeerId> {
        let device = self.device(of);
        self.nodes[at]
            .browser
            .keys()
            .copied()
            .find(|peer| peer.device == device)
    }

    pub(super) fn are_connected(&self, a: usize, b: usize) -> bool {
        let linked = self
            .peer_id(a, b)
            .is_some_and(|peer| self.other_end(a, peer).is_some());
        let connected = Some(PeerStatus::Connected);
        linked && self.status(a, b) == connected && self.status(b, a) == connected
    }

    pub(super) fn sent(&self, from: usize, wanted: impl Fn(&SignalBody) -> bool) -> usize {
        let sent = self.log.iter().filter(|(_, node, effect)| {
            *node == from
                && matches!(effect, CallEffect::Send { signal, .. } if wanted(&signal.body))
        });
        sent.count()
    }

    pub(super) fn commands(&self, at: usize, wanted: impl Fn(&PeerCommand) -> bool) -> usize {
        let commands = self.log.iter().filter(|(_, node, effect)| {
            *node == at && matches!(effect, CallEffect::Peer { command, .. } if wanted(command))
        });
        commands.count()
    }

    /// Every pair in the roster has exactly one connection, and nobody else has any.
    pub(super) fn assert_full_mesh(&self, context: &str) {
        let inside: BTreeSet<DeviceId> = self.roster.iter().map(|one| one.device).collect();
        let people: BTreeSet<UserId> = self.roster.iter().map(|one| one.user).collect();
        assert_eq!(
            inside.len(),
            people.len(),
            "{context}: somebody is there twice"
        );
        for (a, node) in self.nodes.iter().enumerate() {
            let open: Vec<DeviceId> = node.browser.keys().map(|peer| peer.device).collect();
            let expected: Vec<DeviceId> = if inside.contains(&node.device) {
                inside
                    .iter()
                    .copied()
                    .filter(|device| *device != node.device)
                    .collect()
            } else {
                Vec::new()
            };
            assert_eq!(open, expected, "{context}: connections of device {a}");
            for b in 0..self.nodes.len() {
                if expected.contains(&self.nodes[b].device) {
                    assert!(
                        self.are_connected(a, b),
                        "{context}: {a} and {b} are {:?}",
                        self.status(a, b)
                    );
                }
            }
        }
    }
}

pub(super) fn is_offer(body: &SignalBody) -> bool {
    is_description(body, DescriptionKind::Offer)
}

pub(super) fn is_answer(body: &SignalBody) -> bool {
    is_description(body, DescriptionKind::Answer)
}

fn is_description(body: &SignalBody, kind: DescriptionKind) -> bool {
    matches!(body, SignalBody::Description(description) if description.kind == kind)
}
