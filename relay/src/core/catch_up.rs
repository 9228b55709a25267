//! How a connection that is behind comes up to date: page by page from the disk, never more than its
//! queue can hold; and then, without a gap or a repetition, it hears what is new at once.
//!
//! While a connection is behind in a stream it gets nothing new of it. A page that reaches the stream's
//! end, as the core knows it at that moment, ends the lag. The log comes before all else, so that a client
//! knows the devices whose messages follow.

use std::collections::{HashMap, VecDeque};

use parley_protocol::entry::Head;
use parley_protocol::error::ErrorCode;
use parley_protocol::frame::{ChannelPage, RelayToClient, RequestId, Response};
use parley_protocol::ids::{ChannelId, UserId};
use parley_protocol::limits::FIRST_PAGE_ITEMS;
use rusqlite::Connection as Database;

use super::{ConnectionId, Core};
use crate::outgoing::Frame;
use crate::refusal::{refused, storage_failed};
use crate::storage::read;
use crate::storage::values::Owner;

/// Pages of history that one connection may wait for at once.
const MAX_HISTORIES: usize = 16;

/// A stream in which a connection is behind, and the last number it was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lag {
    Log {
        after: u64,
    },
    Mail {
        owner: Owner,
        after: u64,
    },
    Items {
        channel: ChannelId,
        owner: Owner,
        after: u64,
    },
    /// Never seen: it starts with the newest page.
    Newest {
        channel: ChannelId,
        owner: Owner,
    },
}

/// A page of a channel that was asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct History {
    pub(super) id: RequestId,
    pub(super) channel: ChannelId,
    pub(super) owner: Owner,
    pub(super) before: u64,
    pub(super) limit: u64,
}

/// Something to read from the disk for a connection.
#[derive(Debug)]
pub(crate) struct ReadJob {
    connection: ConnectionId,
    user: UserId,
    what: What,
}

#[derive(Debug)]
enum What {
    Lag(Lag),
    History(History),
}

/// What was read.
#[derive(Debug)]
pub(crate) struct ReadDone {
    connection: ConnectionId,
    user: UserId,
    result: Found,
}

#[derive(Debug)]
enum Found {
    /// The next page of a stream, if it has one, and the number up to which it goes.
    Page {
        of: Lag,
        frame: Option<Frame>,
        through: u64,
    },
    /// The answer to a request.
    Answer(Frame),
    /// The disk failed.
    Failed,
}

impl ReadJob {
    /// Reads. May take as long as a disk does.
    pub(crate) fn perform(&self, db: &Database) -> ReadDone {
        let result = match &self.what {
            What::Lag(lag) => read_lag(db, *lag),
            What::History(history) => read_history(db, *history),
        };
        ReadDone {
            connection: self.connection,
            user: self.user,
            result: result.unwrap_or_else(|error| {
                storage_failed(&error);
                Found::Failed
            }),
        }
    }
}

fn read_lag(db: &Database, lag: Lag) -> rusqlite::Result<Found> {
    let (frame, through) = match lag {
        Lag::Log { after } => {
            let from = after.saturating_add(1);
            let entries = read::log_page(db, from)?;
            let through = after.saturating_add(entries.len() as u64);
            let frame = RelayToClient::Log { from, entries };
            ((through > after).then_some(frame), through)
        }
        Lag::Mail { owner, after } => {
            // Numbers have gaps, so the end must be known before the page is read.
            let end = read::last_mail(db, owner)?;
            let items = read::mail_after(db, owner, after)?;
            let last = items.last().map(|mail| mail.seq);
            let frame = last.map(|_| RelayToClient::Mail { items });
            (frame, last.unwrap_or(end))
        }
        Lag::Items {
            channel,
            owner,
            after,
        } => {
            let items = read::items_after(db, owner, after)?;
            let through = items.last().map_or(after, |item| item.seq);
            let page = ChannelPage {
                channel,
                after,
                items,
                announcements: Vec::new(),
            };
            (
                (through > after).then_some(RelayToClient::Items(page)),
                through,
            )
        }
        Lag::Newest { channel, owner } => {
            let page = newest_before(db, channel, owner, u64::MAX, FIRST_PAGE_ITEMS as u64)?;
            let through = page.items.last().map_or(0, |item| item.seq);
            ((through > 0).then_some(RelayToClient::Items(page)), through)
        }
    };
    Ok(Found::Page {
        of: lag,
        frame: frame.as_ref().map(Frame::new),
        through,
    })
}

fn read_history(db: &Database, asked: History) -> rusqlite::Result<Found> {
    let page = newest_before(db, asked.channel, asked.owner, asked.before, asked.limit)?;
    let response = RelayToClient::Response {
        id: asked.id,
        response: Response::Page(page),
    };
    Ok(Found::Answer(Frame::new(&response)))
}

fn newest_before(
    db: &Database,
    channel: ChannelId,
    owner: Owner,
    before: u64,
    limit: u64,
) -> rusqlite::Result<ChannelPage> {
    let items = read::items_before(db, owner, before, limit)?;
    let first = items.first().map_or(before.min(1), |item| item.seq);
    Ok(ChannelPage {
        channel,
        after: first.saturating_sub(1),
        announcements: read::announcements_for(db, &items)?,
        items,
    })
}

