//! Whether the relay can be reached. Never: retry policy, which is the driver's.

use leptos::prelude::*;

/// The socket as a person needs to know it. Times are milliseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Link {
    /// The first attempt since the page opened. Nothing is shown for it.
    Connecting,
    /// Connected and up to date.
    Online,
    /// Not connected. What is written waits.
    Offline {
        /// When it broke.
        since: f64,
        /// When the next attempt is made, if one is planned.
        next_try: Option<f64>,
    },
    /// This device is out for good, and an alert says so.
    Out,
}

/// Why messages wait although the relay is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Names of those who know of changes to the community that are not here. Empty: the relay itself told of them.
    pub by: Vec<String>,
}

/// What a web server in front of the relay does wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// It passes no `WebSocket`.
    NoSockets,
    /// It asks the relay for another host than the page's.
    OtherHost,
    /// It cannot reach the relay.
    NobodyBehind,
    /// Something else answers.
    SomebodyElse,
}

/// The connection as the banner and the security details see it. Drivers write every field.
#[derive(Clone, Copy)]
pub struct ConnectionStore {
    /// State of the socket.
    pub link: RwSignal<Link>,
    /// Messages in the outbox, over all channels.
    pub waiting: RwSignal<usize>,
    /// What is in the way although something answers.
    pub obstacle: RwSignal<Option<Obstacle>>,
    /// Messages wait for changes to the community.
    pub held: RwSignal<Option<Held>>,
}

impl ConnectionStore {
    /// Before the first attempt.
    pub fn new() -> Self {
        Self {
            link: RwSignal::new(Link::Connecting),
            waiting: RwSignal::new(0),
            obstacle: RwSignal::new(None),
            held: RwSignal::new(None),
        }
    }
}

/// What the banner offers.
#[derive(Clone, Debug, PartialEq)]
pub enum ConnectionIntent {
    /// Banner: do not wait for the next attempt.
    ReconnectNow,
    /// Banner: send what waits for changes to the community, without them.
    WriteAnyway,
}
