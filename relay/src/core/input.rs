//! The inputs of the core, and where its answers go.

use std::sync::Arc;

use parley_protocol::error::ApiError;
use parley_protocol::frame::{ClientToRelay, RequestId};
use parley_protocol::ids::DeviceId;
use parley_protocol::mail::OutboundMail;
use parley_protocol::voice::IceServers;
use tokio::sync::{OwnedSemaphorePermit, oneshot};

use super::catch_up::ReadDone;
use super::connection_id::ConnectionId;
use crate::auth::hello::ProvenHello;
use crate::command::{Command, Outcome};
use crate::outgoing::Outbox;

/// Receives the result of a command that was issued over HTTP.
pub(super) type Answer = Box<dyn FnOnce(Result<Outcome, ApiError>) + Send>;

pub(crate) enum Input {
    /// From a connection: its verified hello.
    Hello {
        connection: ConnectionId,
        outbox: Arc<Outbox>,
        hello: Box<ProvenHello>,
    },
    /// From a connection: any later frame.
    Frame {
        connection: ConnectionId,
        frame: Box<ClientToRelay>,
        /// Released when the core takes the frame.
        permit: Option<OwnedSemaphorePermit>,
    },
    /// From a connection: its outbox is empty, as it was asked to report.
    Emptied { connection: ConnectionId },
    /// From a connection: it is closed.
    Gone { connection: ConnectionId },
    /// From an HTTP handler: a durable change.
    Call { command: Command, answer: Answer },
    /// From an HTTP handler: STUN and TURN servers for a device that is in no call, to see whether they answer.
    IceServers {
        device: DeviceId,
        answer: oneshot::Sender<IceServers>,
    },
    /// From a reader: the result of a read.
    Read(ReadDone),
}

/// Who receives the result of a command.
pub(super) enum Reply {
    None,
    /// A connection, as the response to a request.
    Request {
        connection: ConnectionId,
        id: RequestId,
    },
    /// A connection; the transient to-device messages of the batch are sent with the stored ones.
    Mail {
        connection: ConnectionId,
        id: RequestId,
        transient: Vec<OutboundMail>,
    },
    /// An HTTP handler.
    Call(Answer),
}
