//! The way to the relay: an access token, and the socket that is opened with it. The token lives here, in memory.
//! What frames from the relay need is a chunk: nobody waits for it to type, and the socket is opened once it is here.

mod show;
mod why;

use std::pin::Pin;

use leptos::prelude::{RwSignal, Set};
use parley_client::Engine;
use parley_client::effect::ConnectFailure;
use parley_client::store::Record;
use parley_protocol::auth::SessionResponse;
use parley_protocol::error::ErrorCode;
use parley_protocol::ids::ChannelId;

pub use self::show::show_hold;
use super::store::{ConnectionIntent, ConnectionStore, Obstacle};
use crate::chunk::chunk;
use crate::driver::port::Port;
use crate::driver::relay;
use crate::platform::clock::Timer;
use crate::platform::http::HttpError;
use crate::platform::socket::{Socket, SocketEvent};
use crate::platform::{clock, task, version};

const SOCKET: &str = "/socket";
/// How long a socket may take to open, in milliseconds. A dead network says nothing for minutes.
const OPENING: u64 = 15_000;
/// A token is renewed so long before its end, in milliseconds.
const MARGIN: u64 = 30_000;

/// Gives a frame to the engine.
pub type ReadFrame = fn(&mut Engine, &str, u64);
/// Gives it what the store has of a channel's past.
pub type TakeItems = fn(&mut Engine, ChannelId, &[Record], u64);

/// What reads messages.
#[derive(Clone, Copy)]
pub struct Reader {
    frame: ReadFrame,
    items: TakeItems,
}

chunk!(frames: fn load() -> Reader = reader);

/// Asks what is in the way of the socket.
type AskWhy = fn() -> Pin<Box<dyn Future<Output = Option<Obstacle>>>>;

chunk!(conversation_rest: fn ask_why() -> AskWhy = asker);

fn asker() -> AskWhy {
    || Box::pin(why::ask())
}

fn reader() -> Reader {
    Reader {
        frame: |engine, text, now| engine.handle_frame(text, now),
        items: |engine, channel, records, now| engine.handle_found_items(channel, records, now),
    }
}

/// Something that the way to the relay reports.
pub enum LinkInput {
    /// A new session, or none, for the connection of this number.
    Session {
        connection: u64,
        answer: Result<SessionResponse, HttpError>,
    },
    /// What reads frames, or that it did not come, for the connection of this number.
    Reader {
        connection: u64,
        reader: Option<Reader>,
    },
    /// From the socket of this number.
    Socket { connection: u64, event: SocketEvent },
    /// What is in the way, as far as something answers.
    Obstacle(Option<Obstacle>),
}

/// Token and socket.
pub struct RelayLink {
    store: ConnectionStore,
    port: Port<LinkInput>,
    /// Set when the page is too old to load what it needs.
    outdated: RwSignal<bool>,
    token: Option<Token>,
    reader: Option<Reader>,
    socket: Option<Socket>,
    opening: Option<Timer>,
    /// Counts connections: what an older one reports is not heard any more.
    number: u64,
    /// Sockets in a row that never opened.
    unopened: u32,
    /// For the banner: an attempt after a break does not end it.
    offline_since: Option<f64>,
}

struct Token {
    text: String,
    since: u64,
    good_until: u64,
}

impl Token {
    /// A clock that was set back says nothing of a token.
    fn is_good(&self, now: u64) -> bool {
        (self.since..self.good_until).contains(&now)
    }
}

/// What the engine has to hear of.
pub enum LinkEvent {
    /// The socket is open, with this token.
    Connected(String),
    /// No socket.
    Failed(ConnectFailure),
    Frame(ReadFrame, String),
    /// The socket is closed.
    Disconnected,
}

impl LinkEvent {
    pub fn tell(self, engine: &mut Engine, now: u64) {
        match self {
            Self::Connected(token) => engine.handle_connected(token, now),
            Self::Failed(failure) => engine.handle_connect_failed(failure, now),
            Self::Frame(read, text) => read(engine, &text, now),
            Self::Disconnected => engine.handle_disconnected(now),
        }
    }
}

/// What the banner offers.
pub fn handle_intent(intent: ConnectionIntent, engine: &mut Engine, now: u64) {
    match intent {
        ConnectionIntent::ReconnectNow => engine.handle_online_hint(now),
        ConnectionIntent::WriteAnyway => engine.write_anyway(now),
    }
}

impl RelayLink {
    pub fn new(store: ConnectionStore, outdated: RwSignal<bool>, port: Port<LinkInput>) -> Self {
        Self {
            store,
            port,
            outdated,
            token: None,
            reader: None,
            socket: None,
            opening: None,
            number: 0,
            unopened: 0,
            offline_since: None,
        }
    }

    /// A device is here: what was shown before it counts no more.
    pub fn enter(&mut self) {
        self.offline_since = None;
    }

