//! The example community. All names are made up.

use leptos::prelude::*;
use litemap::LiteMap;

use crate::call::store::{AudioDevice, CallState, MyCall, Participant, Path, Peer, PeerState};
use crate::channels::store::{Channel, ChannelKind, Load, Me, Powers};
use crate::ids::ChannelId;
use crate::people::store::{Member, Presence};
use crate::security::store::{
    Device, Entrance, Health, OwnProvider, Passkey, Passkeys, Security, Seen, Stored, Unread, Vault,
};
use crate::stores::Stores;
use crate::timeline::store::{
    Body, Delivery, Event, Failure, Fault, Gap, Item, ItemKind, Message, Unreadable,
};
use crate::ui::hooks::local_time;

const MINUTE: f64 = 60_000.0;

const PEOPLE: &[(&str, &str, Presence)] = &[
    ("mira", "Mira Halden", Presence::Online),
    ("jonas", "Jonas", Presence::Online),
    ("tove", "Tove", Presence::Online),
    ("iris", "Iris Okafor", Presence::Online),
    ("piet", "piet", Presence::Online),
    ("sol", "Sol Marchetti", Presence::Offline),
    ("wren", "Wren", Presence::Offline),
    ("kaito", "Kaito", Presence::Offline),
];

/// Channels, members, powers, figures.
pub fn community(stores: Stores) {
    let c = stores.community;
    c.name.set("Hearth".into());
    c.me.set(Some(Me {
        id: "mira".into(),
        name: "Mira Halden".into(),
        device: "mira-1".into(),
    }));
    c.load.set(Load::Loaded);
    c.powers.set(Powers {
        invite: true,
        manage_channels: true,
        remove_members: true,
    });
    let channel = |name: &str, kind, topic: &str, unread, mentions_me| Channel {
        id: name.to_lowercase().as_str().into(),
        name: name.into(),
        kind,
        topic: topic.into(),
        unread,
        mentions_me,
    };
    c.channels.set(vec![
        channel(
            "general",
            ChannelKind::Text,
            "Everything that has no better place",
            0,
            false,
        ),
        channel("garden", ChannelKind::Text, "", 0, false),
        channel(
            "music-night",
            ChannelKind::Text,
            "Fridays at eight",
            3,
            false,
        ),
        channel("workshop", ChannelKind::Text, "", 12, true),
        channel("Lounge", ChannelKind::Voice, "", 0, false),
        channel("Rehearsal", ChannelKind::Voice, "", 0, false),
        channel("Quiet room", ChannelKind::Voice, "", 0, false),
    ]);
    stores.people.members.set(
        PEOPLE
            .iter()
            .map(|(id, name, presence)| Member {
                id: (*id).into(),
                name: (*name).into(),
                roles: if *id == "tove" {
                    vec!["Host".into()]
                } else {
                    Vec::new()
                },
                owner: *id == "mira",
                presence: *presence,
                removable: *id != "mira",
                readmittable: *id != "mira",
            })
            .collect(),
    );
    own(stores);
    stores.session.installable.set(true);
}

