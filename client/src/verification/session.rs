//! The one verification that is under way, from asking to its end.

use std::collections::VecDeque;

use parley_protocol::Millis;
use parley_protocol::community::Community;
use parley_protocol::ids::{DeviceId, UserId, VerificationId};
use parley_protocol::keys::{Curve25519PublicKey, Ed25519PublicKey, Hash};

use super::code::{Code, CodeSecret};
use super::comparing::{Agreeing, Comparing, OwnKey, Side};
use super::message::{CancelReason, VerificationBody, VerificationMessage};
use super::{Failure, VerificationEffect};

/// Effects in order.
pub(super) type Out = VecDeque<VerificationEffect>;

pub(super) struct Session {
    pub(super) id: VerificationId,
    /// The other member, and the identity that the log has for them.
    pub(super) user: UserId,
    pub(super) identity: Ed25519PublicKey,
    pub(super) me: DeviceId,
    pub(super) stage: Stage,
    pub(super) ends_at: Millis,
}

/// How far it is.
pub(super) enum Stage {
    /// These devices of the other member were asked.
    Asking {
        asked: Vec<DeviceId>,
    },
    /// The other member may scan this.
    Showing(Box<Code>),
    /// A MAC that overtook the key is kept until the key is here.
    Agreeing {
        agreeing: Box<Agreeing>,
        early_mac: Option<Hash>,
    },
    Comparing(Box<Comparing>),
    Verified,
    Failed(Failure),
}

impl Session {
    pub(super) fn is_over(&self) -> bool {
        matches!(self.stage, Stage::Verified | Stage::Failed(_))
    }

    /// The device on the other side, once it is chosen.
    pub(super) fn peer(&self) -> Option<DeviceId> {
        match &self.stage {
            Stage::Agreeing { agreeing, .. } => Some(agreeing.peer),
            Stage::Comparing(comparing) => Some(comparing.peer()),
            Stage::Asking { .. } | Stage::Showing(_) | Stage::Verified | Stage::Failed(_) => None,
        }
    }

    /// The other devices that hear it when this one ends it.
    fn hearers(&self) -> Vec<DeviceId> {
        match &self.stage {
            Stage::Asking { asked } => asked.clone(),
            Stage::Showing(_)
            | Stage::Agreeing { .. }
            | Stage::Comparing(_)
            | Stage::Verified
            | Stage::Failed(_) => self.peer().into_iter().collect(),
        }
    }

    pub(super) fn send(&self, to: DeviceId, body: VerificationBody, out: &mut Out) {
        let message = VerificationMessage { id: self.id, body };
        out.push_back(VerificationEffect::Send { to, message });
    }

    /// Ends it here and on the other side.
    pub(super) fn cancel(&mut self, reason: CancelReason, failure: Failure, out: &mut Out) {
        for device in self.hearers() {
            self.send(device, VerificationBody::Cancel { reason }, out);
        }
        self.stage = Stage::Failed(failure);
    }

    fn mismatch(&mut self, out: &mut Out) {
        self.cancel(CancelReason::Mismatch, Failure::Mismatch, out);
    }

    /// Something that a device of the other member says about it.
    pub(super) fn handle(
        &mut self,
        from: DeviceId,
        body: VerificationBody,
        log: &Community,
        out: &mut Out,
    ) {
        match body {
            VerificationBody::Accept { commitment } => self.handle_accept(from, commitment, out),
            VerificationBody::Key { key } if self.peer() == Some(from) => {
                self.handle_key(&key, log, out);
            }
            VerificationBody::Mac { mac } if self.peer() == Some(from) => {
                self.handle_mac(mac, out);
            }
            VerificationBody::Scanned { secret } => self.handle_scanned(from, &secret, out),
            VerificationBody::Cancel { reason } => self.handle_cancel(from, reason, out),
            // Not from the device that this is with, or of use only before.
            VerificationBody::Key { .. }
            | VerificationBody::Mac { .. }
            | VerificationBody::Request { .. } => {}
        }
    }

    /// The first device that accepts is the one; the others hear that it is in hand.
    fn handle_accept(&mut self, from: DeviceId, commitment: Hash, out: &mut Out) {
        if self.peer().is_some_and(|peer| peer != from) {
            let reason = CancelReason::OtherDevice;
            return self.send(from, VerificationBody::Cancel { reason }, out);
        }
        let Stage::Asking { asked } = &self.stage else {
            return;
        };
        if !asked.contains(&from) {
            return;
        }
        let others: Vec<DeviceId> = asked.iter().copied().filter(|it| *it != from).collect();
        for device in others {
            let reason = CancelReason::OtherDevice;
            self.send(device, VerificationBody::Cancel { reason }, out);
        }
        let key = OwnKey::generate();
        self.send(
            from,
            VerificationBody::Key {
                key: key.public_key(),
            },
            out,
        );
        self.agree(from, Side::Asker, key, Some(commitment));
    }

