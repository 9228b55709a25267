//! Deletion at the relay: the order is signed when it goes out, in sight of the newest log, and is kept until the
//! relay has carried it out. That readers hide the message at once is the matter of the message that says so.

use litemap::LiteMap;
use parley_protocol::Millis;
use parley_protocol::channel::{ChannelItem, ItemContent, Redaction, SignedRedaction};
use parley_protocol::error::{ApiError, ErrorCode};
use parley_protocol::frame::Request;
use parley_protocol::ids::{ChannelId, DeviceId, MessageId};
use parley_protocol::keys::SessionId;
use parley_protocol::{json, signing};
use serde::{Deserialize, Serialize};

use super::Channels;
use super::gone::gone_item;
use crate::device::DeviceKeys;
use crate::effect::Event;
use crate::engine::context::Cx;
use crate::engine::output::{Asked, retry_wait};
use crate::store::{Change, Record, Restored, Table, of_table};
use crate::timeline::relations::{Act, Target};
use crate::timeline::{Body, OutboxItem, Timeline, TimelineItem};

const RECORD: &str = "redact/";
/// Messages whose deletion may wait.
const WAITING: usize = 1_000;
/// Orders on their way at once.
const ASKED: usize = 8;
/// The log goes on while an order is on its way: it is signed anew after this.
const SIGN_AGAIN_AFTER: Millis = 1_000;

/// Why a message cannot be deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RedactError {
    /// Nothing that can be deleted is known there.
    #[error("there is no such message")]
    UnknownMessage,
    /// It is somebody else's, and this member may not moderate.
    #[error("this message cannot be deleted")]
    NotPermitted,
    /// Too much is waiting already.
    #[error("{WAITING} deletions are waiting already")]
    Full,
}

/// The message that is to be deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Wanted {
    author: DeviceId,
    message: MessageId,
    session: SessionId,
    index: Option<u32>,
    /// Whether it is something done with another message.
    quiet: bool,
    /// The relay's clock when it took it.
    at: Millis,
}

#[derive(Debug, Clone)]
enum State {
    Waiting,
    /// The relay is asked, with this order.
    Asked(SignedRedaction),
    Pausing {
        until: Millis,
    },
}

/// Deletions that the relay has not carried out, by channel and sequence number.
pub(super) struct Redactions(LiteMap<(ChannelId, u64), (Wanted, State)>);

impl Restored for Redactions {
    type With = ();

    fn is_made_of(record: &Record) -> bool {
        record.table == Table::State && record.key.starts_with(RECORD)
    }

    fn restore((): (), records: &[Record]) -> Self {
        let kept = of_table(records, Table::State).into_iter();
        Self(
            kept.filter_map(|record| {
                let (channel, seq) = record.key.strip_prefix(RECORD)?.split_once('/')?;
                let key = (channel.parse().ok()?, seq.parse().ok()?);
                Some((key, (record.read()?, State::Waiting)))
            })
            .collect(),
        )
    }
}

impl Redactions {
    /// The connection is gone, and with it every answer.
    pub(super) fn pause(&mut self) {
        for (_, (_, state)) in self.0.iter_mut() {
            *state = State::Waiting;
        }
    }

    pub(super) fn timeout(&self) -> Option<Millis> {
        let states = self.0.values();
        let pauses = states.filter_map(|(_, state)| match state {
            State::Pausing { until } => Some(*until),
            State::Waiting | State::Asked(_) => None,
        });
        pauses.min()
    }

    /// What is to be asked for now.
    fn due(&self, now: Millis) -> Vec<((ChannelId, u64), Wanted)> {
        let asked = self.0.values();
        let asked = asked.filter(|(_, state)| matches!(state, State::Asked(_)));
        let room = ASKED.saturating_sub(asked.count());
        let due = self.0.iter().filter(|(_, (_, state))| match state {
            State::Waiting => true,
            State::Asked(_) => false,
            State::Pausing { until } => *until <= now,
        });
        due.take(room)
            .map(|(key, (wanted, _))| (*key, *wanted))
            .collect()
    }
}

impl Channels {
    /// Asks the relay to delete a message for everybody, now or when there is a connection.
    pub(in crate::engine) fn redact(
        &mut self,
        channel: ChannelId,
        seq: u64,
        cx: &mut Cx<'_>,
    ) -> Result<(), RedactError> {
        let timeline = self.timelines.get(&channel);
        let item = timeline.and_then(|timeline| timeline.item_at(seq));
        let item = item
            .filter(|item| item.gone.is_none())
            .ok_or(RedactError::UnknownMessage)?;
        let head = cx.log.head().seq;
        if !cx
            .log
            .could_delete(&channel, &cx.me.device, &item.device, head)
        {
            return Err(RedactError::NotPermitted);
        }
        if self.redactions.0.contains_key(&(channel, seq)) {
            return Ok(());
        }
        if self.redactions.0.len() >= WAITING {
            return Err(RedactError::Full);
        }
        let wanted = wanted_of(item);
        cx.output
            .store(Change::put(Table::State, record_key(channel, seq), &wanted));
        self.redactions
            .0
            .insert((channel, seq), (wanted, State::Waiting));
        Ok(())
    }

