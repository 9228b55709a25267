//! Mail to other devices: sealed by Olm, sent in batches, sent again until the relay has it. What comes
//! in is opened in `incoming`.

mod incoming;

use std::collections::{BTreeSet, VecDeque};

use litemap::LiteMap;
use parley_protocol::Millis;
use parley_protocol::error::ApiError;
use parley_protocol::frame::Request;
use parley_protocol::ids::{ChannelId, DeviceId, MailId};
use parley_protocol::json;
use parley_protocol::limits::{MAX_MAIL_CHARS, MAX_MAIL_RECIPIENTS};
use parley_protocol::mail::{ClaimedPrekey, InboundMail, OutboundMail};

use super::Engine;
use super::requests::{Asked, retry_wait};
use crate::content::{MailBody, MailContent};
use crate::megolm::{HandedKey, SessionRef};
use crate::rng::Rng;
use crate::sorted;

/// Mail that waits to be sealed. Above it, the newest is dropped: what it was for is asked for again.
const QUEUE: usize = 10_000;
/// Batches on their way at once.
const BATCHES: usize = 8;
/// Characters of ciphertext in a batch, well below the largest frame.
const BATCH_CHARS: usize = 128 * 1024;
/// How long the relay may take to hand out keys. After it, the devices are passed over: they ask later.
const CLAIM_WITHIN: Millis = 10_000;
/// Letters kept until the log names the device that sent them.
const KEPT_FOR_THE_LOG: usize = 200;
/// Fewer one-time keys than this at the relay are topped up.
const FEW_ONE_TIME_KEYS: u32 = 25;

struct Letter {
    to: DeviceId,
    content: Vec<u8>,
    transient: bool,
    share: Option<SessionRef>,
}

/// Sealed letters on their way, the same at each try.
struct Batch {
    id: MailId,
    mail: Vec<OutboundMail>,
    shares: Vec<(DeviceId, SessionRef)>,
}

/// Everything about mail.
pub(super) struct Post {
    position: u64,
    rng: Rng,
    queue: VecDeque<Letter>,
    /// Devices whose keys are being fetched, and until when.
    claiming: LiteMap<DeviceId, Millis>,
    renewing: BTreeSet<DeviceId>,
    renewed_at: LiteMap<DeviceId, Millis>,
    batches: LiteMap<u64, Batch>,
    next_batch: u64,
    retry_at: Option<Millis>,
    /// Mail from devices that are not in the log yet.
    kept: VecDeque<InboundMail>,
}

impl Post {
    pub(super) fn new(position: u64, seed: [u8; 32]) -> Self {
        Self {
            position,
            rng: Rng::from_seed(seed),
            queue: VecDeque::new(),
            claiming: LiteMap::new(),
            renewing: BTreeSet::new(),
            renewed_at: LiteMap::new(),
            batches: LiteMap::new(),
            next_batch: 0,
            retry_at: None,
            kept: VecDeque::new(),
        }
    }

    pub(super) fn position(&self) -> u64 {
        self.position
    }

    pub(super) fn timeout(&self) -> Option<Millis> {
        self.claiming.values().copied().chain(self.retry_at).min()
    }

    /// Of a device that is in nobody's log, this is all that is kept.
    fn keep_for_the_log(&mut self, item: &InboundMail) {
        if self.kept.len() >= KEPT_FOR_THE_LOG {
            self.kept.pop_front();
        }
        self.kept.push_back(item.clone());
    }

    fn take_kept(&mut self) -> VecDeque<InboundMail> {
        std::mem::take(&mut self.kept)
    }

    /// Whether one's own key for a device waits, or is sent and not confirmed.
    pub(super) fn is_share_on_its_way(&self, device: &DeviceId, session: SessionRef) -> bool {
        let share = (*device, session);
        let waits = |letter: &Letter| letter.to == *device && letter.share == Some(session);
        self.queue.iter().any(waits)
            || self
                .batches
                .values()
                .any(|batch| batch.shares.contains(&share))
    }

    /// The channels whose key waits for devices' keys that are being fetched.
    pub(super) fn waiting_shares(&self) -> BTreeSet<ChannelId> {
        if self.claiming.is_empty() {
            return BTreeSet::new();
        }
        let waiting = self
            .queue
            .iter()
            .filter(|letter| self.claiming.contains_key(&letter.to));
        sorted::set(waiting.filter_map(|letter| Some(letter.share?.channel)))
    }
}

impl Engine {
    /// Seals and sends something to a device, as soon as there is a connection and a session.
    pub(super) fn send_mail(&mut self, to: DeviceId, body: MailBody, transient: bool, now: Millis) {
        self.queue_mail(to, body, transient);
        self.pump_mail(now);
    }

