//! To-device messages: encrypted by Olm, sent in batches, sent again until the relay has them. What comes in is
//! decrypted in `incoming`; what it says is the business of other parts.
//!
//! | file | what it does |
//! |---|---|
//! | `queue` | messages that wait to be encrypted, and batches on their way |
//! | `prekeys` | keys of other devices to start sessions with, and one's own for others |
//! | `incoming` | what comes in, opened once |

mod incoming;
mod prekeys;
mod queue;

use parley_protocol::Millis;
use parley_protocol::error::ApiError;
use parley_protocol::frame::Request;
use parley_protocol::ids::{ChannelId, DeviceId, MailId, MessageId};
use parley_protocol::json;
use parley_protocol::map::IdSet;

use incoming::HeldMail;
pub(super) use incoming::Opened;

use super::context::Cx;
use super::output::{Asked, retry_wait};
use super::restore_error::RestoreError;
use super::wish::{Share, Wish};
use crate::content::{ToDeviceBody, ToDeviceContent};
use crate::device::{DeviceKeys, OwnDevice};
use crate::megolm::SessionRef;
use crate::olm::OlmSessions;
use crate::rng::Rng;
use crate::store::{Change, OnDemand, Record, Table, read_one, read_state};
use prekeys::Claims;
use queue::{Brings, Outgoing, Queued};

const MAILBOX: &str = "mailbox";

/// This device's Olm account and sessions, and the messages that they carry.
pub(super) struct ToDevice {
    keys: DeviceKeys,
    olm: OnDemand<OlmSessions>,
    rng: Rng,
    /// Sequence number of the last message that was received.
    position: u64,
    outgoing: Outgoing,
    claims: Claims,
    /// Own one-time keys at the relay, as it said last.
    one_time_keys: Option<u32>,
    /// Messages of devices that are not in the log yet.
    held_for_log: OnDemand<HeldMail>,
    /// Something changed since messages were last sent.
    needs_pump: bool,
}

impl ToDevice {
    /// `seed` makes the ids of batches.
    pub(super) fn restore(
        me: OwnDevice,
        records: &[Record],
        seed: [u8; 32],
    ) -> Result<Self, RestoreError> {
        let pickle = read_one(records, Table::Account).ok_or(RestoreError::KeysMissing)?;
        Ok(Self {
            keys: DeviceKeys::from_pickle(me.device, pickle),
            olm: OnDemand::of((), records),
            rng: Rng::from_seed(seed),
            position: read_state(records, MAILBOX).unwrap_or_default(),
            outgoing: Outgoing::default(),
            claims: Claims::default(),
            one_time_keys: None,
            held_for_log: OnDemand::of((), records),
            needs_pump: false,
        })
    }

    /// Own one-time keys at the relay, as it said last.
    pub(super) fn one_time_keys(&self) -> Option<u32> {
        self.one_time_keys
    }

    /// The device's keys, to sign with.
    pub(super) fn keys(&self) -> &DeviceKeys {
        &self.keys
    }

    /// Sequence number of the last message that was received.
    pub(super) fn position(&self) -> u64 {
        self.position
    }

    fn set_position(&mut self, seq: u64, cx: &mut Cx<'_>) {
        self.position = seq;
        cx.output
            .store(Change::put(Table::State, MAILBOX, &self.position));
    }

    pub(super) fn timeout(&self) -> Option<Millis> {
        let retry_at = self.outgoing.retry_at();
        self.claims.timeout().into_iter().chain(retry_at).min()
    }

    pub(super) fn handle_timeout(&mut self, cx: &mut Cx<'_>) {
        if self.outgoing.end_retry_wait(cx.now) && cx.is_open() {
            self.resume(cx);
        }
        let late = self.claims.late(cx.now);
        if !late.is_empty() {
            self.end_claim(&late, cx);
        }
    }

    /// Queues a message for a device.
    pub(super) fn queue(
        &mut self,
        to: DeviceId,
        body: ToDeviceBody,
        transient: bool,
        cx: &mut Cx<'_>,
    ) {
        self.queue_for(to, body, transient, (None, None), cx);
    }

    /// Queues an own direct message. That the relay has it, or will not, is noted.
    pub(super) fn queue_direct(
        &mut self,
        to: DeviceId,
        content: String,
        message: MessageId,
        cx: &mut Cx<'_>,
    ) {
        let body = ToDeviceBody::Direct { content };
        self.queue_for(to, body, false, (None, Some(message)), cx);
    }

