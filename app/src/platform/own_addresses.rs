//! By which addresses this browser would be reached in a call: those that it would tell the others.

use std::cell::RefCell;
use std::rc::Rc;

use parley_protocol::voice::IceServers;
use wasm_bindgen::JsCast;
use web_sys::{RtcPeerConnection, RtcPeerConnectionIceEvent};

use super::clock::sleep;
use super::js;
use super::listener::Listener;
use super::peer_connection::configuration;

/// How long gathering may take, in steps of [`STEP`] milliseconds.
const STEP: u64 = 50;
const STEPS: u32 = 100;

/// An address, and where it is from: `host`, `srflx` or `relay`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnAddress {
    pub address: String,
    pub kind: String,
}

/// Gathers them as a call does, with a connection to nobody.
pub async fn gather(ice: &IceServers, relay_only: bool) -> Vec<OwnAddress> {
    let found = Rc::new(RefCell::new(Vec::new()));
    let configuration = configuration::build(ice, relay_only);
    let Ok(connection) = RtcPeerConnection::new_with_configuration(&configuration) else {
        return Vec::new();
    };
    let finding = Rc::clone(&found);
    let listener = Listener::on(&connection, "icecandidate", move |event| {
        let event: &RtcPeerConnectionIceEvent = event.unchecked_ref();
        let line = event.candidate().map(|it| it.candidate());
        finding
            .borrow_mut()
            .extend(line.and_then(|line| read(&line)));
    });
    js::call(&connection, "createDataChannel", &[&"probe".into()]).ok();
    js::call_async(&connection, "setLocalDescription", &[])
        .await
        .ok();
    for _ in 0..STEPS {
        if js::text(&connection, "iceGatheringState") == "complete" {
            break;
        }
        sleep(STEP).await;
    }
    connection.close();
    drop(listener);
    found.take()
}

/// Address and kind of a `candidate:` line (RFC 8839, section 5.1).
fn read(line: &str) -> Option<OwnAddress> {
    let words: Vec<&str> = line.split_ascii_whitespace().collect();
    let [_, _, _, _, address, _, "typ", kind, ..] = words.as_slice() else {
        return None;
    };
    Some(OwnAddress {
        address: (*address).to_owned(),
        kind: (*kind).to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_candidate_names_its_address_and_its_kind() {
        let line =
            "candidate:1 1 udp 1686052607 198.51.100.4 41000 typ srflx raddr 0.0.0.0 rport 0";
        let read = read(line).expect("a candidate");
        assert_eq!(
            (read.address.as_str(), read.kind.as_str()),
            ("198.51.100.4", "srflx")
        );
        assert_eq!(super::read("candidate:1 1 udp"), None);
    }
}
