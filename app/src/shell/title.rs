//! The title in the browser's tab: what is unread, where one is, and in which community.

use leptos::prelude::*;

use crate::channels::store::{Channel, ChannelKind};
use crate::stores::Stores;

/// Keeps the title in step with the stores.
pub fn follow(stores: Stores) {
    let title = Memo::new(move |_| {
        let count = |all: &Vec<Channel>| all.iter().map(|c| c.unread).sum();
        let unread = if stores.people.may_disturb() {
            stores.community.channels.with(count)
        } else {
            0
        };
        let channel = stores
            .timeline
            .open
            .get()
            .and_then(|id| stores.community.channel(&id))
            .map(|c| match c.kind {
                ChannelKind::Text | ChannelKind::Voice => format!("#{}", c.name),
                ChannelKind::Direct => c.name,
            });
        let caller = stores
            .direct
            .ringing
            .with(|it| it.incoming.first().map(|it| it.name.clone()));
        if let Some(name) = caller {
            return format!("{name} is calling");
        }
        written(unread, channel.as_deref(), &stores.community.name.get())
    });
    Effect::new(move || document().set_title(&title.get()));
}

fn written(unread: usize, channel: Option<&str>, community: &str) -> String {
    let place = match (channel, community) {
        (Some(channel), "") => channel.to_owned(),
        (Some(channel), community) => format!("{channel} · {community}"),
        (None, "") => "Parley".into(),
        (None, community) => community.into(),
    };
    if unread == 0 {
        place
    } else {
        format!("({unread}) {place}")
    }
}

#[cfg(test)]
mod tests {
    use super::written;

    #[test]
    fn unread_comes_first() {
        assert_eq!(written(0, None, ""), "Parley");
        assert_eq!(
            written(3, Some("#general"), "Hearth"),
            "(3) #general · Hearth"
        );
    }
}