/// One's own devices, recovery key, and the health of encryption.
fn own(stores: Stores) {
    let now = local_time::now();
    let own = stores.security;
    own.figures.set(Security {
        genesis: "8c1f0b6a52d94e7730aa41c6be902d15f3377d10c84be2956ab0ff4120d97e63".into(),
        log_head: "19e4d3b87a60f25cc0318adf4496eb1200b5c7a93f8e16d4725eab903c4df811".into(),
    });
    own.log_height.set(41);
    let device = |id: &str, name: &str, this, ago: f64, network: &str, signed_in| Device {
        id: id.into(),
        name: name.into(),
        fingerprint: "k3Vd 9aQm Xr0L pT5w Yc82 HnZe Bs7J uG1o Ff4i Dq6A tC".into(),
        this,
        seen: Some(Seen {
            at: now - ago * MINUTE,
            network: network.into(),
            signed_in_at: Some(now - 9000.0 * MINUTE).filter(|_| signed_in),
        }),
    };
    own.devices.set(vec![
        device(
            "mira-1",
            "Firefox on Linux",
            true,
            0.0,
            "192.0.2.0/24",
            true,
        ),
        device(
            "mira-2",
            "The old tablet",
            false,
            190.0,
            "2001:db8:41::/48",
            true,
        ),
        device(
            "mira-3",
            "Safari on iPhone",
            false,
            90_000.0,
            "198.51.100.0/24",
            false,
        ),
    ]);
    own.passkeys.set(Some(Passkeys {
        possible: true,
        all: vec![Passkey {
            id: "a".into(),
            name: "Chromium on Linux".into(),
            created_at: 1_790_000_000_000.0,
            last_used_at: Some(1_795_000_000_000.0),
            opens_messages: true,
        }],
    }));
    own.providers.set(vec![
        OwnProvider {
            id: "acme".into(),
            name: "Acme".into(),
            is_linked: true,
        },
        OwnProvider {
            id: "globex".into(),
            name: "Globex".into(),
            is_linked: false,
        },
    ]);
    own.entrance.set(Some(Entrance {
        has_password: true,
        has_recovery_key: false,
        codes_left: None,
    }));
    let unread = |why, count| Unread { why, count };
    own.health.set(Health {
        readable: 1_204,
        unread: vec![
            unread(Unreadable::KeyNotHere, 12),
            unread(Unreadable::BeforeJoined, 31),
        ],
        unsent: 2,
        channels: 4,
        log_entries: 41,
        devices: 3,
        is_held: false,
        is_online: true,
        warnings: 0,
        storage: Some(Stored {
            is_persistent: false,
            used: 18.0e6,
            quota: 61.0e9,
        }),
        vault: Some(Vault {
            exists: true,
            waiting: 0,
            trouble: None,
        }),
        one_time_keys: Some(50),
    });
}

