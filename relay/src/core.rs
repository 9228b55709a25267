//! The relay without sockets, threads and clocks: inputs go in, frames come out in the outboxes of connections.
//! Every durable change is committed before it is answered or fanned out.
//!
//! One thread owns the [`Core`]. It hands in as many inputs as are waiting at once; their durable changes share one
//! transaction. Reads from the disk come out as [`ReadJob`]s, to be run anywhere.

mod catch_up;
mod completion;
mod connection;
mod connection_id;
mod disappearing;
mod expiry;
mod fan_out;
mod guests;
mod hello;
mod input;
mod lag;
mod log_effects;
mod out;
mod presence;
mod requests;
mod room;
mod rooms;
mod set_back;
mod typing;
mod uploads;
mod voice;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use parley_protocol::Millis;
use parley_protocol::community::Community;
use parley_protocol::error::{ApiError, ErrorCode};
use parley_protocol::ids::{ChannelId, DeviceId};

use crate::command::{self, Command, Outcome};
use crate::config::{FileTerms, MailboxTerms};
use crate::ice::Ice;
use crate::metrics::Metrics;
use crate::outgoing::{Frame, StateKey};
use crate::refusal::refused;
use crate::shared::Shared;
use crate::storage::{OpenError, blobs, read};
use crate::writer::Writer;
use connection::Connection;
use disappearing::Disappearing;
use expiry::Expiry;
use fan_out::Fresh;
use input::Reply;
use out::Out;
use presence::Presence;
use uploads::Uploads;
use voice::Voice;

pub(crate) use catch_up::ReadJob;
pub use connection_id::ConnectionId;
pub(crate) use input::Input;

pub(crate) struct Core {
    writer: Writer,
    shared: Arc<Shared>,
    out: Out,
    ice: Box<dyn Ice>,
    connections: BTreeMap<ConnectionId, Connection>,
    connection_by_device: HashMap<DeviceId, ConnectionId>,
    /// When each guest who is connected is over: few, beside thousands of connections.
    guests: BTreeMap<ConnectionId, Millis>,
    channels: HashMap<ChannelId, ChannelState>,
    voice: Voice,
    presence: Presence,
    /// Maximum bytes of one mailbox.
    mailbox_bytes: u64,
    expiry: Expiry,
    disappearing: Disappearing,
    files: FileTerms,
    uploads: Uploads,
    commands: Vec<Command>,
    replies: Vec<Reply>,
    deferred: Vec<requests::Deferred>,
    fresh: Fresh,
    reads: Vec<ReadJob>,
    read_queues: catch_up::ReadQueues,
    /// The newest time that was handed in.
    time: Millis,
}

#[derive(Debug, Default)]
struct ChannelState {
    last: u64,
    subscribers: Vec<ConnectionId>,
}

impl Core {
    pub(crate) fn new(
        writer: Writer,
        shared: Arc<Shared>,
        ice: Box<dyn Ice>,
        mailbox: MailboxTerms,
        files: FileTerms,
    ) -> Result<Self, OpenError> {
        let mut channels = HashMap::new();
        if let Some(community) = writer.community() {
            for (id, channel) in community.channels() {
                let last = read::last_item(writer.db(), command::channel_stream(channel))?;
                let state = ChannelState {
                    last,
                    subscribers: Vec::new(),
                };
                channels.insert(*id, state);
            }
        }
        shared.metrics.count_blobs(blobs::total(writer.db())?);
        Ok(Self {
            writer,
            out: Out::new(Arc::clone(&shared)),
            shared,
            ice,
            connections: BTreeMap::new(),
            connection_by_device: HashMap::new(),
            guests: BTreeMap::new(),
            channels,
            voice: Voice::default(),
            presence: Presence::default(),
            mailbox_bytes: mailbox.bytes,
            expiry: Expiry::new(mailbox.lasts),
            disappearing: Disappearing::new(),
            files,
            uploads: Uploads::new(),
            commands: Vec::new(),
            replies: Vec::new(),
            deferred: Vec::new(),
            fresh: Fresh::default(),
            reads: Vec::new(),
            read_queues: catch_up::ReadQueues::default(),
            time: 0,
        })
    }

