//! Handles frames from devices: durable changes are queued for the writer, everything else runs after the changes
//! that came before it.

use parley_protocol::Millis;
use parley_protocol::error::{ApiError, ErrorCode};
use parley_protocol::frame::{
    ClientToRelay, PresenceState, RelayToClient, Request, RequestId, Response,
};
use parley_protocol::ids::{ChannelId, MailId};
use parley_protocol::mail::OutboundMail;
use parley_protocol::voice::VoiceState;

use super::catch_up::History;
use super::input::Reply;
use super::voice::Join;
use super::{ConnectionId, Core};
use crate::command::{
    self, Announce, Append, AppendVault, Asked, ClaimPrekeys, Command, CompactVault, ForgetMail,
    Post, PublishPrekeys, Redact, SendMail,
};
use crate::outgoing::Frame;
use crate::refusal::refused;

/// Runs after the durable changes of the same batch.
pub(super) enum Deferred {
    Answer {
        connection: ConnectionId,
        id: RequestId,
        query: Query,
    },
    Transient {
        connection: ConnectionId,
        id: RequestId,
        mail: Vec<OutboundMail>,
    },
    VoiceState {
        connection: ConnectionId,
        state: VoiceState,
    },
    Typing {
        connection: ConnectionId,
        channel: ChannelId,
    },
    Watch {
        connection: ConnectionId,
        channel: Option<ChannelId>,
        presence: bool,
    },
    Presence {
        connection: ConnectionId,
        state: PresenceState,
    },
    Pong {
        connection: ConnectionId,
    },
}

/// A request that changes nothing on the disk.
pub(super) enum Query {
    History {
        channel: ChannelId,
        before: u64,
        limit: u32,
    },
    Subscribe {
        channel: ChannelId,
        after: Option<u64>,
    },
    JoinVoice(Join),
    JoinRoom(Join),
    LeaveVoice,
    IceServers,
}

impl Core {
    pub(super) fn frame(&mut self, connection: ConnectionId, frame: ClientToRelay, now: Millis) {
        let Some(device) = self.connections.get(&connection).map(|found| found.device) else {
            return;
        };
        let asked = Asked {
            by: device,
            at: now,
        };
        let Some(frame) = self.let_through(connection, frame) else {
            return;
        };
        match frame {
            // The first one was handled before; another is a client error.
            ClientToRelay::Hello(_) => self.end(connection, refused(ErrorCode::Malformed), now),
            ClientToRelay::Request { id, request } => self.request(connection, id, request, asked),
            ClientToRelay::MailReceived { through } => {
                let command = Command::ForgetMail(ForgetMail { asked, through });
                self.enqueue(command, Reply::None);
            }
            ClientToRelay::VoiceState { state } => {
                self.deferred
                    .push(Deferred::VoiceState { connection, state });
            }
            ClientToRelay::Typing { channel } => self.deferred.push(Deferred::Typing {
                connection,
                channel,
            }),
            ClientToRelay::Watch { channel, presence } => self.deferred.push(Deferred::Watch {
                connection,
                channel,
                presence,
            }),
            ClientToRelay::Presence { state } => {
                self.deferred.push(Deferred::Presence { connection, state });
            }
            ClientToRelay::Ping => self.deferred.push(Deferred::Pong { connection }),
        }
    }

    fn request(&mut self, connection: ConnectionId, id: RequestId, request: Request, asked: Asked) {
        let query = match request {
            Request::Append { entry } => {
                return self.ask(connection, id, Command::Append(Append { asked, entry }));
            }
            Request::Announce {
                channel,
                announcement,
            } => {
                let command = Command::Announce(Announce {
                    asked,
                    channel,
                    announcement,
                });
                return self.ask(connection, id, command);
            }
            Request::Post { channel, message } => {
                let command = Command::Post(Post {
                    asked,
                    channel,
                    message,
                    files: self.files,
                });
                return self.ask(connection, id, command);
            }
            Request::Redact {
                channel,
                seq,
                order,
            } => {
                let command = Command::Redact(Box::new(Redact {
                    asked,
                    channel,
                    seq,
                    order,
                }));
                return self.ask(connection, id, command);
            }
            Request::ClaimPrekeys { devices } => {
                let Some(user) = self.connections.get(&connection).map(|found| found.user) else {
                    return;
                };
                let quotas = &self.shared.quotas;
                let may_take = |device| (device, quotas.one_time_key(user, device, asked.at));
                let devices = devices.into_iter().map(may_take).collect();
                let command = Command::ClaimPrekeys(ClaimPrekeys { asked, devices });
                return self.ask(connection, id, command);
            }
            Request::PublishPrekeys { prekeys } => {
                let command = Command::PublishPrekeys(PublishPrekeys { asked, prekeys });
                return self.ask(connection, id, command);
            }
            Request::AppendVault { segment } => {
                let command = Command::AppendVault(AppendVault { asked, segment });
                return self.ask(connection, id, command);
            }
            Request::CompactVault { chains } => {
                let command = Command::CompactVault(CompactVault { asked, chains });
                return self.ask(connection, id, command);
            }
            Request::SendMail { id: batch, mail } => {
                return self.send_mail(connection, id, batch, mail, asked);
            }
            Request::History {
                channel,
                before,
                limit,
            } => Query::History {
                channel,
                before,
                limit,
            },
            Request::Subscribe { channel, after } => Query::Subscribe { channel, after },
            Request::JoinVoice {
                channel,
                session,
                state,
            } => Query::JoinVoice(Join {
                channel,
                session,
                state,
            }),
            Request::JoinRoom {
                room: channel,
                session,
                state,
            } => Query::JoinRoom(Join {
                channel,
                session,
                state,
            }),
            Request::LeaveVoice => Query::LeaveVoice,
            Request::IceServers => Query::IceServers,
        };
        self.deferred.push(Deferred::Answer {
            connection,
            id,
            query,
        });
    }