/// Whose turn it is to read: one read for each member at a time, so that nobody waits for more than one of
/// each of the others.
#[derive(Debug, Default)]
pub(super) struct Turns(HashMap<UserId, Turn>);

#[derive(Debug, Default)]
struct Turn {
    is_reading: bool,
    line: VecDeque<ConnectionId>,
}

impl Core {
    /// Asks for the next page, unless one is on its way.
    pub(super) fn catch_up(&mut self, connection: ConnectionId) {
        let Some(found) = self.connections.get_mut(&connection) else {
            return;
        };
        let has_nothing = found.lags.is_empty() && found.histories.is_empty();
        if found.in_line || has_nothing {
            return;
        }
        found.in_line = true;
        let user = found.user;
        let turn = self.turns.0.entry(user).or_default();
        turn.line.push_back(connection);
        self.read_next(user);
    }

    /// Starts the next read of a member.
    fn read_next(&mut self, user: UserId) {
        let Some(turn) = self.turns.0.get_mut(&user) else {
            return;
        };
        while !turn.is_reading
            && let Some(connection) = turn.line.pop_front()
        {
            let Some(found) = self.connections.get_mut(&connection) else {
                continue;
            };
            found.in_line = false;
            let what = if let Some(history) = found.histories.front() {
                What::History(*history)
            } else if let Some(lag) = found.lags.front() {
                if !found.outbox.has_room() {
                    found.outbox.tell_when_empty();
                    continue;
                }
                What::Lag(*lag)
            } else {
                continue;
            };
            turn.is_reading = true;
            self.reads.push(ReadJob {
                connection,
                user,
                what,
            });
        }
        if !turn.is_reading {
            self.turns.0.remove(&user);
        }
    }

    /// Asks for a page of history.
    pub(super) fn history(
        &mut self,
        connection: ConnectionId,
        history: History,
    ) -> Result<(), ErrorCode> {
        let Some(found) = self.connections.get_mut(&connection) else {
            return Ok(());
        };
        if found.histories.len() >= MAX_HISTORIES {
            return Err(ErrorCode::RateLimited { retry_after: 1 });
        }
        found.histories.push_back(history);
        self.catch_up(connection);
        Ok(())
    }

    pub(super) fn read_done(&mut self, done: ReadDone) {
        let ReadDone {
            connection,
            user,
            result,
        } = done;
        if let Some(turn) = self.turns.0.get_mut(&user) {
            turn.is_reading = false;
        }
        match result {
            Found::Page { of, frame, through } => self.page_read(connection, of, frame, through),
            Found::Answer(frame) => {
                if let Some(found) = self.connections.get_mut(&connection) {
                    found.histories.pop_front();
                }
                self.send(connection, frame);
            }
            Found::Failed => {
                // The client connects again and goes on from its positions.
                if let Some(found) = self.connections.get(&connection) {
                    found.outbox.close(refused(ErrorCode::StorageFailed));
                }
            }
        }
        self.catch_up(connection);
        self.read_next(user);
    }

    fn page_read(&mut self, connection: ConnectionId, of: Lag, frame: Option<Frame>, through: u64) {
        let at_end = through >= self.end_of(&of);
        let Some(found) = self.connections.get_mut(&connection) else {
            return;
        };
        // Meanwhile the member may have lost the right to read it, or asked for another place.
        if found.lags.front() != Some(&of) {
            return;
        }
        if frame.is_some_and(|frame| !self.out.send_stream(&found.outbox, frame)) {
            return found.outbox.tell_when_empty();
        }
        if at_end {
            found.lags.pop_front();
        } else if let Some(front) = found.lags.front_mut() {
            *front = of.moved_to(through);
        }
    }

    /// The last number of a stream.
    fn end_of(&self, lag: &Lag) -> u64 {
        match lag {
            Lag::Log { .. } => {
                self.community()
                    .map_or(Head::EMPTY, |community| community.head())
                    .seq
            }
            Lag::Mail { owner, .. } => {
                read::last_mail(self.writer.db(), *owner).unwrap_or_default()
            }
            Lag::Items { channel, .. } | Lag::Newest { channel, .. } => self.last(channel),
        }
    }
}

impl Lag {
    fn moved_to(self, through: u64) -> Self {
        match self {
            Self::Log { .. } => Self::Log { after: through },
            Self::Mail { owner, .. } => Self::Mail {
                owner,
                after: through,
            },
            Self::Items { channel, owner, .. } | Self::Newest { channel, owner } => Self::Items {
                channel,
                owner,
                after: through,
            },
        }
    }

    /// The channel, if it is a channel's.
    pub(super) fn channel(&self) -> Option<ChannelId> {
        match self {
            Self::Items { channel, .. } | Self::Newest { channel, .. } => Some(*channel),
            Self::Log { .. } | Self::Mail { .. } => None,
        }
    }

    pub(super) fn is_in(&self, wanted: &ChannelId) -> bool {
        self.channel().as_ref() == Some(wanted)
    }
}
