//! Messages that are passed on to devices that do not know of them: new ones, and own ones of which the author did not
//! know. Such a device may not know the conversation, and then cannot ask for what it lacks. So they are owed to it in
//! pieces, each stored until the relay has it.

use parley_protocol::ids::{ChannelId, DeviceId, MessageId};
use parley_protocol::json;
use serde::{Deserialize, Serialize};

use super::Direct;
use super::wanting::in_pieces;
use crate::content::direct::{DirectBody, DirectCopy};
use crate::engine::context::Cx;
use crate::engine::wish::Wish;
use crate::store::{Change, Record, Table, number_key, of_table};
use crate::timeline::relations::Target;

const OWED: &str = "owed/";
/// Pieces that wait for all devices together. Of more, the oldest are dropped.
const MOST: usize = 1_000;

/// Messages that go to a device together.
#[derive(Serialize, Deserialize)]
struct Piece {
    #[serde(skip)]
    key: String,
    /// By which it is known on its way.
    id: MessageId,
    to: DeviceId,
    messages: Vec<(ChannelId, Target)>,
    #[serde(skip)]
    way: Way,
}

/// How far a piece is.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
enum Way {
    #[default]
    Waits,
    Sent,
    /// The device could not be reached.
    Tried,
}

/// All that is owed, oldest first.
#[derive(Default)]
pub(super) struct Owing {
    pieces: Vec<Piece>,
    last: u64,
    /// Something is to be sent.
    is_news: bool,
}

impl Owing {
    pub(super) fn restore(records: &[Record]) -> Self {
        let mut owing = Self {
            is_news: true,
            ..Self::default()
        };
        for record in of_table(records, Table::Direct) {
            let Some(number) = record.key.strip_prefix(OWED) else {
                continue;
            };
            owing.last = number.parse().unwrap_or_default();
            if let Some(mut piece) = record.read::<Piece>() {
                piece.key.clone_from(&record.key);
                owing.pieces.push(piece);
            }
        }
        owing
    }

    /// Whoever could not be reached is tried again.
    pub(super) fn try_again(&mut self) {
        for piece in &mut self.pieces {
            if piece.way == Way::Tried {
                piece.way = Way::Waits;
            }
        }
        self.is_news = true;
    }

    /// The relay has a piece, or its device could not be reached. `None`: it is none of these.
    pub(super) fn note_outcome(
        &mut self,
        id: MessageId,
        taken: bool,
        cx: &mut Cx<'_>,
    ) -> Option<()> {
        let piece = self.pieces.iter_mut().find(|piece| piece.id == id)?;
        piece.way = Way::Tried;
        if taken {
            self.drop_all(|piece| piece.id == id, cx);
        }
        Some(())
    }

    /// Devices that are gone are owed nothing.
    pub(super) fn forget_gone_devices(&mut self, cx: &mut Cx<'_>) {
        let log = cx.log;
        self.drop_all(|piece| log.active_device(&piece.to).is_none(), cx);
    }

    fn push(&mut self, to: DeviceId, copies: &[DirectCopy], cx: &mut Cx<'_>) {
        self.last += 1;
        let piece = Piece {
            key: format!("{OWED}{}", number_key(self.last)),
            id: MessageId::from_bytes(cx.rng.bytes()),
            to,
            messages: copies
                .iter()
                .map(|copy| (copy.message.conversation, copy.target()))
                .collect(),
            way: Way::Waits,
        };
        cx.output
            .store(Change::put(Table::Direct, piece.key.clone(), &piece));
        self.pieces.push(piece);
        self.is_news = true;
        if self.pieces.len() > MOST {
            let oldest = self.pieces.remove(0);
            cx.output.store(Change::delete(Table::Direct, oldest.key));
        }
    }

    fn drop_all(&mut self, is_over: impl Fn(&Piece) -> bool, cx: &mut Cx<'_>) {
        self.pieces.retain(|piece| {
            let goes = is_over(piece);
            if goes {
                let key = piece.key.clone();
                cx.output.store(Change::delete(Table::Direct, key));
            }
            !goes
        });
    }
}

impl Direct {
    /// A device is owed messages.
    pub(super) fn owe_copies(&mut self, to: DeviceId, copies: Vec<DirectCopy>, cx: &mut Cx<'_>) {
        for piece in in_pieces(copies) {
            self.owing.push(to, &piece, cx);
        }
    }

    /// Sends what is owed, as it is by now.
    pub(super) fn send_owed(&mut self, cx: &mut Cx<'_>) {
        if !self.owing.is_news || !cx.is_open() || !cx.is_log_whole() {
            return;
        }
        self.owing.is_news = false;
        let mut pieces = std::mem::take(&mut self.owing.pieces);
        pieces.retain_mut(|piece| {
            if piece.way != Way::Waits {
                return true;
            }
            let found = piece.messages.iter().filter_map(|(id, target)| {
                let kept = self.conversations.get(id)?.kept(*target)?;
                Some(kept.copy)
            });
            let copies: Vec<DirectCopy> = found.collect();
            if copies.is_empty() {
                // They were let go of.
                let key = piece.key.clone();
                cx.output.store(Change::delete(Table::Direct, key));
                return false;
            }
            piece.way = Way::Sent;
            cx.output.wish(Wish::SendDirect {
                to: piece.to,
                content: json::write(&DirectBody::Copies(copies)),
                message: piece.id,
            });
            true
        });
        self.owing.pieces = pieces;
    }
}
