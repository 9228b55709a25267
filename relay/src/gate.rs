//! What a connection's texts mean, before the core hears of them: challenge, hello, frames. Refuses what
//! cannot be read. No sockets, no decisions about members.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use parley_protocol::Millis;
use parley_protocol::error::ErrorCode;
use parley_protocol::frame::{ClientToRelay, FrameError, RelayToClient, RequestId, decode};
use parley_protocol::json;
use parley_protocol::keys::Nonce;
use serde::Deserialize;

use crate::auth::hello;
use crate::core::{ConnectionId, Input};
use crate::outgoing::{Frame, Outbox};
use crate::refusal::refused;
use crate::shared::Shared;

/// The relay's end of one connection.
pub(crate) struct Gate {
    connection: ConnectionId,
    outbox: Arc<Outbox>,
    /// Until the hello.
    challenge: Option<Nonce>,
}

impl Gate {
    /// Opens a connection: the challenge is the first thing in its outbox.
    pub(crate) fn open(connection: ConnectionId, outbox: Arc<Outbox>, nonce: Nonce) -> Self {
        outbox.push(Frame::new(&RelayToClient::Challenge { nonce }));
        Self {
            connection,
            outbox,
            challenge: Some(nonce),
        }
    }

    /// Whose gate this is.
    pub(crate) fn connection(&self) -> ConnectionId {
        self.connection
    }

    /// Whether the hello was accepted.
    pub(crate) fn has_greeted(&self) -> bool {
        self.challenge.is_none()
    }

    /// Reads a text. What is wrong with it is answered here.
    pub(crate) fn handle_text(
        &mut self,
        text: &str,
        shared: &Shared,
        now: Millis,
    ) -> Option<Input> {
        shared.metrics.frames_in.fetch_add(1, Ordering::Relaxed);
        let frame = match decode::<ClientToRelay>(text) {
            Ok(frame) => frame,
            Err(error) => {
                self.unreadable(text, &error);
                return None;
            }
        };
        match (self.challenge, frame) {
            (None, frame) => Some(Input::Frame {
                connection: self.connection,
                frame: Box::new(frame),
            }),
            (Some(nonce), ClientToRelay::Hello(greeting)) => {
                let community = shared.community();
                match hello::prove(community.as_deref(), &shared.tokens, &nonce, greeting, now) {
                    Ok(hello) => {
                        self.challenge = None;
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
            (Some(_), _) => {
                self.close(ErrorCode::NotAuthenticated);
                None
            }
        }
    }

    /// Ends the connection with a reason.
    pub(crate) fn close(&self, code: ErrorCode) {
        self.outbox.close(refused(code));
    }

    /// A request can be refused by its number; anything else ends the connection.
    fn unreadable(&self, text: &str, error: &FrameError) {
        let code = match error {
            FrameError::TooLarge { .. } => ErrorCode::TooLarge,
            FrameError::Malformed(_) => ErrorCode::Malformed,
            FrameError::UnknownType => ErrorCode::UnknownFrame,
        };
        match request_id(text) {
            Some(id) if self.challenge.is_none() => {
                let error = refused(code);
                self.outbox
                    .push(Frame::new(&RelayToClient::Refused { id, error }));
                self.outbox.wake();
            }
            _ => self.close(code),
        }
    }
}

/// The number of a request whose content cannot be read.
fn request_id(text: &str) -> Option<RequestId> {
    #[derive(Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Numbered {
        Request { id: RequestId },
    }
    let Numbered::Request { id } = json::read(text).ok()?;
    Some(id)
}
