//! How the connection to one device is mended: restarted, offered again, or replaced by another.

use parley_protocol::Millis;

use super::Peer;
use crate::call::effect::{PeerCommand, Shared};
use crate::call::ignored::Ignored;
use crate::call::negotiation::{Negotiation, Openness};
use crate::call::recovery::Attempt;
use crate::call::signal::{Description, DescriptionKind};
use crate::call::timing;

impl Peer {
    /// A person asks to try again.
    pub(in crate::call) fn handle_retry(&mut self, shared: &mut Shared, now: Millis) {
        self.recovery.handle_retry(now);
        self.replace(self.connection.saturating_add(1), true, shared, now);
        self.tell(shared, now);
    }

    pub(super) fn handle_broken(&mut self, now: Millis) {
        self.negotiation.handle_failed();
        self.recovery.handle_broken(now);
    }

    /// The other side has made a new connection: so does this one.
    pub(super) fn follow(
        &mut self,
        connection: u32,
        description: &Description,
        shared: &mut Shared,
        now: Millis,
    ) -> bool {
        if description.kind == DescriptionKind::Answer || description.base != 0 {
            shared.ignore(Some(self.id.device), Ignored::UnknownConnection);
            return false;
        }
        let soon = |at: Millis| now < at.saturating_add(timing::REPLACED);
        if self.replaced_by_other.is_some_and(soon) {
            shared.ignore(Some(self.id.device), Ignored::ReplacedTooOften);
            return false;
        }
        self.replaced_by_other = Some(now);
        self.replace(connection, false, shared, now);
        true
    }

    pub(super) fn mend(&mut self, shared: &mut Shared, now: Millis) {
        match self.negotiation.openness() {
            Openness::Stable => match self.recovery.attempt(now) {
                Attempt::Replace => {
                    self.replace(self.connection.saturating_add(1), true, shared, now);
                }
                Attempt::RestartIce => {
                    self.outgoing.clear();
                    shared.command(self.id, PeerCommand::RestartIce);
                    let steps = self.negotiation.offer(now);
                    self.run(steps, shared, now);
                }
            },
            Openness::Broken => self.replace_as_attempt(shared, now),
            Openness::Busy { since } if now.saturating_sub(since) >= timing::STUCK => {
                self.replace_as_attempt(shared, now);
            }
            Openness::Busy { .. } | Openness::Offering { .. } => self.recovery.postpone(now),
        }
    }

    pub(super) fn offer_again(&mut self, shared: &mut Shared, now: Millis) {
        let is_hopeless = match self.negotiation.openness() {
            Openness::Offering { sends } => {
                sends >= timing::MAX_OFFERS && !self.recovery.is_connected()
            }
            Openness::Stable | Openness::Busy { .. } | Openness::Broken => false,
        };
        if is_hopeless {
            return self.replace_as_attempt(shared, now);
        }
        let steps = self.negotiation.send_offer_again(now);
        self.run(steps, shared, now);
    }

    fn replace_as_attempt(&mut self, shared: &mut Shared, now: Millis) {
        self.recovery.attempt(now);
        self.replace(self.connection.saturating_add(1), true, shared, now);
    }

    fn replace(&mut self, connection: u32, offers: bool, shared: &mut Shared, now: Millis) {
        shared.command(self.id, PeerCommand::Close);
        self.id = shared.next_peer_id(self.id.device);
        self.connection = connection;
        self.negotiation = Negotiation::new(self.is_polite);
        self.outgoing.clear();
        self.incoming.replaced(connection);
        self.is_relayed = false;
        self.recovery.handle_replaced(now);
        shared.create(self.id);
        self.begin(offers, shared, now);
    }
}