    /// Like [`Engine::send_mail`], for several at once: the caller pumps.
    pub(super) fn queue_mail(&mut self, to: DeviceId, body: MailBody, transient: bool) {
        self.queue_letter(to, body, transient, None);
    }

    /// Shares the key of one's own session. That the relay has it is noted.
    pub(super) fn queue_share(&mut self, to: DeviceId, session: SessionRef, handed: HandedKey) {
        let body = MailBody::SessionKey { session, handed };
        self.queue_letter(to, body, false, Some(session));
    }

    fn queue_letter(
        &mut self,
        to: DeviceId,
        body: MailBody,
        transient: bool,
        share: Option<SessionRef>,
    ) {
        let from = self.device.id();
        if self.mail.queue.len() >= QUEUE || to == from {
            return;
        }
        let content = MailContent {
            community: self.community.id(),
            from,
            to,
            body,
        };
        let content = json::write(&content).into_bytes();
        self.mail.queue.push_back(Letter {
            to,
            content,
            transient,
            share,
        });
    }

    pub(super) fn pump_mail(&mut self, now: Millis) {
        if !self.connection.is_open() || self.mail.retry_at.is_some() {
            return;
        }
        while self.mail.batches.len() < BATCHES {
            let batch = self.seal_batch();
            if batch.mail.is_empty() {
                break;
            }
            let (id, mail) = (batch.id, batch.mail.clone());
            self.mail.next_batch += 1;
            self.mail.batches.insert(self.mail.next_batch, batch);
            self.ask(Asked::Mail(id), Request::SendMail { id, mail });
        }
        self.claim_missing(now);
    }

    /// Takes the letters that can be sealed out of the queue, in order, up to a batch.
    fn seal_batch(&mut self) -> Batch {
        let mut batch = Batch {
            id: MailId::from_bytes(self.mail.rng.bytes()),
            mail: Vec::new(),
            shares: Vec::new(),
        };
        let mut chars = 0;
        let mut touched = BTreeSet::new();
        let mut waiting = VecDeque::new();
        while let Some(letter) = self.mail.queue.pop_front() {
            let has_session = self.olm.has(&letter.to) && !self.mail.renewing.contains(&letter.to);
            if !has_session || batch.mail.len() >= MAX_MAIL_RECIPIENTS || chars >= BATCH_CHARS {
                waiting.push_back(letter);
                continue;
            }
            let Some(message) = self.olm.encrypt(&letter.to, &letter.content) else {
                continue;
            };
            touched.insert(letter.to);
            if message.ciphertext.len() <= MAX_MAIL_CHARS {
                chars += message.ciphertext.len();
                batch.mail.push(OutboundMail {
                    to: letter.to,
                    message,
                    transient: letter.transient,
                });
                let share = letter.share.map(|share| (letter.to, share));
                batch.shares.extend(share);
            }
        }
        self.mail.queue = waiting;
        for device in touched {
            self.output.store(self.olm.change(&device));
        }
        batch
    }

    fn claim_missing(&mut self, now: Millis) {
        let receivers = self.mail.queue.iter().map(|letter| letter.to);
        let missing = sorted::set(
            receivers
                .filter(|device| !self.olm.has(device) || self.mail.renewing.contains(device))
                .filter(|device| !self.mail.claiming.contains_key(device))
                .take(MAX_MAIL_RECIPIENTS),
        );
        if missing.is_empty() {
            return;
        }
        let devices: Vec<DeviceId> = missing.into_iter().collect();
        let until = now + CLAIM_WITHIN;
        for device in &devices {
            self.mail.claiming.insert(*device, until);
        }
        self.ask(
            Asked::Claim(devices.clone()),
            Request::ClaimPrekeys { devices },
        );
    }

    pub(super) fn handle_prekeys(
        &mut self,
        asked: &[DeviceId],
        prekeys: &[ClaimedPrekey],
        now: Millis,
    ) {
        for claimed in prekeys
            .iter()
            .filter(|claimed| asked.contains(&claimed.device))
        {
            let Some(device) = self.community.active_device(&claimed.device) else {
                continue;
            };
            if self
                .olm
                .start(&self.device, &self.community.id(), device, claimed)
                .is_ok()
            {
                self.mail.renewing.remove(&claimed.device);
                self.output.store(self.olm.change(&claimed.device));
            }
        }
        self.end_claim(asked, now);
    }

    pub(super) fn handle_claim_refused(&mut self, asked: &[DeviceId], now: Millis) {
        self.end_claim(asked, now);
    }

