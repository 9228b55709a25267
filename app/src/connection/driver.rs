//! The way to the relay: an access token, and the socket that is opened with it. The token lives here, in memory.

pub mod show;

use parley_client::effect::ConnectFailure;
use parley_protocol::auth::SessionResponse;
use parley_protocol::error::ErrorCode;

use crate::driver::relay;
use crate::platform::clock::Timer;
use crate::platform::http::HttpError;
use crate::platform::socket::{Socket, SocketEvent};
use crate::platform::{clock, task};
use crate::shell::driver::inbox::{Inbox, Input};

const SOCKET: &str = "/socket";
/// How long a socket may take to open, in milliseconds. A dead network says nothing for minutes.
const OPENING: u64 = 15_000;
/// A token is renewed so long before its end, in milliseconds.
const MARGIN: u64 = 30_000;

/// Token and socket.
pub struct Link {
    inbox: Inbox,
    token: Option<Token>,
    socket: Option<Socket>,
    opening: Option<Timer>,
    /// Counts connections: what an older one reports is not heard any more.
    number: u64,
    /// Sockets in a row that never opened.
    unopened: u32,
}

struct Token {
    text: String,
    good_until: u64,
}

/// What to tell the engine.
pub enum Told {
    /// The socket is open, with this token.
    Connected(String),
    /// No socket.
    Failed(ConnectFailure),
    /// A frame.
    Frame(String),
    /// The socket is closed.
    Disconnected,
}

impl Link {
    pub fn new(inbox: Inbox) -> Self {
        Self {
            inbox,
            token: None,
            socket: None,
            opening: None,
            number: 0,
            unopened: 0,
        }
    }

    /// Takes the token of a new session. Its life is counted by the relay's clock, whatever this one says.
    pub fn set_session(&mut self, session: SessionResponse) {
        let life = session
            .expires_at
            .saturating_sub(session.now)
            .saturating_sub(MARGIN);
        self.token = Some(Token {
            text: session.access_token,
            good_until: clock::now().saturating_add(life),
        });
    }

    /// Begins to connect; the answer comes through the inbox.
    pub fn connect(&mut self, new_token: bool) -> Option<Told> {
        self.disconnect();
        if new_token
            || self
                .token
                .as_ref()
                .is_none_or(|token| token.good_until <= clock::now())
        {
            self.token = None;
            let (inbox, connection) = (self.inbox.clone(), self.number);
            task::spawn(async move {
                let answer = relay::refresh().await;
                inbox.put(Input::Session { connection, answer });
            });
            return None;
        }
        self.open_socket()
    }

    /// Closes the socket, and hears no more of it.
    pub fn disconnect(&mut self) {
        self.number += 1;
        self.socket = None;
        self.opening = None;
    }

    /// Sends a frame. On a socket that just closed it is lost, as if it had been lost on the way.
    pub fn send(&self, frame: &str) {
        if let Some(socket) = &self.socket {
            socket.send(frame).ok();
        }
    }

    /// The relay's answer to the wish for a token.
    pub fn handle_session(
        &mut self,
        connection: u64,
        answer: Result<SessionResponse, HttpError>,
    ) -> Option<Told> {
        if connection != self.number {
            return None;
        }
        match answer {
            Ok(session) => {
                self.set_session(session);
                self.open_socket()
            }
            Err(error) => Some(Told::Failed(failure(&error))),
        }
    }

    /// What the socket reports.
    pub fn handle_socket(&mut self, connection: u64, event: SocketEvent) -> Option<Told> {
        if connection != self.number {
            return None;
        }
        match event {
            SocketEvent::Opened => {
                self.opening = None;
                self.unopened = 0;
                self.token
                    .as_ref()
                    .map(|token| Told::Connected(token.text.clone()))
            }
            SocketEvent::Frame(text) => Some(Told::Frame(text)),
            SocketEvent::Closed => {
                if self.opening.is_some() {
                    self.ask_why();
                }
                self.disconnect();
                Some(Told::Disconnected)
            }
        }
    }

    /// A browser does not say why a socket did not open, so the same address is asked without one. A relay that was
    /// only starting anew has its socket the next time.
    fn ask_why(&mut self) {
        self.unopened = self.unopened.saturating_add(1);
        if self.unopened < 2 {
            return;
        }
        let inbox = self.inbox.clone();
        task::spawn(async move {
            inbox.put(Input::SocketsBlocked(relay::answers_without_socket().await));
        });
    }

    fn open_socket(&mut self) -> Option<Told> {
        let (inbox, connection) = (self.inbox.clone(), self.number);
        let late = inbox.clone();
        let socket = Socket::open(SOCKET, move |event| {
            inbox.put(Input::Socket { connection, event });
        });
        let Ok(socket) = socket else {
            return Some(Told::Failed(ConnectFailure::Unreachable));
        };
        self.socket = Some(socket);
        self.opening = Timer::after(OPENING, move || {
            late.put(Input::Socket {
                connection,
                event: SocketEvent::Closed,
            });
        });
        None
    }
}

fn failure(error: &HttpError) -> ConnectFailure {
    match error {
        HttpError::Refused(refusal)
            if matches!(
                refusal.code,
                ErrorCode::NotAuthenticated | ErrorCode::TokenExpired | ErrorCode::SessionEnded
            ) =>
        {
            ConnectFailure::SessionEnded
        }
        HttpError::Refused(_) | HttpError::Unreachable(_) | HttpError::Unreadable { .. } => {
            ConnectFailure::Unreachable
        }
    }
}
