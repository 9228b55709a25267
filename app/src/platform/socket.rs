//! One WebSocket that carries text. Closing it is dropping it; after that nothing is reported any more.

use wasm_bindgen::JsCast;
use web_sys::{MessageEvent, WebSocket};

use super::listener::Listener;

/// What the socket reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SocketEvent {
    /// It is open; frames may be sent.
    Opened,
    /// A frame came.
    Frame(String),
    /// It is closed, or never opened. The last event.
    Closed,
}

/// The browser refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the socket is not open")]
pub struct SocketError;

/// An open or opening socket.
pub struct Socket {
    socket: WebSocket,
    _listeners: [Listener; 3],
}

impl Socket {
    /// Starts to connect to a path of the page's own origin.
    pub fn open(
        path: &str,
        report: impl Fn(SocketEvent) + Clone + 'static,
    ) -> Result<Self, SocketError> {
        let location = web_sys::window().ok_or(SocketError)?.location();
        let scheme = if location.protocol().is_ok_and(|p| p == "https:") {
            "wss"
        } else {
            "ws"
        };
        let host = location.host().map_err(|_| SocketError)?;
        let socket =
            WebSocket::new(&format!("{scheme}://{host}{path}")).map_err(|_| SocketError)?;
        let (opened, framed, closed) = (report.clone(), report.clone(), report);
        let listeners = [
            Listener::on(&socket, "open", move |_| opened(SocketEvent::Opened)),
            Listener::on(&socket, "message", move |event| {
                // A binary frame is nothing the relay sends: it is left out.
                if let Some(text) = event.unchecked_ref::<MessageEvent>().data().as_string() {
                    framed(SocketEvent::Frame(text));
                }
            }),
            Listener::on(&socket, "close", move |_| closed(SocketEvent::Closed)),
        ];
        Ok(Self {
            socket,
            _listeners: listeners,
        })
    }

    /// Sends a frame of text.
    pub fn send(&self, frame: &str) -> Result<(), SocketError> {
        self.socket.send_with_str(frame).map_err(|_| SocketError)
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.socket.close().ok();
    }
}
