//! One connection's protocol before the core: challenge, hello, frames. Refuses unreadable frames and enforces rate
//! limits and quotas. No sockets, no decisions about members.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use parley_protocol::Millis;
use parley_protocol::error::ErrorCode;
use parley_protocol::frame::{ClientToRelay, FrameError, Hello, RelayToClient, RequestId, decode};
use parley_protocol::ids::{DeviceId, UserId};
use parley_protocol::json;
use parley_protocol::keys::Nonce;
use serde::Deserialize;

use crate::auth::hello;
use crate::auth::pace::TooFast;
use crate::core::{ConnectionId, Input};
use crate::outgoing::{Frame, Outbox};
use crate::refusal::refused;
use crate::shared::Shared;

pub(crate) struct Gate {
    connection: ConnectionId,
    outbox: Arc<Outbox>,
    peer: Peer,
}

#[derive(Debug, Clone, Copy)]
enum Peer {
    /// No hello yet. It must sign this nonce.
    Stranger(Nonce),
    /// A device whose hello was accepted, and its member.
    Device(DeviceId, UserId),
}

impl Gate {
    /// Opens a connection and puts the challenge into its outbox.
    pub(crate) fn open(connection: ConnectionId, outbox: Arc<Outbox>, nonce: Nonce) -> Self {
        outbox.push(Frame::new(&RelayToClient::Challenge { nonce }));
        Self {
            connection,
            outbox,
            peer: Peer::Stranger(nonce),
        }
    }

    pub(crate) fn connection(&self) -> ConnectionId {
        self.connection
    }

    pub(crate) fn has_greeted(&self) -> bool {
        self.device().is_some()
    }

    /// The authenticated device.
    pub(crate) fn device(&self) -> Option<DeviceId> {
        match self.peer {
            Peer::Stranger(_) => None,
            Peer::Device(device, _) => Some(device),
        }
    }

    /// The authenticated device's member.
    pub(crate) fn member(&self) -> Option<UserId> {
        match self.peer {
            Peer::Stranger(_) => None,
            Peer::Device(_, user) => Some(user),
        }
    }

    /// Decodes a frame. Errors are answered here; `None` if there is nothing for the core to do.
    pub(crate) fn handle_text(
        &mut self,
        text: &str,
        shared: &Shared,
        now: Millis,
    ) -> Option<Input> {
        shared.metrics.frames_in.fetch_add(1, Ordering::Relaxed);
        match (self.peer, decode::<ClientToRelay>(text)) {
            (Peer::Device(device, user), Ok(frame)) => self.frame(device, user, frame, shared, now),
            (Peer::Device(device, _), Err(error)) => {
                match shared.pace.other(device, now) {
                    Ok(()) => self.unreadable(text, &error),
                    Err(code) => self.close(code),
                }
                None
            }
            (Peer::Stranger(nonce), Ok(ClientToRelay::Hello(greeting))) => {
                self.hello(&nonce, greeting, shared, now)
            }
            (Peer::Stranger(_), Ok(_)) => {
                self.close(ErrorCode::NotAuthenticated);
                None
            }
            (Peer::Stranger(_), Err(error)) => {
                self.close(code_of(&error));
                None
            }
        }
    }

    fn frame(
        &self,
        device: DeviceId,
        user: UserId,
        frame: ClientToRelay,
        shared: &Shared,
        now: Millis,
    ) -> Option<Input> {
        let paced = shared.pace.frame(device, &frame, now);
        let paid = paced.and_then(|()| match &frame {
            ClientToRelay::Request { id, request } => shared
                .quotas
                .request(user, request, now)
                .map_err(|code| TooFast::Refuse(*id, code)),
            ClientToRelay::Hello(_)
            | ClientToRelay::MailReceived { .. }
            | ClientToRelay::VoiceState { .. }
            | ClientToRelay::Typing { .. }
            | ClientToRelay::Watch { .. }
            | ClientToRelay::Presence { .. }
            | ClientToRelay::Ping => Ok(()),
        });
        match paid {
            Ok(()) => Some(Input::Frame {
                connection: self.connection,
                frame: Box::new(frame),
                permit: None,
            }),
            Err(TooFast::Refuse(id, code)) => {
                self.refuse(id, code);
                None
            }
            Err(TooFast::End(code)) => {
                self.close(code);
                None
            }
        }
    }

    fn hello(
        &mut self,
        nonce: &Nonce,
        greeting: Hello,
        shared: &Shared,
        now: Millis,
    ) -> Option<Input> {
        let community = shared.community();
        let proven = hello::prove(community.as_deref(), &shared.tokens, nonce, greeting, now)
            .and_then(|hello| {
                shared.pace.other(hello.device, now)?;
                Ok(hello)
            });
        match proven {
            Ok(hello) => {
                self.peer = Peer::Device(hello.device, hello.user);
                Some(Input::Hello {
                    connection: self.connection,
                    outbox: Arc::clone(&self.outbox),
                    hello: Box::new(hello),
                })
            }
            Err(code) => {
                self.close(code);
                None
            }
        }
    }

    pub(crate) fn close(&self, code: ErrorCode) {
        self.outbox.close(refused(code));
    }

    /// An unreadable request is refused by its id; anything else unreadable ends the connection.
    fn unreadable(&self, text: &str, error: &FrameError) {
        let code = code_of(error);
        match request_id(text) {
            Some(id) => self.refuse(id, code),
            None => self.close(code),
        }
    }

    fn refuse(&self, id: RequestId, code: ErrorCode) {
        let error = refused(code);
        self.outbox
            .push(Frame::new(&RelayToClient::Refused { id, error }));
        self.outbox.wake();
    }
}

fn code_of(error: &FrameError) -> ErrorCode {
    match error {
        FrameError::TooLarge { .. } => ErrorCode::TooLarge,
        FrameError::Malformed(_) => ErrorCode::Malformed,
        FrameError::UnknownType => ErrorCode::UnknownFrame,
    }
}

/// The id of a request whose content cannot be decoded.
fn request_id(text: &str) -> Option<RequestId> {
    #[derive(Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Numbered {
        Request { id: RequestId },
    }
    let Numbered::Request { id } = json::read(text).ok()?;
    Some(id)
}
