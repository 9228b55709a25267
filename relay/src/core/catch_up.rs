//! Brings connections that are behind up to date: page by page from the disk, never more than their queue can hold;
//! then they switch to live frames without a gap or a repetition.
//!
//! While a connection lags in a stream it gets no live frames of it. A page that reaches the end of the stream, as
//! the core knows it at that moment, ends the lag. The log comes first, so that clients know the devices whose
//! messages follow.

use std::collections::{HashMap, VecDeque};

use parley_protocol::entry::Head;
use parley_protocol::error::ErrorCode;
use parley_protocol::frame::{ChannelPage, RelayToClient, RequestId, Response};
use parley_protocol::ids::{ChannelId, UserId};
use parley_protocol::limits::FIRST_PAGE_ITEMS;
use rusqlite::Connection as Database;

use super::lag::Lag;
use super::{ConnectionId, Core};
use crate::outgoing::Frame;
use crate::refusal::{refused, storage_failed};
use crate::storage::read;
use crate::storage::values::StreamId;

/// Pages of history that one connection may have pending.
const MAX_HISTORIES: usize = 16;

/// A requested page of a channel.
#[derive(Debug, Clone, Copy)]
pub(crate) struct History {
    pub(super) id: RequestId,
    pub(super) channel: ChannelId,
    pub(super) stream: StreamId,
    pub(super) before: u64,
    pub(super) limit: u64,
}

/// A read from the disk for a connection.
#[derive(Debug)]
pub(crate) struct ReadJob {
    connection: ConnectionId,
    user: UserId,
    kind: ReadKind,
}

#[derive(Debug)]
enum ReadKind {
    Lag(Lag),
    History(History),
}

/// The result of a [`ReadJob`].
#[derive(Debug)]
pub(crate) struct ReadDone {
    connection: ConnectionId,
    user: UserId,
    result: ReadResult,
}

#[derive(Debug)]
enum ReadResult {
    /// The next page of a stream, if not empty, and the sequence number it reaches.
    Page {
        of: Lag,
        frame: Option<Frame>,
        through: u64,
    },
    /// The response to a history request.
    Answer(Frame),
    Failed,
}

impl ReadJob {
    /// Reads. Blocks on the disk.
    pub(crate) fn perform(&self, db: &Database) -> ReadDone {
        let result = match &self.kind {
            ReadKind::Lag(lag) => read_lag(db, *lag),
            ReadKind::History(history) => read_history(db, *history),
        };
        ReadDone {
            connection: self.connection,
            user: self.user,
            result: result.unwrap_or_else(|error| {
                storage_failed(&error);
                ReadResult::Failed
            }),
        }
    }
}

