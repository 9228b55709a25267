//! What is missing is asked for: of the device that wrote it or, if that is gone, of the author's others, and of the own
//! other devices. Who asks gets what was written for them, and nothing else.

use litemap::LiteMap;
use parley_protocol::Millis;
use parley_protocol::ids::{ChannelId, DeviceId, MessageId};

use super::conversation::Missing;
use super::{Direct, tell};
use crate::content::direct::{DirectBody, DirectCopy, With};
use crate::direct::Standing;
use crate::engine::account_data::{AccountData, other_devices};
use crate::engine::context::Cx;

/// What is late may only be slow.
const FIRST_AFTER: Millis = 5_000;
/// Between the first tries; each later wait is four times as long.
const AGAIN_AFTER: Millis = 60_000;
const TRIES: u32 = 5;
/// Bytes of copies in one message to a device.
const BYTES: usize = 20 * 1024;
/// What one device gets at once.
const ANSWERS: usize = 100;
/// A device gets an answer no more often than this.
const ANSWER_EVERY: Millis = 2_000;

struct Ask {
    missing: Missing,
    due: Millis,
    tries: u32,
}

/// What is missing, by conversation and author's device.
#[derive(Default)]
pub(super) struct Wanting {
    asks: LiteMap<(ChannelId, DeviceId), Ask>,
    answered_at: LiteMap<DeviceId, Millis>,
}

impl Wanting {
    pub(super) fn timeout(&self) -> Option<Millis> {
        let asks = self.asks.values().filter(|ask| ask.tries < TRIES);
        asks.map(|ask| ask.due).min()
    }
}

impl Direct {
    /// What is missing in a conversation now.
    pub(super) fn want(&mut self, id: &ChannelId, missing: Vec<(DeviceId, Missing)>, cx: &Cx<'_>) {
        let asks = &mut self.wanting.asks;
        asks.retain(|(of, device), _| {
            of != id || missing.iter().any(|(missing, _)| missing == device)
        });
        for (device, missing) in missing {
            let key = (*id, device);
            match asks.get_mut(&key) {
                Some(ask) if ask.missing == missing => {}
                Some(ask) => ask.missing = missing,
                None => {
                    let ask = Ask {
                        missing,
                        due: cx.now + FIRST_AFTER,
                        tries: 0,
                    };
                    asks.insert(key, ask);
                }
            }
        }
    }

    pub(super) fn ask_for_missing(&mut self, data: &AccountData, cx: &mut Cx<'_>) {
        if !cx.is_log_whole() || !cx.is_open() {
            return;
        }
        let is_due = |ask: &Ask| ask.tries < TRIES && ask.due <= cx.now;
        let due = self.wanting.asks.iter().filter(|(_, ask)| is_due(ask));
        let due: Vec<(ChannelId, DeviceId)> = due.map(|(key, _)| *key).collect();
        for (conversation, device) in due {
            let is_wanted = self.standing(&conversation, data, cx) == Standing::Accepted;
            let Some(ask) = self.wanting.asks.get_mut(&(conversation, device)) else {
                continue;
            };
            ask.due = cx.now + AGAIN_AFTER * 4_u64.pow(ask.tries);
            if !is_wanted {
                continue;
            }
            ask.tries += 1;
            let Missing { numbers, messages } = ask.missing.clone();
            let body = DirectBody::Wanted {
                conversation,
                device,
                numbers,
                messages,
            };
            let author = cx.log.devices().get(&device).map(|it| it.user);
            let theirs: Vec<DeviceId> = if cx.log.active_device(&device).is_some() {
                vec![device]
            } else {
                let devices = author.iter().flat_map(|user| cx.log.devices_of(user));
                devices.map(|(id, _)| id).collect()
            };
            let mut asked: Vec<DeviceId> = other_devices(cx);
            asked.extend(theirs.into_iter().filter(|it| *it != cx.me.device));
            for to in asked {
                tell(to, &body, cx);
            }
        }
    }

    /// A device lacks something.
    pub(super) fn answer_wanted(
        &mut self,
        from: DeviceId,
        id: ChannelId,
        device: DeviceId,
        (numbers, messages): (&[u32], &[MessageId]),
        cx: &mut Cx<'_>,
    ) {
        let asker = cx.log.active_device(&from).map(|it| it.user);
        let author = cx.log.devices().get(&device).map(|it| it.user);
        let (Some(asker), Some(author)) = (asker, author) else {
            return;
        };
        let lately = self.wanting.answered_at.get(&from);
        if lately.is_some_and(|at| cx.now < at + ANSWER_EVERY) || !cx.is_log_whole() {
            return;
        }
        let me = cx.me.user;
        if asker != me && author != me {
            return;
        }
        let Some(conversation) = self.conversations.get(&id) else {
            return;
        };
        let is_wanted = |target: &crate::timeline::relations::Target, number: u32| {
            target.device == device && (numbers.contains(&number) || messages.contains(&target.id))
        };
        let found = conversation.entries().filter(|(target, entry)| {
            let was_for = match &entry.message.with {
                With::Person(_) => conversation.has(&asker, me),
                With::Group(group) => group.has(&asker) || asker == author,
            };
            was_for && is_wanted(target, entry.message.number)
        });
        let targets: Vec<_> = found.map(|(target, _)| target).take(ANSWERS).collect();
        let copies = targets.into_iter().filter_map(|target| {
            let kept = conversation.kept(target)?;
            Some(kept.copy)
        });
        let copies: Vec<DirectCopy> = copies.collect();
        if !copies.is_empty() {
            self.wanting.answered_at.insert(from, cx.now);
            for piece in in_pieces(copies) {
                tell(from, &DirectBody::Copies(piece), cx);
            }
        }
    }
}

/// Messages in pieces that go through a mailbox.
pub(super) fn in_pieces(copies: Vec<DirectCopy>) -> Vec<Vec<DirectCopy>> {
    let mut pieces = Vec::new();
    let mut piece = Vec::new();
    let mut bytes = 0;
    for copy in copies {
        let length = parley_protocol::json::write(&copy).len();
        if bytes + length > BYTES && !piece.is_empty() {
            pieces.push(std::mem::take(&mut piece));
            bytes = 0;
        }
        bytes += length;
        piece.push(copy);
    }
    if !piece.is_empty() {
        pieces.push(piece);
    }
    pieces
}
