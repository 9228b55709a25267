//! How the outbox goes out: once, in order. For each channel one step at a time: announce a session,
//! share its key, send a message, wait for the relay's word. What waits is kept in `outbox`.

use parley_protocol::Millis;
use parley_protocol::channel::EncryptedMessage;
use parley_protocol::frame::Request;
use parley_protocol::ids::{ChannelId, MessageId};
use parley_protocol::json;
use parley_protocol::keys::SessionId;
use parley_protocol::limits::MAX_MAIL_RECIPIENTS;
use parley_protocol::map::IdSet;

use super::Channels;
use super::gate::Verdict;
use super::steps::Step;
use super::vault_gate::VaultGate;
use crate::content::MessageContent;
use crate::device::DeviceKeys;
use crate::engine::context::Cx;
use crate::engine::output::Asked;
use crate::engine::wish::{Share, Wish};
use crate::megolm::OutboundSession;
use crate::timeline::{Body, OutboxItem, OutboxState};

/// A session's key goes before its first message to devices that have to be reached first, but the message
/// waits for that no longer than this. Who has no key by then asks for it.
const SHARE_WITHIN: Millis = 2_000;

impl Channels {
    pub(super) fn pause_writing(&mut self, cx: &mut Cx<'_>) {
        self.steps.clear();
        let channels: Vec<ChannelId> = self.timelines.keys().copied().collect();
        for channel in channels {
            self.change_every_outbox_item(
                channel,
                |item| {
                    if item.state == OutboxState::Sending {
                        item.state = OutboxState::Waiting;
                    }
                },
                cx,
            );
        }
    }

    /// Whether any channel waits for its key to be sent.
    pub(in crate::engine) fn is_sharing(&self) -> bool {
        self.steps.is_sharing()
    }

    /// Takes the next step in every channel that can. `waiting`: the channels whose key waits for devices to be
    /// reached.
    pub(in crate::engine) fn write(
        &mut self,
        waiting: &IdSet<ChannelId>,
        gate: VaultGate,
        keys: &DeviceKeys,
        cx: &mut Cx<'_>,
    ) {
        let shared = self.steps.end_sharing(waiting, cx.now + SHARE_WITHIN);
        if !cx.is_open() || !cx.is_log_whole() {
            return;
        }
        self.send_redactions(keys, cx);
        let channels: Vec<ChannelId> = self
            .timelines
            .iter()
            .filter(|(_, timeline)| timeline.outbox().next().is_some())
            .map(|(channel, _)| *channel)
            .collect();
        for channel in channels {
            self.write_in(channel, shared.contains(&channel), (gate, keys), cx);
        }
    }

    /// `is_shared`: the session's key went to a batch of devices just now.
    fn write_in(
        &mut self,
        channel: ChannelId,
        is_shared: bool,
        (gate, keys): (VaultGate, &DeviceKeys),
        cx: &mut Cx<'_>,
    ) {
        if self.steps.is_waiting(&channel) {
            return;
        }
        let Some(next) = self.next_in_outbox(channel) else {
            return;
        };
        if next.encrypted.is_none() {
            let is_ready = self.prepare_session(channel, gate, keys, cx);
            if !is_ready || (!is_shared && self.share_session(channel, cx)) {
                return;
            }
        }
        let Some((session, ciphertext)) = next
            .encrypted
            .or_else(|| self.encrypt(channel, next.id, next.at, next.body, cx))
        else {
            return;
        };
        self.change_outbox(
            channel,
            next.id,
            |item| item.state = OutboxState::Sending,
            cx,
        );
        self.steps.begin(channel, Step::Posting(next.id));
        let message = EncryptedMessage {
            id: next.id,
            session,
            ciphertext,
            blobs: next.blobs,
        };
        cx.output.ask(
            Asked::Post(channel, next.id),
            Request::Post { channel, message },
        );
    }

    /// What was encrypted has its number in the session already, so it goes before what is tried again.
    fn next_in_outbox(&self, channel: ChannelId) -> Option<OutboxItem> {
        let timeline = self.timelines.get(&channel)?;
        let mut waiting = timeline
            .outbox()
            .filter(|item| item.state == OutboxState::Waiting)
            .filter(|item| !timeline.is_about_uploading(item));
        let first = waiting.clone().next();
        waiting
            .find(|item| item.encrypted.is_some())
            .or(first)
            .cloned()
    }