fn read_lag(db: &Database, lag: Lag) -> rusqlite::Result<ReadResult> {
    let (frame, through) = match lag {
        Lag::Log { after } => {
            let from = after.saturating_add(1);
            let entries = read::log_page(db, from)?;
            let through = after.saturating_add(entries.len() as u64);
            let frame = RelayToClient::Log { from, entries };
            ((through > after).then_some(frame), through)
        }
        Lag::Mail { stream, after } => {
            // Sequence numbers have gaps, so the end must be known before the page is read.
            let end = read::last_mail(db, stream)?;
            let items = read::mail_after(db, stream, after)?;
            let last = items.last().map(|mail| mail.seq);
            let frame = last.map(|_| RelayToClient::Mail { items });
            (frame, last.unwrap_or(end))
        }
        Lag::Items {
            channel,
            stream,
            after,
        } => {
            let items = read::items_after(db, stream, after)?;
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
        Lag::Newest { channel, stream } => {
            let page = newest_before(db, channel, stream, u64::MAX, FIRST_PAGE_ITEMS as u64)?;
            let through = page.items.last().map_or(0, |item| item.seq);
            ((through > 0).then_some(RelayToClient::Items(page)), through)
        }
    };
    Ok(ReadResult::Page {
        of: lag,
        frame: frame.as_ref().map(Frame::new),
        through,
    })
}

fn read_history(db: &Database, asked: History) -> rusqlite::Result<ReadResult> {
    let page = newest_before(db, asked.channel, asked.stream, asked.before, asked.limit)?;
    let response = RelayToClient::Response {
        id: asked.id,
        response: Response::Page(page),
    };
    Ok(ReadResult::Answer(Frame::new(&response)))
}

fn newest_before(
    db: &Database,
    channel: ChannelId,
    stream: StreamId,
    before: u64,
    limit: u64,
) -> rusqlite::Result<ChannelPage> {
    let items = read::items_before(db, stream, before, limit)?;
    let first = items.first().map_or(before.min(1), |item| item.seq);
    Ok(ChannelPage {
        channel,
        after: first.saturating_sub(1),
        announcements: read::announcements_for(db, &items)?,
        items,
    })
}

/// Reads waiting per member. One is in progress per member at a time, so that nobody waits for more than one read
/// of each other member.
#[derive(Debug, Default)]
pub(super) struct ReadQueues(HashMap<UserId, ReadQueue>);

#[derive(Debug, Default)]
struct ReadQueue {
    is_reading: bool,
    waiting: VecDeque<ConnectionId>,
}

impl Core {
    /// Queues the next read of a connection, unless one is queued.
    pub(super) fn catch_up(&mut self, connection: ConnectionId) {
        let Some(found) = self.connections.get_mut(&connection) else {
            return;
        };
        let has_nothing = found.lags.is_empty() && found.histories.is_empty();
        if found.is_queued || has_nothing {
            return;
        }
        found.is_queued = true;
        let user = found.user;
        let queue = self.read_queues.0.entry(user).or_default();
        queue.waiting.push_back(connection);
        self.read_next(user);
    }

    /// Starts the next read of a member.
    fn read_next(&mut self, user: UserId) {
        let Some(queue) = self.read_queues.0.get_mut(&user) else {
            return;
        };
        while !queue.is_reading
            && let Some(connection) = queue.waiting.pop_front()
        {
            let Some(found) = self.connections.get_mut(&connection) else {
                continue;
            };
            found.is_queued = false;
            let kind = if let Some(history) = found.histories.front() {
                ReadKind::History(*history)
            } else if let Some(lag) = found.lags.front() {
                if !found.outbox.has_room() {
                    found.outbox.tell_when_empty();
                    continue;
                }
                ReadKind::Lag(*lag)
            } else {
                continue;
            };
            queue.is_reading = true;
            self.reads.push(ReadJob {
                connection,
                user,
                kind,
            });
        }
        if !queue.is_reading {
            self.read_queues.0.remove(&user);
        }
    }

    /// Requests a page of history.
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
        if let Some(queue) = self.read_queues.0.get_mut(&user) {
            queue.is_reading = false;
        }
        match result {
            ReadResult::Page { of, frame, through } => {
                self.page_read(connection, of, frame, through);
            }
            ReadResult::Answer(frame) => {
                if let Some(found) = self.connections.get_mut(&connection) {
                    found.histories.pop_front();
                }
                self.send(connection, frame);
            }
            ReadResult::Failed => {
                // The client reconnects and resumes from its positions.
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
        // The member may have lost the right to read it, or the client may have subscribed anew from another
        // position.
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

    /// The last sequence number of a stream.
    fn end_of(&self, lag: &Lag) -> u64 {
        match lag {
            Lag::Log { .. } => {
                self.community()
                    .map_or(Head::EMPTY, |community| community.head())
                    .seq
            }
            Lag::Mail { stream, .. } => {
                read::last_mail(self.writer.db(), *stream).unwrap_or_default()
            }
            Lag::Items { channel, .. } | Lag::Newest { channel, .. } => self.last(channel),
        }
    }
}
