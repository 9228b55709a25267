//! Asks STUN and TURN servers whether they answer this browser, as a call would, without a microphone and without
//! another side.

use js_sys::Promise;
use js_sys::futures::JsFuture;
use parley_protocol::voice::IceServers;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{RtcPeerConnection, RtcPeerConnectionIceEvent};

pub use super::peer_connection::is_supported;

use super::clock::Timer;
use super::js;
use super::listener::Listener;
use super::peer_connection::configuration;

/// How long a server may take, in milliseconds. Browsers ask again for nearly as long.
const PATIENCE: u64 = 8_000;

/// Each server by its URL, and whether it answered. All are asked at the same time.
pub async fn try_all(ice: &IceServers) -> Vec<(String, bool)> {
    let urls = ice.stun.iter().chain(&ice.turn);
    let probes: Vec<_> = urls
        .map(|url| (url.clone(), Probe::begin(url, ice)))
        .collect();
    let mut tried = Vec::with_capacity(probes.len());
    for (url, probe) in probes {
        let answered = match probe {
            Some(probe) => probe.end().await,
            None => false,
        };
        tried.push((url, answered));
    }
    tried
}

/// A connection to nobody, which gathers addresses by one server.
struct Probe {
    connection: RtcPeerConnection,
    found: Promise,
    _listener: Listener,
    _timer: Option<Timer>,
}

impl Probe {
    fn begin(url: &str, ice: &IceServers) -> Option<Self> {
        let is_turn = url.starts_with("turn");
        let one = vec![url.to_owned()];
        let (stun, turn) = if is_turn {
            (Vec::new(), one)
        } else {
            (one, Vec::new())
        };
        let ice = IceServers {
            stun,
            turn,
            ..ice.clone()
        };
        let configuration = configuration::build(&ice, is_turn);
        let connection = RtcPeerConnection::new_with_configuration(&configuration).ok()?;
        let mut settle = None;
        let found = Promise::new(&mut |resolve, _| settle = Some(resolve));
        let settle = settle?;
        let (late, wanted) = (settle.clone(), if is_turn { " relay " } else { " srflx " });
        let listener = Listener::on(&connection, "icecandidate", move |event| {
            let event: RtcPeerConnectionIceEvent = event.unchecked_into();
            let answer = match event.candidate() {
                Some(candidate) if candidate.candidate().contains(wanted) => true,
                Some(_) => return,
                // Nothing more comes. Without another address than its own, a browser says nothing of STUN.
                None => false,
            };
            settle.call1(&JsValue::UNDEFINED, &answer.into()).ok();
        });
        let timer = Timer::after(PATIENCE, move || {
            late.call1(&JsValue::UNDEFINED, &false.into()).ok();
        });
        js::call(&connection, "createDataChannel", &[&"probe".into()]).ok()?;
        js::call(&connection, "setLocalDescription", &[]).ok()?;
        Some(Self {
            connection,
            found,
            _listener: listener,
            _timer: timer,
        })
    }

    async fn end(self) -> bool {
        let found = JsFuture::from(self.found.clone()).await;
        self.connection.close();
        found.is_ok_and(|answer| answer.is_truthy())
    }
}