    /// Takes the token of a new session. Its life is counted by the relay's clock, whatever this one says.
    pub fn set_session(&mut self, session: SessionResponse) {
        let life = session
            .expires_at
            .saturating_sub(session.now)
            .saturating_sub(MARGIN);
        let since = clock::now();
        self.token = Some(Token {
            text: session.access_token,
            since,
            good_until: since.saturating_add(life),
        });
    }

    /// The access token, if it is good for a while.
    pub fn token(&self) -> Option<String> {
        let token = self.token.as_ref()?;
        token.is_good(clock::now()).then(|| token.text.clone())
    }

    /// Begins to connect; the answer comes through the port.
    pub fn connect(&mut self, new_token: bool) -> Option<LinkEvent> {
        self.disconnect();
        self.load_reader();
        let now = clock::now();
        if new_token || !self.token.as_ref().is_some_and(|it| it.is_good(now)) {
            self.token = None;
            let (port, connection) = (self.port.clone(), self.number);
            task::spawn(async move {
                let answer = relay::refresh().await;
                port.put(LinkInput::Session { connection, answer });
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

    pub fn handle(&mut self, input: LinkInput, is_online: bool) -> Option<LinkEvent> {
        match input {
            LinkInput::Session { connection, answer } => self.handle_session(connection, answer),
            LinkInput::Reader { connection, reader } => self.handle_reader(connection, reader),
            LinkInput::Socket { connection, event } => self.handle_socket(connection, event),
            LinkInput::Obstacle(obstacle) => {
                self.store.obstacle.set(obstacle.filter(|_| !is_online));
                None
            }
        }
    }

    /// The relay's answer to the wish for a token.
    fn handle_session(
        &mut self,
        connection: u64,
        answer: Result<SessionResponse, HttpError>,
    ) -> Option<LinkEvent> {
        if connection != self.number {
            return None;
        }
        match answer {
            Ok(session) => {
                self.set_session(session);
                self.open_socket()
            }
            Err(error) => Some(LinkEvent::Failed(failure(&error))),
        }
    }

    /// What reads frames is here, or could not be loaded.
    fn handle_reader(&mut self, connection: u64, reader: Option<Reader>) -> Option<LinkEvent> {
        self.reader = self.reader.or(reader);
        if connection != self.number {
            return None;
        }
        if self.reader.is_none() {
            self.disconnect();
            return Some(LinkEvent::Failed(ConnectFailure::Unreachable));
        }
        self.token.as_ref()?;
        self.open_socket()
    }

    /// What the socket reports.
    fn handle_socket(&mut self, connection: u64, event: SocketEvent) -> Option<LinkEvent> {
        if connection != self.number {
            return None;
        }
        match event {
            SocketEvent::Opened => {
                self.opening = None;
                self.unopened = 0;
                self.token
                    .as_ref()
                    .map(|token| LinkEvent::Connected(token.text.clone()))
            }
            SocketEvent::Frame(text) => self
                .reader
                .map(|reader| LinkEvent::Frame(reader.frame, text)),
            SocketEvent::Closed => {
                if self.opening.is_some() {
                    self.ask_why();
                }
                self.disconnect();
                Some(LinkEvent::Disconnected)
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
        let port = self.port.clone();
        task::spawn(async move {
            let asking = match ask_why().await {
                Ok(ask) => ask().await,
                Err(_) => None,
            };
            port.put(LinkInput::Obstacle(asking));
        });
    }

    /// What takes a channel's past out of the store. Without it, nothing is found.
    pub async fn take_items(&mut self) -> TakeItems {
        if self.reader.is_none() {
            self.reader = load().await.ok();
        }
        let nothing: TakeItems = |engine, _, _, now| engine.handle_no_items(now);
        self.reader.map_or(nothing, |reader| reader.items)
    }

    fn load_reader(&self) {
        if self.reader.is_some() {
            return;
        }
        let (port, connection, outdated) = (self.port.clone(), self.number, self.outdated);
        task::spawn(async move {
            let reader = load().await.ok();
            if reader.is_none() && version::is_outdated().await {
                outdated.set(true);
            }
            port.put(LinkInput::Reader { connection, reader });
        });
    }

    /// Opens the socket, unless what reads its frames is still on its way: then it opens when that is here.
    fn open_socket(&mut self) -> Option<LinkEvent> {
        self.reader?;
        let (port, connection) = (self.port.clone(), self.number);
        let late = port.clone();
        let socket = Socket::open(SOCKET, move |event| {
            port.put(LinkInput::Socket { connection, event });
        });
        let Ok(socket) = socket else {
            return Some(LinkEvent::Failed(ConnectFailure::Unreachable));
        };
        self.socket = Some(socket);
        self.opening = Timer::after(OPENING, move || {
            late.put(LinkInput::Socket {
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