    fn ask(&mut self, connection: ConnectionId, id: RequestId, command: Command) {
        self.enqueue(command, Reply::Request { connection, id });
    }

    /// Transient to-device messages are never stored; the others are.
    fn send_mail(
        &mut self,
        connection: ConnectionId,
        id: RequestId,
        batch: MailId,
        mail: Vec<OutboundMail>,
        asked: Asked,
    ) {
        if let Err(code) = command::check_mail(&mail) {
            return self.respond(connection, id, Err(refused(code)));
        }
        let (transient, mail): (Vec<_>, Vec<_>) = mail.into_iter().partition(|mail| mail.transient);
        if mail.is_empty() {
            self.deferred.push(Deferred::Transient {
                connection,
                id,
                mail: transient,
            });
            return;
        }
        let command = Command::SendMail(SendMail {
            asked,
            id: batch,
            mail,
            mailbox_bytes: self.mailbox_bytes,
        });
        let reply = Reply::Mail {
            connection,
            id,
            transient,
        };
        self.enqueue(command, reply);
    }

    pub(super) fn perform(&mut self, deferred: Deferred, now: Millis) {
        match deferred {
            Deferred::Answer {
                connection,
                id,
                query,
            } => self.answer(connection, id, query, now),
            Deferred::Transient {
                connection,
                id,
                mail,
            } => {
                self.deliver_transient(connection, mail, now);
                let full = Vec::new();
                self.respond(connection, id, Ok(Response::MailSent { full }));
            }
            Deferred::VoiceState { connection, state } => self.voice_state(connection, state, now),
            Deferred::Typing {
                connection,
                channel,
            } => self.typing(connection, channel, now),
            Deferred::Watch {
                connection,
                channel,
                presence,
            } => self.watch(connection, channel, presence),
            Deferred::Presence { connection, state } => {
                self.state_presence(connection, state, now);
            }
            Deferred::Pong { connection } => {
                self.send(connection, Frame::new(&RelayToClient::Pong));
            }
        }
    }

    fn answer(&mut self, connection: ConnectionId, id: RequestId, query: Query, now: Millis) {
        let result = match query {
            Query::History {
                channel,
                before,
                limit,
            } => {
                let asked = self.readable(connection, channel).and_then(|(_, stream)| {
                    let history = History {
                        id,
                        channel,
                        stream,
                        before,
                        limit: u64::from(limit),
                    };
                    self.history(connection, history)
                });
                match asked {
                    Ok(()) => return,
                    Err(code) => Err(code),
                }
            }
            Query::Subscribe { channel, after } => self.subscribe(connection, channel, after),
            Query::JoinVoice(join) => self.join_voice(connection, join, now),
            Query::JoinRoom(join) => self.join_room(connection, join, now),
            Query::LeaveVoice => {
                self.leave_voice(connection, now);
                Ok(Response::Done)
            }
            Query::IceServers => self.ice_servers(connection, now),
        };
        self.respond(connection, id, result.map_err(refused));
    }

    pub(super) fn respond(
        &self,
        connection: ConnectionId,
        id: RequestId,
        result: Result<Response, ApiError>,
    ) {
        let frame = match result {
            Ok(response) => RelayToClient::Response { id, response },
            Err(error) => RelayToClient::Refused { id, error },
        };
        self.send(connection, Frame::new(&frame));
    }
}