    /// Whether the session is announced. If not, the next step towards it was taken.
    fn prepare_session(
        &mut self,
        channel: ChannelId,
        gate: VaultGate,
        keys: &DeviceKeys,
        cx: &mut Cx<'_>,
    ) -> bool {
        let ended_at = cx.log.sessions_end_at(&channel);
        let spent = self.own_sessions.get(&channel).is_none_or(|session| {
            // Only the relay knows whether an announcement whose answer was lost stands in the channel.
            session.is_spent(ended_at, cx.now) && !session.may_be_announced()
        });
        if spent && !self.start_session(channel, keys, cx) {
            return false;
        }
        let Some(session) = self.own_sessions.get(&channel) else {
            return false;
        };
        // The relay has the key in the vault before anything is written with it, so that nothing is lost with this
        // device.
        let lacks = self.inbound.lacks_vault(session.named_in(channel));
        match gate {
            VaultGate::Free if lacks => {
                cx.output.wish(Wish::HurryVault);
                return false;
            }
            VaultGate::Busy if lacks || !session.is_announced() => return false,
            VaultGate::Off | VaultGate::Free | VaultGate::Busy => {}
        }
        if !session.is_announced() {
            let announcement = session.announcement().clone();
            self.steps.begin(channel, Step::Announcing);
            cx.output.ask(
                Asked::Announce(channel),
                Request::Announce {
                    channel,
                    announcement,
                },
            );
            return false;
        }
        true
    }

    fn start_session(&mut self, channel: ChannelId, keys: &DeviceKeys, cx: &mut Cx<'_>) -> bool {
        let me = cx.me.device;
        let previous = match self.own_sessions.get(&channel) {
            Some(old) => old.as_previous(),
            // The store lost it: the channel tells how far it went.
            None => self
                .timelines
                .get(&channel)
                .and_then(|timeline| timeline.end_of(me)),
        };
        let (community, head) = (cx.log.id(), cx.log.head());
        let Some((session, inbound)) =
            OutboundSession::start(keys, community, channel, head, previous, cx.now)
        else {
            return false;
        };
        self.inbound.insert_own(session.named_in(channel), inbound);
        self.store_inbound(session.named_in(channel), cx);
        self.own_sessions.put(channel, session, cx);
        true
    }

    /// Sends the key to every reader's device that does not have it, up to what one batch holds. Says whether there
    /// are any. The next message waits for devices that have to be reached first, but not for one batch after another
    /// in a large channel.
    fn share_session(&mut self, channel: ChannelId, cx: &mut Cx<'_>) -> bool {
        let Some(session) = self.own_sessions.get(&channel) else {
            return false;
        };
        let id = session.named_in(channel);
        let readers = cx.log.reader_devices(&channel).map(|(device, _)| device);
        let mut lacking = session.lacking(readers);
        if lacking.is_empty() {
            return false;
        }
        let waits = lacking.len() <= MAX_MAIL_RECIPIENTS || !session.is_shared();
        lacking.truncate(MAX_MAIL_RECIPIENTS);
        let (mut receivers, mut shares) = (Vec::new(), Vec::new());
        for to in lacking {
            match self.judge_letting(id, to, 0, cx) {
                Verdict::Release { since } => {
                    let handed = self.key_since(id, since, None);
                    shares.extend(handed.map(|handed| Share {
                        to,
                        session: id,
                        handed,
                    }));
                }
                // It is owed until the log is whole.
                Verdict::Wait => {}
                Verdict::Refuse(_) => continue,
            }
            receivers.push(to);
        }
        self.own_sessions
            .change(channel, cx, |session| session.mark_shared(&receivers));
        cx.output.wish(Wish::Share(shares));
        self.steps.begin(channel, Step::Sharing { waits });
        true
    }

    /// Encrypts once; what is sent again later is the same ciphertext.
    fn encrypt(
        &mut self,
        channel: ChannelId,
        id: MessageId,
        at: Millis,
        body: Body,
        cx: &mut Cx<'_>,
    ) -> Option<(SessionId, String)> {
        let (community, head) = (cx.log.id(), cx.log.head());
        let content = MessageContent {
            community,
            channel,
            from: cx.me.device,
            id,
            at,
            head,
            body,
        };
        let plaintext = json::write(&content);
        let encrypted = self
            .own_sessions
            .change(channel, cx, |session| session.encrypt(plaintext.as_bytes()))?;
        let pair = (encrypted.session, encrypted.ciphertext);
        self.change_outbox(channel, id, |item| item.encrypted = Some(pair.clone()), cx);
        Some(pair)
    }
}
