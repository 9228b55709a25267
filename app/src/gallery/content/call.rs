//! A call.

use leptos::prelude::*;
use litemap::LiteMap;

use crate::call::store::{AudioDevice, CallState, MyCall, Participant, Path, Peer, PeerState};
use crate::ids::ChannelId;
use crate::stores::Stores;
use crate::ui::hooks::local_time;

/// A call with three people, and one in another channel.
pub fn call(stores: Stores) {
    let c = stores.call;
    let person = |id: &str, name: &str, muted, deafened| Participant {
        device: format!("{id}-1").into(),
        user: id.into(),
        name: name.into(),
        muted,
        deafened,
        hand: false,
        camera: false,
        screen: false,
    };
    c.rosters.set(LiteMap::from_iter([
        (
            ChannelId::from("lounge"),
            vec![
                person("jonas", "Jonas", false, false),
                person("tove", "Tove", true, false),
                person("mira", "Mira Halden", false, false),
            ],
        ),
        (
            ChannelId::from("rehearsal"),
            vec![person("piet", "piet", true, true)],
        ),
    ]));
    c.speaking.set(vec!["jonas-1".into()]);
    c.mine.set(Some(MyCall {
        channel: "lounge".into(),
        state: CallState::Connected,
        since: local_time::now(),
    }));
    let peer = |path, round_trip_ms| Peer {
        state: PeerState::Connected,
        path: Some(path),
        round_trip_ms: Some(round_trip_ms),
        loss: Some(0.001),
        jitter_ms: Some(3.0),
    };
    c.peers.set(LiteMap::from_iter([
        ("jonas-1".into(), peer(Path::Direct, 24.0)),
        ("tove-1".into(), peer(Path::Relayed, 210.0)),
    ]));
    c.level.set(0.42);
    c.inputs.set(vec![AudioDevice {
        id: "usb".into(),
        label: "USB microphone".into(),
    }]);
}