    pub(super) fn agree(
        &mut self,
        peer: DeviceId,
        side: Side,
        key: OwnKey,
        commitment: Option<Hash>,
    ) {
        self.stage = Stage::Agreeing {
            agreeing: Box::new(Agreeing {
                id: self.id,
                me: self.me,
                peer,
                side,
                key,
                commitment,
            }),
            early_mac: None,
        };
    }

    fn handle_key(&mut self, theirs: &Curve25519PublicKey, log: &Community, out: &mut Out) {
        let Stage::Agreeing { .. } = &self.stage else {
            return;
        };
        let before = std::mem::replace(&mut self.stage, Stage::Failed(Failure::Mismatch));
        let Stage::Agreeing {
            agreeing,
            early_mac,
        } = before
        else {
            return;
        };
        let (peer, side, own) = (agreeing.peer, agreeing.side, agreeing.key.public_key());
        let Some(comparing) = agreeing.finish(theirs, log) else {
            let reason = CancelReason::Mismatch;
            return self.send(peer, VerificationBody::Cancel { reason }, out);
        };
        if side == Side::Answerer {
            self.send(peer, VerificationBody::Key { key: own }, out);
        }
        self.stage = Stage::Comparing(Box::new(comparing));
        if let Some(mac) = early_mac {
            self.handle_mac(mac, out);
        }
    }

    fn handle_mac(&mut self, mac: Hash, out: &mut Out) {
        match &mut self.stage {
            Stage::Agreeing { early_mac, .. } => *early_mac = Some(mac),
            Stage::Comparing(comparing) if comparing.check(&mac) => {
                comparing.is_proven = true;
                self.end_if_done(out);
            }
            Stage::Comparing(_) => self.mismatch(out),
            Stage::Asking { .. } | Stage::Showing(_) | Stage::Verified | Stage::Failed(_) => {}
        }
    }

    fn handle_scanned(&mut self, from: DeviceId, secret: &CodeSecret, out: &mut Out) {
        let Stage::Showing(code) = &self.stage else {
            return;
        };
        if code.secret == *secret {
            self.verified(out);
        } else {
            let reason = CancelReason::Mismatch;
            self.send(from, VerificationBody::Cancel { reason }, out);
            self.stage = Stage::Failed(Failure::Mismatch);
        }
    }

    fn handle_cancel(&mut self, from: DeviceId, reason: CancelReason, out: &mut Out) {
        let is_peer = self.peer() == Some(from);
        match &mut self.stage {
            Stage::Asking { asked } if asked.contains(&from) => {
                asked.retain(|device| *device != from);
                // One device may be busy or have forgotten; a person who says no means all.
                let goes_on = matches!(reason, CancelReason::Busy | CancelReason::NotKnown);
                if goes_on && !asked.is_empty() {
                    return;
                }
                let other = CancelReason::OtherDevice;
                self.cancel(other, Failure::of(reason), out);
            }
            Stage::Agreeing { .. } | Stage::Comparing(_) if is_peer => {
                self.stage = Stage::Failed(Failure::of(reason));
            }
            Stage::Showing(_) if reason == CancelReason::Mismatch => {
                self.stage = Stage::Failed(Failure::Mismatch);
            }
            Stage::Asking { .. }
            | Stage::Showing(_)
            | Stage::Agreeing { .. }
            | Stage::Comparing(_)
            | Stage::Verified
            | Stage::Failed(_) => {}
        }
    }

    /// The person says that both screens show the same, or that they do not.
    pub(super) fn decide(&mut self, is_same: bool, out: &mut Out) {
        let Stage::Comparing(comparing) = &mut self.stage else {
            return;
        };
        let mac = comparing.own_mac();
        let (true, Some(mac)) = (is_same, mac) else {
            return self.mismatch(out);
        };
        if std::mem::replace(&mut comparing.is_confirmed, true) {
            return;
        }
        let peer = comparing.peer();
        self.send(peer, VerificationBody::Mac { mac }, out);
        self.end_if_done(out);
    }

    fn end_if_done(&mut self, out: &mut Out) {
        if let Stage::Comparing(comparing) = &self.stage
            && comparing.is_done()
        {
            self.verified(out);
        }
    }

    pub(super) fn verified(&mut self, out: &mut Out) {
        self.stage = Stage::Verified;
        out.push_back(VerificationEffect::Verified {
            user: self.user,
            identity: self.identity,
        });
    }

    /// The log changed: what was begun with keys or devices that are no more is over.
    pub(super) fn handle_log_change(&mut self, log: &Community, out: &mut Out) {
        if self.is_over() {
            return;
        }
        let member = log.active_member(&self.user);
        if member.is_none_or(|member| member.identity != self.identity) {
            return self.cancel(CancelReason::Other, Failure::KeysChanged, out);
        }
        let is_active = |device: &DeviceId| log.active_device(device).is_some();
        if let Stage::Asking { asked } = &mut self.stage {
            asked.retain(is_active);
            if asked.is_empty() {
                self.stage = Stage::Failed(Failure::DeviceGone);
            }
        }
        if self.peer().is_some_and(|peer| !is_active(&peer)) {
            self.stage = Stage::Failed(Failure::DeviceGone);
        }
    }
}
