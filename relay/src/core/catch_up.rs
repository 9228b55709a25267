//! How a connection that is behind comes up to date: page by page from the disk, never more than its
//! queue can hold; and then, without a gap or a repetition, it hears what is new at once.
//!
//! While a connection is behind in a stream it gets nothing new of it. A page that reaches the stream's
//! end, as the core knows it at that moment, ends the lag. The log comes before all else, so that a client
//! knows the devices whose messages follow.

use parley_protocol::entry::Head;
use parley_protocol::error::ErrorCode;
use parley_protocol::frame::{ChannelPage, RelayToClient, RequestId, Response};
use parley_protocol::ids::ChannelId;
use parley_protocol::limits::FIRST_PAGE_ITEMS;
use rusqlite::Connection as Database;

use super::{ConnectionId, Core};
use crate::outgoing::Frame;
use crate::refusal::{refused, storage_failed};
use crate::storage::read;
use crate::storage::values::Owner;

/// Pages of history that one connection may wait for at once.
const MAX_HISTORIES: u8 = 16;

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

/// Something to read from the disk for a connection.
#[derive(Debug)]
pub(crate) struct ReadJob {
    connection: ConnectionId,
    what: What,
}

#[derive(Debug)]
enum What {
    Lag(Lag),
    History {
        id: RequestId,
        channel: ChannelId,
        owner: Owner,
        before: u64,
        limit: u64,
    },
}

/// What was read.
#[derive(Debug)]
pub(crate) struct ReadDone {
    connection: ConnectionId,
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
            What::History {
                id,
                channel,
                owner,
                before,
                limit,
            } => read_history(db, *id, *channel, *owner, *before, *limit),
        };
        ReadDone {
            connection: self.connection,
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

fn read_history(
    db: &Database,
    id: RequestId,
    channel: ChannelId,
    owner: Owner,
    before: u64,
    limit: u64,
) -> rusqlite::Result<Found> {
    let page = newest_before(db, channel, owner, before, limit)?;
    let response = RelayToClient::Response {
        id,
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

impl Core {
    /// Asks for the next page, unless one is on its way.
    pub(super) fn catch_up(&mut self, connection: ConnectionId) {
        let Some(found) = self.connections.get_mut(&connection) else {
            return;
        };
        if let (false, Some(lag)) = (found.reading, found.lags.front()) {
            found.reading = true;
            self.reads.push(ReadJob {
                connection,
                what: What::Lag(*lag),
            });
        }
    }

    /// Asks for a page of history.
    pub(super) fn history(
        &mut self,
        connection: ConnectionId,
        id: RequestId,
        (channel, owner): (ChannelId, Owner),
        before: u64,
        limit: u64,
    ) -> Result<(), ErrorCode> {
        let Some(found) = self.connections.get_mut(&connection) else {
            return Ok(());
        };
        if found.histories >= MAX_HISTORIES {
            return Err(ErrorCode::RateLimited { retry_after: 1 });
        }
        found.histories = found.histories.saturating_add(1);
        self.reads.push(ReadJob {
            connection,
            what: What::History {
                id,
                channel,
                owner,
                before,
                limit,
            },
        });
        Ok(())
    }

    pub(super) fn read_done(&mut self, done: ReadDone) {
        let ReadDone { connection, result } = done;
        match result {
            Found::Page { of, frame, through } => self.page_read(connection, of, frame, through),
            Found::Answer(frame) => {
                if let Some(found) = self.connections.get_mut(&connection) {
                    found.histories = found.histories.saturating_sub(1);
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
    }

    fn page_read(&mut self, connection: ConnectionId, of: Lag, frame: Option<Frame>, through: u64) {
        let at_end = through >= self.end_of(&of);
        let Some(found) = self.connections.get_mut(&connection) else {
            return;
        };
        found.reading = false;
        // Meanwhile the member may have lost the right to read it, or asked for another place.
        if found.lags.front() == Some(&of) {
            if at_end {
                found.lags.pop_front();
            } else if let Some(front) = found.lags.front_mut() {
                *front = of.moved_to(through);
            }
            if let Some(frame) = frame {
                found.send(frame, &self.out);
            }
        }
        if found.lags.is_empty() {
            return;
        }
        if found.outbox.has_room() {
            self.catch_up(connection);
        } else {
            found.outbox.tell_when_empty();
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