    /// What waited in the outbox is at the relay: of a deletion, the relay deletes the message too, with what its author
    /// wrote in place of it since.
    pub(super) fn redact_if_deletion(
        &mut self,
        channel: ChannelId,
        is_it: impl Fn(&OutboxItem) -> bool,
        cx: &mut Cx<'_>,
    ) {
        let Some(timeline) = self.timelines.get(&channel) else {
            return;
        };
        let found = timeline.outbox().filter(|item| is_it(item));
        let deleted = found.filter_map(|item| {
            let Body::Relation(relation) = &item.body else {
                return None;
            };
            (relation.act == Act::Delete).then_some(relation.to)
        });
        let seqs: Vec<u64> = deleted
            .flat_map(|target| with_its_edits(timeline, target))
            .collect();
        for seq in seqs {
            // What cannot be deleted there is hidden all the same.
            let _ = self.redact(channel, seq, cx);
        }
    }

    /// Signs and sends what is due.
    pub(super) fn send_redactions(&mut self, keys: &DeviceKeys, cx: &mut Cx<'_>) {
        for ((channel, seq), wanted) in self.redactions.due(cx.now) {
            let order = sign(channel, seq, &wanted, keys, cx);
            let state = State::Asked(order.clone());
            self.redactions.0.insert((channel, seq), (wanted, state));
            cx.output.ask(
                Asked::Redact(channel, seq),
                Request::Redact {
                    channel,
                    seq,
                    order,
                },
            );
        }
    }

    /// The relay has deleted it, and so does this device.
    pub(in crate::engine) fn handle_redacted(
        &mut self,
        channel: ChannelId,
        seq: u64,
        cx: &mut Cx<'_>,
    ) {
        let Some((wanted, state)) = self.forget_redaction(channel, seq, cx) else {
            return;
        };
        let State::Asked(order) = state else {
            return;
        };
        let stands = ChannelItem {
            seq,
            at: wanted.at,
            author: wanted.author,
            content: ItemContent::Tombstone(order),
        };
        let timeline = self.timelines.get(&channel);
        if timeline.is_none_or(|timeline| seq <= timeline.known_after) {
            return Self::forget_kept(channel, seq, cx);
        }
        if let Some(item) = gone_item(&stands, cx) {
            self.take_gone(channel, item, cx);
            self.reconcile_channel(channel, cx);
            cx.output.event(Event::Timeline(channel));
        }
    }

    pub(in crate::engine) fn handle_redact_refused(
        &mut self,
        channel: ChannelId,
        seq: u64,
        error: &ApiError,
        cx: &mut Cx<'_>,
    ) {
        let is_stale = error.code == ErrorCode::StaleHead;
        let wait = retry_wait(error).or(is_stale.then_some(SIGN_AGAIN_AFTER));
        match (wait, self.redactions.0.get_mut(&(channel, seq))) {
            (Some(wait), Some((_, state))) => {
                *state = State::Pausing {
                    until: cx.now + wait,
                };
            }
            // It never will: the message is gone, or the right to delete it.
            (None, Some(_)) => drop(self.forget_redaction(channel, seq, cx)),
            (_, None) => {}
        }
    }

    fn forget_redaction(
        &mut self,
        channel: ChannelId,
        seq: u64,
        cx: &mut Cx<'_>,
    ) -> Option<(Wanted, State)> {
        cx.output
            .store(Change::delete(Table::State, record_key(channel, seq)));
        self.redactions.0.remove(&(channel, seq))
    }
}

fn with_its_edits(timeline: &Timeline, target: Target) -> Vec<u64> {
    let Some(message) = timeline.find(target) else {
        return Vec::new();
    };
    let edits = timeline.edits_of(message).map(|edit| edit.seq);
    std::iter::once(message.seq).chain(edits).collect()
}

fn wanted_of(item: &TimelineItem) -> Wanted {
    Wanted {
        author: item.device,
        message: item.id,
        session: item.session,
        index: item.is_signed.then_some(item.index),
        quiet: matches!(item.body, Body::Relation(_) | Body::Status(_)),
        at: item.taken_at(),
    }
}

fn record_key(channel: ChannelId, seq: u64) -> String {
    format!("{RECORD}{channel}/{seq:020}")
}

fn sign(
    channel: ChannelId,
    seq: u64,
    wanted: &Wanted,
    keys: &DeviceKeys,
    cx: &Cx<'_>,
) -> SignedRedaction {
    let body = json::write(&Redaction {
        community: cx.log.id(),
        channel,
        seq,
        author: wanted.author,
        message: wanted.message,
        session: wanted.session,
        index: wanted.index,
        by: cx.me.device,
        head: cx.log.head(),
        quiet: wanted.quiet,
    });
    SignedRedaction {
        signature: keys.sign(&signing::redaction(&body)),
        body,
    }
}
