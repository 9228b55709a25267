//! What is in the copy: who one is, and every message of every channel that this browser can read.

use parley_client::Engine;
use parley_protocol::Millis;
use parley_protocol::entry::ChannelKind;
use serde::Serialize;

/// A copy of what is one's own.
#[derive(Serialize)]
pub(super) struct Copy {
    /// Of this file's shape.
    pub(super) version: u32,
    /// In milliseconds since 1970.
    pub(super) made_at: Millis,
    pub(super) community: String,
    pub(super) me: Me,
    pub(super) members: Vec<String>,
    pub(super) channels: Vec<Channel>,
}

#[derive(Serialize)]
pub(super) struct Me {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) devices: Vec<String>,
}

#[derive(Serialize)]
pub(super) struct Channel {
    pub(super) name: String,
    pub(super) topic: String,
    /// Older messages are at the relay and were not loaded here.
    pub(super) has_older: bool,
    /// Messages whose keys are not here.
    pub(super) unreadable: u32,
    /// Oldest first.
    pub(super) messages: Vec<Message>,
}

#[derive(Serialize)]
pub(super) struct Message {
    pub(super) id: String,
    /// In milliseconds since 1970, by the author's clock.
    pub(super) at: Millis,
    pub(super) author: String,
    pub(super) is_mine: bool,
    pub(super) text: String,
}

/// Gathers it from what this browser has.
pub(super) fn gather(engine: &Engine, now: Millis) -> Copy {
    let community = engine.community();
    let (user, _) = engine.me();
    let name = |user| {
        let member = community.members().get(user);
        member
            .map(|member| member.display_name().to_owned())
            .unwrap_or_default()
    };
    let members = community.members().values();
    let mut channels: Vec<Channel> = community
        .channels()
        .iter()
        .filter(|(_, channel)| channel.kind == ChannelKind::Text)
        .filter_map(|(id, channel)| {
            let timeline = engine.timeline(id)?;
            let mut unreadable = 0;
            let mut messages = Vec::new();
            for item in timeline.items() {
                let summary = timeline.summary(item, engine.me());
                if summary.deleted.is_some() {
                    continue;
                }
                let Some(text) = summary.says(&item.body) else {
                    unreadable += 1;
                    continue;
                };
                messages.push(Message {
                    id: item.id.to_string(),
                    at: item.at,
                    author: name(&item.user),
                    is_mine: item.user == user,
                    text: text.to_owned(),
                });
            }
            Some(Channel {
                name: channel.details.name.clone(),
                topic: channel.details.topic.clone(),
                has_older: timeline.has_older(),
                unreadable,
                messages,
            })
        })
        .collect();
    channels.sort_by(|one, other| one.name.cmp(&other.name));
    Copy {
        version: 1,
        made_at: now,
        community: community.name().to_owned(),
        me: Me {
            id: user.to_string(),
            name: name(&user),
            devices: community
                .devices_of(&user)
                .map(|(_, device)| device.label.clone())
                .collect(),
        },
        members: members
            .filter(|member| member.is_active())
            .map(|member| member.display_name().to_owned())
            .collect(),
        channels,
    }
}
