//! A call.

use leptos::prelude::*;
use litemap::LiteMap;

use crate::call::store::figures::{Figures, Moment, Path};
use crate::call::store::moderation::Standing;
use crate::call::store::{AudioDevice, CallState, MyCall, Participant, Peer, PeerState};
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
        standing: Standing::default(),
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
        figures: Figures {
            path: Some(path),
            round_trip_ms: Some(round_trip_ms),
            loss: Some(0.001),
            loss_there: Some(0.0),
            jitter_ms: Some(3.0),
            buffered_ms: Some(28.0),
            incoming: Some(31_600.0),
            outgoing: Some(33_200.0),
            codec: Some("audio/red".into()),
            cipher: Some("DTLS 1.3, AEAD_AES_128_GCM".into()),
        },
        past: (0..140_u32)
            .map(|n| Moment {
                at: local_time::now() - f64::from(n) * 2_000.0,
                round_trip_ms: Some(round_trip_ms + f64::from(n * n % 17)),
                loss: Some(if n % 40 == 7 { 0.06 } else { 0.0 }),
            })
            .rev()
            .collect(),
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