/// A conversation with a bit of everything.
pub fn messages(stores: Stores) {
    let now = local_time::now();
    let said = |id: &str, author: &str, ago: f64, text: &str| {
        message(
            id,
            author,
            now - ago * MINUTE,
            Body::Text(text.into()),
            Delivery::Sent,
        )
    };
    let items = vec![
        event(
            "e1",
            now - 2900.0 * MINUTE,
            Event::CommunityCreated {
                by: "Mira Halden".into(),
            },
        ),
        event(
            "e2",
            now - 2890.0 * MINUTE,
            Event::Joined {
                name: "Jonas".into(),
            },
        ),
        said(
            "1",
            "jonas",
            2880.0,
            "So this is the new place. It even has a door.",
        ),
        said("2", "mira", 2878.0, "And only we have the keys 🔑"),
        said(
            "3",
            "mira",
            2877.0,
            "The relay in the cellar just carries sealed envelopes around. I quite like that picture.",
        ),
        event(
            "e3",
            now - 1500.0 * MINUTE,
            Event::Joined {
                name: "Tove".into(),
            },
        ),
        said(
            "4",
            "tove",
            1440.0,
            "Hello everybody! Is the Friday session still on?",
        ),
        said(
            "5",
            "jonas",
            1436.0,
            "It is. **Eight sharp**, bring the *good* microphone this time.",
        ),
        said(
            "6",
            "tove",
            1434.0,
            "For the set list I wrote a tiny script, tell me what you think:",
        ),
        said(
            "7",
            "tove",
            1434.0,
            "```\nfor song in $(shuf songs.txt | head -12); do\n  echo \"♪ $song\"\ndone\n```",
        ),
        said(
            "8",
            "piet",
            1400.0,
            "> Eight sharp\nlast time that meant twenty past. The `tempo` sheet is at https://parley.example/notes/tempo if anybody wants to practise.",
        ),
        Item {
            id: "gap".into(),
            at: now - 300.0 * MINUTE,
            kind: ItemKind::Gap(Gap {
                author_name: "Iris".to_owned(),
                fault: Fault::Missing(Some(3)),
            }),
        },
        message(
            "9",
            "iris",
            now - 55.0 * MINUTE,
            Body::Unreadable(Unreadable::KeyNotHere),
            Delivery::Sent,
        ),
        said(
            "10",
            "iris",
            54.0,
            "Back from the allotment with far too many courgettes. Please take some, I beg you. They are on the bench by the gate, in the blue crate, next to the watering cans; there is a bag for everyone and nobody has to ask first.",
        ),
        said("11", "jonas", 22.0, "I take four. Soup for the rehearsal?"),
        said("12", "mira", 12.0, "Yes please. I bring bread."),
        message(
            "13",
            "mira",
            now - 3.0 * MINUTE,
            Body::Text("And the big pot.".into()),
            Delivery::Failed(Failure::TooFast),
        ),
        message(
            "14",
            "mira",
            now - 2.0 * MINUTE,
            Body::Text("It holds nine litres.".into()),
            Delivery::Waiting,
        ),
    ];
    let channel: ChannelId = "general".into();
    stores.timeline.set_items(&channel, items);
    stores
        .timeline
        .window(&channel)
        .update(|w| w.unread_from = Some("11".into()));
    for name in ["garden", "music-night", "workshop"] {
        stores.timeline.set_items(&name.into(), Vec::new());
    }
    let locked = (0..15).map(|n| {
        let why = if n < 3 {
            Unreadable::BeforeJoined
        } else {
            Unreadable::KeyNotHere
        };
        message(
            &format!("l{n}"),
            "iris",
            now - f64::from(300 - n) * MINUTE,
            Body::Unreadable(why),
            Delivery::Sent,
        )
    });
    stores
        .timeline
        .set_items(&"workshop".into(), locked.collect());
    let many = (0..60).map(|n| {
        message(
            &format!("g{n}"),
            if n % 5 < 2 { "iris" } else { "piet" },
            now - f64::from(200 - n) * MINUTE,
            Body::Text(format!("Row {n} of the bean count")),
            Delivery::Sent,
        )
    });
    stores.timeline.set_items(&"garden".into(), many.collect());
    stores
        .timeline
        .window(&"garden".into())
        .update(|w| w.has_older = true);
    stores.timeline.open.set(Some(channel.clone()));
    stores
        .composer
        .typing
        .set([(channel, vec!["Tove".into()])].into_iter().collect());
}

/// Older lines, once.
pub fn older(stores: Stores, channel: &ChannelId) {
    let now = local_time::now();
    let lines = (0..40).map(|n| {
        message(
            &format!("o{n}"),
            "piet",
            now - f64::from(400 - n) * MINUTE,
            Body::Text(format!("Older row {n}")),
            Delivery::Sent,
        )
    });
    stores.timeline.prepend(channel, lines.collect(), false);
}

/// A call with three people, and one in another channel.
pub fn call(stores: Stores) {
    let c = stores.call;
    let person = |id: &str, name: &str, muted, deafened| Participant {
        device: format!("{id}-1").into(),
        user: id.into(),
        name: name.into(),
        muted,
        deafened,
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

/// A message of one of the people above.
pub fn message(id: &str, author: &str, at: f64, body: Body, delivery: Delivery) -> Item {
    let author_name = PEOPLE
        .iter()
        .find(|(known, ..)| *known == author)
        .map_or(author, |(_, name, _)| name);
    let message = Message {
        author: author.into(),
        author_name: author_name.into(),
        body,
        delivery,
    };
    Item {
        id: id.into(),
        at,
        kind: ItemKind::Message(message),
    }
}

fn event(id: &str, at: f64, event: Event) -> Item {
    Item {
        id: id.into(),
        at,
        kind: ItemKind::Event(event),
    }
}
