//! A conversation.

use leptos::prelude::*;

use super::{MINUTE, PEOPLE};
use crate::ids::ChannelId;
use crate::stores::Stores;
use crate::timeline::store::{
    Body, Delivery, Event, Failure, Fault, Gap, Item, ItemKind, Message, Unreadable,
};
use crate::ui::hooks::local_time;

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
        extras: crate::timeline::store::Extras::default(),
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