    /// Handles everything that is waiting. When it returns, durable changes are committed and answered.
    pub(crate) fn handle(&mut self, inputs: impl IntoIterator<Item = Input>, now: Millis) {
        self.notice_time(now);
        for input in inputs {
            match input {
                Input::Hello {
                    connection,
                    outbox,
                    hello,
                } => {
                    self.commit(now);
                    self.hello(connection, outbox, hello, now);
                }
                Input::Frame {
                    connection,
                    frame,
                    permit: _,
                } => self.frame(connection, *frame, now),
                Input::Call { command, answer } => self.enqueue(command, Reply::Call(answer)),
                Input::IceServers { device, answer } => {
                    let _ = answer.send(self.ice.servers(device, now));
                }
                Input::Emptied { connection } => self.catch_up(connection),
                Input::Read(done) => self.read_done(done),
                Input::Gone { connection } => self.gone(connection, now),
            }
        }
        self.commit(now);
        self.out.wake_all();
        self.shared.calls.count(self.voice.size());
    }

    /// When [`Core::handle_timeout`] must be called next.
    pub(crate) fn poll_timeout(&self) -> Option<Millis> {
        let times = [
            self.voice.poll_timeout(),
            self.next_guest_end(),
            self.presence.poll_timeout(),
            self.expiry.poll_timeout(),
            self.disappearing.poll_timeout(),
            self.uploads.poll_timeout(),
        ];
        times.into_iter().flatten().min()
    }

    pub(crate) fn handle_timeout(&mut self, now: Millis) {
        self.notice_time(now);
        self.voice_timeout(now);
        self.end_guests(now);
        self.presence_timeout(now);
        self.expiry_timeout(now);
        self.disappearing_timeout(now);
        self.uploads_timeout(now);
        self.out.wake_all();
        self.shared.calls.count(self.voice.size());
    }

    /// Reads to run. Their results come back as [`Input::Read`].
    pub(crate) fn take_reads(&mut self) -> Vec<ReadJob> {
        std::mem::take(&mut self.reads)
    }

    /// Closes every connection because the relay is shutting down.
    pub(crate) fn close_all(&mut self) {
        for connection in self.connections.values() {
            connection.outbox.close(refused(ErrorCode::ShuttingDown));
        }
    }

    pub(crate) fn writer(&self) -> &Writer {
        &self.writer
    }

    fn community(&self) -> Option<&Arc<Community>> {
        self.writer.community()
    }

    fn enqueue(&mut self, command: Command, reply: Reply) {
        self.commands.push(command);
        self.replies.push(reply);
    }

    /// Commits the queued commands, answers them, and fans out what is new.
    fn commit(&mut self, now: Millis) {
        if !self.commands.is_empty() {
            let commands = std::mem::take(&mut self.commands);
            let replies = std::mem::take(&mut self.replies);
            let (results, took) = self.writer.timed(&commands);
            let metrics = &self.shared.metrics;
            metrics.commits.fetch_add(1, Ordering::Relaxed);
            metrics.commit_time.observe(took);
            if results.iter().any(is_storage_failure) {
                metrics.commits_failed.fetch_add(1, Ordering::Relaxed);
            }
            Metrics::add(&metrics.commands, commands.len());
            if commands.iter().any(Command::changes_log) {
                self.shared.publish(self.writer.community());
            }
            if commands.iter().any(Command::changes_blobs) {
                self.blobs_changed();
            }
            for (reply, result) in replies.into_iter().zip(results) {
                self.complete(reply, result, now);
            }
            self.fan_out(now);
        }
        for deferred in std::mem::take(&mut self.deferred) {
            self.perform(deferred, now);
        }
    }

    /// Sends a frame to a connection, if it is still open.
    fn send(&self, connection: ConnectionId, frame: Frame) {
        if let Some(connection) = self.connections.get(&connection) {
            connection.send(frame, &self.out);
        }
    }

    /// Sends the newest state of something to a connection, if it is still open.
    fn send_state(&self, connection: ConnectionId, key: StateKey, frame: Frame) {
        if let Some(connection) = self.connections.get(&connection) {
            connection.send_state(key, frame, &self.out);
        }
    }

    /// Closes a connection with an error, and forgets it.
    fn end(&mut self, connection: ConnectionId, error: ApiError, now: Millis) {
        if let Some(found) = self.connections.get(&connection) {
            found.outbox.close(error);
        }
        self.gone(connection, now);
    }
}

fn is_storage_failure(result: &Result<Outcome, ApiError>) -> bool {
    matches!(result, Err(error) if error.code == ErrorCode::StorageFailed)
}
