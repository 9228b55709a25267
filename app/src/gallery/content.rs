//! The example community. All names are made up.

mod call;
mod conversation;
pub mod files;
mod own;

use leptos::prelude::*;

pub use self::call::call;
pub use self::conversation::{message, messages, older};
use self::own::own;
use crate::channels::store::{Channel, ChannelKind, Load, Me, Powers};
use crate::people::store::{Member, Presence, Status};
use crate::stores::Stores;

const MINUTE: f64 = 60_000.0;

const PEOPLE: &[(&str, &str, Presence)] = &[
    ("mira", "Mira Halden", Presence::Online),
    ("jonas", "Jonas", Presence::Online),
    ("tove", "Tove", Presence::Away),
    ("iris", "Iris Okafor", Presence::DoNotDisturb),
    ("piet", "piet", Presence::Online),
    ("sol", "Sol Marchetti", Presence::Offline),
    ("wren", "Wren", Presence::Offline),
    ("kaito", "Kaito", Presence::Offline),
];

/// What somebody of these says of themselves.
fn said(id: &str) -> Option<Status> {
    let (emoji, text) = match id {
        "jonas" => ("🎸", "at rehearsal until nine"),
        "iris" => ("", "writing, slow to answer"),
        "sol" => ("🌴", "back on Monday"),
        _ => return None,
    };
    Some(Status {
        emoji: emoji.into(),
        text: text.into(),
        ends: None,
    })
}

/// Channels, members, powers, figures.
pub fn community(stores: Stores) {
    let c = stores.community;
    c.name.set("Hearth".into());
    c.me.set(Some(Me {
        id: "mira".into(),
        name: "Mira Halden".into(),
        login: "Mira Halden".into(),
        device: "mira-1".into(),
    }));
    c.load.set(Load::Loaded);
    c.powers.set(Powers {
        invite: true,
        manage_channels: true,
        remove_members: true,
        manage_roles: true,
        administer: true,
        call_everyone: true,
    });
    let channel = |name: &str, kind, topic: &str, unread, mentions_me| Channel {
        id: name.to_lowercase().as_str().into(),
        name: name.into(),
        kind,
        topic: topic.into(),
        expires_after: None,
        unread,
        mentions_me,
        writable: true,
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
                status: said(id),
                removable: *id != "mira",
                readmittable: *id != "mira",
            })
            .collect(),
    );
    own(stores);
    stores.session.installable.set(true);
}