    /// Devices that could not be reached get nothing; they ask when they are back.
    fn end_claim(&mut self, asked: &[DeviceId], now: Millis) {
        for device in asked {
            self.mail.claiming.remove(device);
            self.mail.renewing.remove(device);
        }
        let Self { mail, olm, .. } = self;
        let unreachable: Vec<(DeviceId, SessionRef)> = mail
            .queue
            .iter()
            .filter(|letter| asked.contains(&letter.to) && !olm.has(&letter.to))
            .filter_map(|letter| Some((letter.to, letter.share?)))
            .collect();
        mail.queue
            .retain(|letter| !asked.contains(&letter.to) || olm.has(&letter.to));
        self.settle_shares(unreachable);
        self.pump_mail(now);
        self.go_on_after_sharing(now);
    }

    /// The relay has the mail, but for the devices whose mailbox was full: what those are owed stays owed.
    pub(super) fn handle_mail_sent(&mut self, id: MailId, full: &[DeviceId], now: Millis) {
        let shares = self.end_batch(id);
        let taken = shares
            .into_iter()
            .filter(|(device, _)| !full.contains(device));
        self.settle_shares(taken.collect());
        self.pump_mail(now);
    }

    fn end_batch(&mut self, id: MailId) -> Vec<(DeviceId, SessionRef)> {
        let ended = self.mail.batches.iter().find(|(_, batch)| batch.id == id);
        let number = ended.map(|(number, _)| *number);
        let batch = number.and_then(|number| self.mail.batches.remove(&number));
        batch.map_or_else(Vec::new, |batch| batch.shares)
    }

    pub(super) fn settle_shares(&mut self, shares: Vec<(DeviceId, SessionRef)>) {
        let mut settled = BTreeSet::new();
        for (device, share) in shares {
            let own = self.outbound.get_mut(&share.channel);
            if own.is_some_and(|own| own.id() == share.session && own.settle(&device)) {
                settled.insert(share.channel);
            }
        }
        for channel in settled {
            self.store_outbound(channel);
        }
    }

    pub(super) fn handle_mail_refused(&mut self, id: MailId, error: &ApiError, now: Millis) {
        match retry_wait(error) {
            Some(wait) => self.mail.retry_at = Some(now + wait),
            // What it would have brought is owed still.
            None => drop(self.end_batch(id)),
        }
    }

    pub(super) fn mail_timeout(&mut self, now: Millis) {
        if self.mail.retry_at.is_some_and(|at| at <= now) {
            self.mail.retry_at = None;
            if self.connection.is_open() {
                self.resume_mail(now);
            }
        }
        let late: Vec<DeviceId> = self
            .mail
            .claiming
            .iter()
            .filter(|(_, until)| **until <= now)
            .map(|(device, _)| *device)
            .collect();
        if !late.is_empty() {
            self.end_claim(&late, now);
        }
    }

    pub(super) fn pause_mail(&mut self) {
        self.mail.claiming.clear();
        self.mail.retry_at = None;
        for (_, batch) in self.mail.batches.iter_mut() {
            batch.mail.retain(|mail| !mail.transient);
        }
        self.mail.queue.retain(|letter| !letter.transient);
        self.mail.batches.retain(|_, batch| !batch.mail.is_empty());
    }

    /// Sends again what the relay has not confirmed; the ids make that harmless.
    pub(super) fn resume_mail(&mut self, now: Millis) {
        let batches = self.mail.batches.values();
        let again: Vec<(MailId, Vec<OutboundMail>)> = batches
            .map(|batch| (batch.id, batch.mail.clone()))
            .collect();
        for (id, mail) in again {
            if !self.is_asked(&Asked::Mail(id)) {
                self.ask(Asked::Mail(id), Request::SendMail { id, mail });
            }
        }
        self.pump_mail(now);
    }

    pub(super) fn top_up_prekeys(&mut self, one_time: u32, fresh_fallback: bool, _now: Millis) {
        let few = one_time < FEW_ONE_TIME_KEYS;
        if (few || !fresh_fallback) && !self.is_asked(&Asked::Publish) {
            let prekeys = self
                .device
                .make_prekeys(&self.community.id(), few, !fresh_fallback);
            self.store_account();
            self.ask(Asked::Publish, Request::PublishPrekeys { prekeys });
        }
    }

    /// Devices that are gone get no more mail.
    pub(super) fn forget_removed_devices(&mut self) {
        let Self {
            mail, community, ..
        } = self;
        mail.queue
            .retain(|letter| community.active_device(&letter.to).is_some());
        mail.renewed_at
            .retain(|device, _| community.active_device(device).is_some());
    }
}
