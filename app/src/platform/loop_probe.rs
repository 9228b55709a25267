//! How quick the way through a TURN server is, and how much is lost on it: a connection from this browser to itself,
//! both ends by the server, and a few small packets without repeats, as voice has them.

use std::cell::RefCell;
use std::rc::Rc;

use parley_protocol::voice::IceServers;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageEvent, RtcPeerConnection, RtcPeerConnectionIceEvent};

use super::clock::sleep;
use super::listener::Listener;
use super::peer_connection::configuration;
use super::{js, task};

/// Packets, and the time between two: as many as voice sends in a second.
const PACKETS: u32 = 50;
const BETWEEN: u64 = 20;
/// How long the connection may take, in steps of [`STEP`] milliseconds.
const STEP: u64 = 50;
const STEPS: u32 = 160;
/// How long the last packet may take.
const LATE: u64 = 600;

/// To the server and back.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Way {
    /// The middle one of all packets, in milliseconds.
    pub round_trip_ms: f64,
    /// 0 to 1.
    pub loss: f64,
}

/// Sends through these servers. `None`: nothing came through.
pub async fn measure(ice: &IceServers) -> Option<Way> {
    let (one, other) = (End::new(ice)?, End::new(ice)?);
    one.hand_candidates_to(&other);
    other.hand_candidates_to(&one);
    let trips = Rc::new(RefCell::new(Vec::<f64>::new()));
    let arrived = Rc::clone(&trips);
    let listener = Listener::on(other.channel.unchecked_ref(), "message", move |event| {
        let event: &MessageEvent = event.unchecked_ref();
        let sent = event
            .data()
            .as_string()
            .and_then(|text| text.parse::<f64>().ok());
        arrived.borrow_mut().extend(sent.map(|sent| now() - sent));
    });
    describe(&one.connection, &other.connection).await.ok()?;
    if !one.opens().await {
        return None;
    }
    for _ in 0..PACKETS {
        js::call(&one.channel, "send", &[&now().to_string().into()]).ok();
        sleep(BETWEEN).await;
    }
    sleep(LATE).await;
    drop(listener);
    let trips = trips.take();
    way(trips)
}

/// The middle of the trips, and what is missing.
fn way(mut trips: Vec<f64>) -> Option<Way> {
    trips.sort_by(f64::total_cmp);
    let round_trip_ms = *trips.get(trips.len() / 2)?;
    let arrived = u32::try_from(trips.len()).unwrap_or(PACKETS).min(PACKETS);
    Some(Way {
        round_trip_ms,
        loss: f64::from(PACKETS - arrived) / f64::from(PACKETS),
    })
}

struct End {
    connection: RtcPeerConnection,
    channel: JsValue,
    listeners: RefCell<Vec<Listener>>,
}

impl End {
    fn new(ice: &IceServers) -> Option<Self> {
        let configuration = configuration::build(ice, true);
        let connection = RtcPeerConnection::new_with_configuration(&configuration).ok()?;
        let options = js::object(&[
            ("negotiated", &JsValue::TRUE),
            ("id", &JsValue::from(0)),
            ("ordered", &JsValue::FALSE),
            ("maxRetransmits", &JsValue::from(0)),
        ]);
        let channel = js::call(
            &connection,
            "createDataChannel",
            &[&"probe".into(), &options],
        );
        Some(Self {
            channel: channel.ok()?,
            connection,
            listeners: RefCell::default(),
        })
    }

    fn hand_candidates_to(&self, other: &Self) {
        let to = other.connection.clone();
        let listener = Listener::on(&self.connection, "icecandidate", move |event| {
            let event: &RtcPeerConnectionIceEvent = event.unchecked_ref();
            if let Some(candidate) = event.candidate() {
                let to = to.clone();
                task::spawn(async move {
                    // One that comes too early or too late is one less of several.
                    js::call_async(&to, "addIceCandidate", &[&candidate])
                        .await
                        .ok();
                });
            }
        });
        self.listeners.borrow_mut().push(listener);
    }

    async fn opens(&self) -> bool {
        for _ in 0..STEPS {
            if js::text(&self.channel, "readyState") == "open" {
                return true;
            }
            sleep(STEP).await;
        }
        false
    }
}

impl Drop for End {
    fn drop(&mut self) {
        self.connection.close();
    }
}

/// Offer and answer. Gathering begins with the first local description, so the other end knows it before candidates
/// come.
async fn describe(one: &RtcPeerConnection, other: &RtcPeerConnection) -> Result<(), JsValue> {
    for (from, to) in [(one, other), (other, one)] {
        js::call_async(from, "setLocalDescription", &[]).await?;
        let made = js::field(from, "localDescription");
        js::call_async(to, "setRemoteDescription", &[&made]).await?;
    }
    Ok(())
}

/// Milliseconds with their fractions, by a clock that is not set.
fn now() -> f64 {
    let clock = js::field(&js_sys::global(), "performance");
    let now = js::call(&clock, "now", &[]);
    now.ok().and_then(|now| now.as_f64()).unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_counts_and_what_is_missing_is_lost() {
        assert_eq!(way(Vec::new()), None);
        let trips = vec![30.0; 45];
        assert_eq!(
            way(trips),
            Some(Way {
                round_trip_ms: 30.0,
                loss: 0.1
            })
        );
        let mut uneven = vec![20.0; 30];
        uneven.extend([900.0; 20]);
        assert_eq!(way(uneven).expect("some").round_trip_ms, 20.0);
    }
}
