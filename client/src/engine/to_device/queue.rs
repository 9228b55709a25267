//! Messages on their way out: those that wait to be encrypted, and batches that the relay has not confirmed.

use std::collections::VecDeque;

use litemap::LiteMap;
use parley_protocol::Millis;
use parley_protocol::ids::{ChannelId, DeviceId, MailId, MessageId};
use parley_protocol::limits::{MAX_MAIL_CHARS, MAX_MAIL_RECIPIENTS};
use parley_protocol::mail::OutboundMail;
use parley_protocol::map::IdSet;

use super::ToDevice;
use crate::engine::context::Cx;
use crate::engine::wish::Wish;
use crate::megolm::SessionRef;

/// Messages that wait to be encrypted. Above it, the newest is dropped: what it was for is asked for again.
const QUEUE: usize = 10_000;
/// Batches on their way at once.
const BATCHES: usize = 8;
/// Characters of ciphertext in a batch, well below the largest frame.
const BATCH_CHARS: usize = 128 * 1024;

/// A message that is not encrypted yet.
pub(super) struct Queued {
    pub(super) to: DeviceId,
    pub(super) content: Vec<u8>,
    pub(super) transient: bool,
    /// The own session whose key it brings.
    pub(super) share: Option<SessionRef>,
    /// The own direct message that it brings.
    pub(super) direct: Option<MessageId>,
}

/// Encrypted messages on their way, the same at each try.
struct Batch {
    id: MailId,
    messages: Vec<OutboundMail>,
    brings: Brings,
}

/// What messages bring whose way is watched.
#[derive(Default)]
pub(super) struct Brings {
    pub(super) shares: Vec<(DeviceId, SessionRef)>,
    pub(super) direct: Vec<(DeviceId, MessageId)>,
}

impl Brings {
    fn note(&mut self, queued: &Queued) {
        let share = queued.share.map(|share| (queued.to, share));
        self.shares.extend(share);
        let direct = queued.direct.map(|message| (queued.to, message));
        self.direct.extend(direct);
    }
}

/// All messages on their way out.
#[derive(Default)]
pub(super) struct Outgoing {
    queue: VecDeque<Queued>,
    batches: LiteMap<u64, Batch>,
    last_batch: u64,
    retry_at: Option<Millis>,
}

impl Outgoing {
    pub(super) fn push(&mut self, message: Queued) {
        if self.queue.len() < QUEUE {
            self.queue.push_back(message);
        }
    }

    pub(super) fn retry_at(&self) -> Option<Millis> {
        self.retry_at
    }

    pub(super) fn retry_later(&mut self, at: Millis) {
        self.retry_at = Some(at);
    }

    /// Says whether a wait is over.
    pub(super) fn end_retry_wait(&mut self, now: Millis) -> bool {
        self.retry_at.take_if(|at| *at <= now).is_some()
    }

    pub(super) fn has_room_for_batch(&self) -> bool {
        self.batches.len() < BATCHES
    }

    pub(super) fn has_share(&self, device: &DeviceId, session: SessionRef) -> bool {
        let share = (*device, session);
        let waits = |queued: &Queued| queued.to == *device && queued.share == Some(session);
        self.queue.iter().any(waits)
            || self
                .batches
                .values()
                .any(|batch| batch.brings.shares.contains(&share))
    }

    /// The channels whose key waits in the queue for such devices.
    pub(super) fn channels_shared_with(
        &self,
        is_such: impl Fn(&DeviceId) -> bool,
    ) -> IdSet<ChannelId> {
        let waiting = self.queue.iter().filter(|queued| is_such(&queued.to));
        waiting
            .filter_map(|queued| Some(queued.share?.channel))
            .collect()
    }

    /// The devices for which something waits, in the order of the queue.
    pub(super) fn receivers(&self) -> impl Iterator<Item = &DeviceId> {
        self.queue.iter().map(|queued| &queued.to)
    }

    pub(super) fn retain(&mut self, is_wanted: impl Fn(&DeviceId) -> bool) {
        self.queue.retain(|queued| is_wanted(&queued.to));
    }

    /// Drops what waits for devices that cannot be reached. Says what that would have brought.
    pub(super) fn drop_unreachable(
        &mut self,
        is_unreachable: impl Fn(&DeviceId) -> bool,
    ) -> Brings {
        let mut brings = Brings::default();
        self.queue.retain(|queued| {
            let drop = is_unreachable(&queued.to);
            if drop {
                brings.note(queued);
            }
            !drop
        });
        brings
    }

    pub(super) fn drop_transient(&mut self) {
        self.retry_at = None;
        for (_, batch) in self.batches.iter_mut() {
            batch.messages.retain(|message| !message.transient);
        }
        self.queue.retain(|queued| !queued.transient);
        self.batches.retain(|_, batch| !batch.messages.is_empty());
    }

    pub(super) fn unconfirmed(&self) -> Vec<(MailId, Vec<OutboundMail>)> {
        let batches = self.batches.values();
        batches
            .map(|batch| (batch.id, batch.messages.clone()))
            .collect()
    }

    /// A batch is with the relay, or will never be. Gives back what it brings.
    pub(super) fn end_batch(&mut self, id: MailId) -> Brings {
        let ended = self.batches.iter().find(|(_, batch)| batch.id == id);
        let number = ended.map(|(number, _)| *number);
        let batch = number.and_then(|number| self.batches.remove(&number));
        batch.map_or_else(Brings::default, |batch| batch.brings)
    }
}

impl ToDevice {
    /// Takes the messages that can be encrypted out of the queue, in order, up to a batch.
    pub(super) fn encrypt_batch(&mut self, cx: &mut Cx<'_>) -> Option<(MailId, Vec<OutboundMail>)> {
        let mut batch = Batch {
            id: MailId::from_bytes(self.rng.bytes()),
            messages: Vec::new(),
            brings: Brings::default(),
        };
        let mut lost = Brings::default();
        let mut chars = 0;
        let mut touched = IdSet::new();
        let mut waiting = VecDeque::new();
        while let Some(queued) = self.outgoing.queue.pop_front() {
            let has_session = self.olm.has(&queued.to) && !self.claims.is_renewing(&queued.to);
            if !has_session || batch.messages.len() >= MAX_MAIL_RECIPIENTS || chars >= BATCH_CHARS {
                waiting.push_back(queued);
                continue;
            }
            let Some(message) = self.olm.encrypt(&queued.to, &queued.content) else {
                lost.note(&queued);
                continue;
            };
            touched.insert(queued.to);
            if message.ciphertext.len() <= MAX_MAIL_CHARS {
                chars += message.ciphertext.len();
                batch.messages.push(OutboundMail {
                    to: queued.to,
                    message,
                    transient: queued.transient,
                });
                batch.brings.note(&queued);
            } else {
                lost.note(&queued);
            }
        }
        if !lost.direct.is_empty() {
            cx.output.wish(Wish::SettleDirect {
                messages: lost.direct,
                taken: false,
            });
        }
        self.outgoing.queue = waiting;
        for device in &touched {
            cx.output.store(self.olm.change(&device));
        }
        if batch.messages.is_empty() {
            return None;
        }
        let encrypted = (batch.id, batch.messages.clone());
        self.outgoing.last_batch += 1;
        self.outgoing
            .batches
            .insert(self.outgoing.last_batch, batch);
        Some(encrypted)
    }
}
