//! What goes into the core, and where the answers go.

use std::sync::Arc;

use parley_protocol::error::ApiError;
use parley_protocol::frame::{ClientToRelay, RequestId};
use parley_protocol::mail::OutboundMail;

use super::catch_up::ReadDone;
use tokio::sync::OwnedSemaphorePermit;

use crate::auth::hello::ProvenHello;
use crate::command::{Command, Outcome};
use crate::outgoing::Outbox;

/// One connection, for as long as the relay runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(pub(crate) u64);

/// Gets the result of a command that came over HTTP.
pub(super) type Answer = Box<dyn FnOnce(Result<Outcome, ApiError>) + Send>;

/// Something that happened.
pub(crate) enum Input {
    /// From a connection: its first frame, whose proofs hold.
    Hello {
        connection: ConnectionId,
        outbox: Arc<Outbox>,
        hello: Box<ProvenHello>,
    },
    /// From a connection: any later frame.
    Frame {
        connection: ConnectionId,
        frame: Box<ClientToRelay>,
        /// Given back when the core takes the frame.
        place: Option<OwnedSemaphorePermit>,
    },
    /// From a connection: its outbox is empty, as it was asked to tell.
    Emptied { connection: ConnectionId },
    /// From a connection: it is over.
    Gone { connection: ConnectionId },
    /// From an HTTP handler: a durable change.
    Call { command: Command, answer: Answer },
    /// From a reader: what was read.
    Read(ReadDone),
}

/// Who hears what came of a command.
pub(super) enum Reply {
    /// Nobody.
    None,
    /// A connection, as the response to a request.
    Request {
        connection: ConnectionId,
        id: RequestId,
    },
    /// A connection; and the part of its mail that is not stored goes out with the rest.
    Mail {
        connection: ConnectionId,
        id: RequestId,
        transient: Vec<OutboundMail>,
    },
    /// An HTTP handler.
    Call(Answer),
}