    /// Queues the key of one of this device's own sessions. That the relay has it is noted.
    pub(super) fn queue_share(&mut self, share: Share, cx: &mut Cx<'_>) {
        let Share {
            to,
            session,
            handed,
        } = share;
        let body = ToDeviceBody::SessionKey { session, handed };
        self.queue_for(to, body, false, (Some(session), None), cx);
    }

    fn queue_for(
        &mut self,
        to: DeviceId,
        body: ToDeviceBody,
        transient: bool,
        (share, direct): (Option<SessionRef>, Option<MessageId>),
        cx: &mut Cx<'_>,
    ) {
        let from = cx.me.device;
        if to == from {
            return;
        }
        let content = ToDeviceContent {
            community: cx.log.id(),
            from,
            to,
            body,
        };
        let content = json::write(&content).into_bytes();
        self.outgoing.push(Queued {
            to,
            content,
            transient,
            share,
            direct,
        });
        self.needs_pump = true;
    }

    /// Whether one's own key for a device waits, or is sent and not confirmed.
    pub(super) fn is_share_on_its_way(&self, device: &DeviceId, session: SessionRef) -> bool {
        self.outgoing.has_share(device, session)
    }

    /// The channels whose key waits for devices' prekeys that are being fetched.
    pub(super) fn waiting_shares(&self) -> IdSet<ChannelId> {
        if self.claims.is_empty() {
            return IdSet::new();
        }
        self.outgoing
            .channels_shared_with(|device| self.claims.contains(device))
    }

    /// Sends what can be sent since something changed.
    pub(super) fn pump(&mut self, cx: &mut Cx<'_>) {
        if !self.needs_pump || !cx.is_open() || self.outgoing.retry_at().is_some() {
            return;
        }
        self.needs_pump = false;
        while self.outgoing.has_room_for_batch() {
            let Some((id, mail)) = self.encrypt_batch(cx) else {
                break;
            };
            cx.output
                .ask(Asked::SendToDevices(id), Request::SendMail { id, mail });
        }
        self.claim_missing(cx);
    }

    /// The relay has the messages, but for the devices whose mailbox was full: what those are owed stays owed.
    pub(super) fn handle_sent(&mut self, id: MailId, full: &[DeviceId], cx: &mut Cx<'_>) {
        let Brings { shares, direct } = self.outgoing.end_batch(id);
        let taken = shares
            .into_iter()
            .filter(|(device, _)| !full.contains(device));
        cx.output.wish(Wish::EndShares(taken.collect()));
        let (full, taken) = direct.into_iter().partition(|(to, _)| full.contains(to));
        settle_direct(full, false, cx);
        settle_direct(taken, true, cx);
        self.needs_pump = true;
    }

    pub(super) fn handle_send_refused(&mut self, id: MailId, error: &ApiError, cx: &mut Cx<'_>) {
        if let Some(wait) = retry_wait(error) {
            self.outgoing.retry_later(cx.now + wait);
        } else {
            // What it would have brought is owed still.
            let brings = self.outgoing.end_batch(id);
            settle_direct(brings.direct, false, cx);
        }
        self.needs_pump = true;
    }

    /// The connection is gone.
    pub(super) fn pause(&mut self) {
        self.claims.forget_asked();
        self.outgoing.drop_transient();
    }

    /// Sends again what the relay has not confirmed; the ids make that harmless.
    pub(super) fn resume(&mut self, cx: &mut Cx<'_>) {
        for (id, mail) in self.outgoing.unconfirmed() {
            if !cx.output.is_asked(&Asked::SendToDevices(id)) {
                cx.output
                    .ask(Asked::SendToDevices(id), Request::SendMail { id, mail });
            }
        }
        self.needs_pump = true;
    }

    /// Devices that are gone get no more messages.
    pub(super) fn forget_removed_devices(&mut self, cx: &Cx<'_>) {
        let is_active = |device: &DeviceId| cx.log.present_device(device, cx.now).is_some();
        self.outgoing.retain(is_active);
        self.claims.retain(is_active);
    }

    fn store_account(&self, cx: &mut Cx<'_>) {
        cx.output
            .store(Change::put(Table::Account, "account", &self.keys.pickle()));
    }
}

/// Tells what became of direct messages on their way to devices.
fn settle_direct(messages: Vec<(DeviceId, MessageId)>, taken: bool, cx: &mut Cx<'_>) {
    if !messages.is_empty() {
        cx.output.wish(Wish::SettleDirect { messages, taken });
    }
}
