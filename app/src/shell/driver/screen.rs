//! Bringing the screen up to date: from the engine's views to the stores, for what has changed since the last time.

use leptos::prelude::GetUntracked;
use parley_client::Engine;
use parley_protocol::ids::ChannelId;
use parley_protocol::map::IdSet;

use super::later::{Changed, Later};
use crate::call::driver::Call;
use crate::connection::driver::RelayLink;
use crate::driver::convert::channel_id;
use crate::driver::wish::Matter;
use crate::security::driver::Security;
use crate::stores::Stores;
use crate::timeline::driver::Timelines;
use crate::{channels, composer};

/// What the screen does not show yet.
#[derive(Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "a set of matters, each either changed or not"
)]
pub struct Screen {
    connection: bool,
    community: bool,
    voice: bool,
    presence: bool,
    alerts: bool,
    emoji: bool,
    direct: bool,
    timelines: IdSet<ChannelId>,
    typing: IdSet<ChannelId>,
}

/// The parts that remember something about what they show.
pub struct Shown<'a> {
    pub link: &'a mut RelayLink,
    pub timelines: &'a mut Timelines,
    pub call: &'a mut Call,
    pub later: &'a mut Later,
    pub security: &'a mut Security,
}

impl Screen {
    /// Nothing is shown yet.
    pub fn all() -> Self {
        Self {
            connection: true,
            community: true,
            voice: true,
            alerts: true,
            ..Self::default()
        }
    }

    pub fn note(&mut self, matter: Matter) {
        match matter {
            Matter::Connection => self.connection = true,
            Matter::Community | Matter::AccountData => self.community = true,
            Matter::Voice => self.voice = true,
            Matter::Presence => self.presence = true,
            Matter::Alerts => self.alerts = true,
            Matter::Emoji => self.emoji = true,
            Matter::Direct => self.direct = true,
            Matter::Timeline(channel) => {
                self.timelines.insert(channel);
            }
            Matter::Typing(channel) => {
                self.typing.insert(channel);
            }
        }
    }

    /// Shows everything that has changed.
    pub fn show(&mut self, engine: &Engine, stores: Stores, shown: Shown<'_>) {
        let mut changed = std::mem::take(self);
        let Shown {
            link,
            timelines,
            call,
            later,
            security,
        } = shown;
        if changed.connection {
            // What never came is said to be missing, or on its way, as the connection goes.
            let unknown = |channel: &ChannelId| {
                engine
                    .timeline(channel)
                    .is_none_or(|known| !known.is_known())
            };
            changed
                .timelines
                .extend(engine.readable_channels().filter(unknown));
            link.show(engine);
        }
        if changed.community {
            channels::driver::show(engine, stores);
            timelines.refresh(engine);
            security.show(engine);
        } else if changed.connection {
            channels::driver::show_load(engine, stores);
        }
        let of_later = Changed {
            community: changed.community,
            emoji: changed.emoji,
            direct: changed.direct || changed.community || changed.presence,
            people: changed.connection || changed.presence,
            alerts: changed.alerts,
        };
        if of_later.any() {
            later.show(engine, of_later);
        }
        if changed.community || changed.voice || changed.connection {
            later.show_call(call, engine);
        }
        if changed.direct {
            // Somebody may be blocked by now, or not any more.
            let open = stores.timeline.open.get_untracked();
            changed.timelines.extend(open.as_ref().and_then(channel_id));
        }
        let with_log_lines = changed.community.then(|| Timelines::home(engine)).flatten();
        for channel in changed.timelines.iter().chain(with_log_lines) {
            channels::driver::show_unread(engine, stores, channel);
            timelines.show(engine, channel);
        }
        if !changed.timelines.is_empty() {
            link.show_waiting(engine);
        }
        for channel in &changed.typing {
            composer::driver::show_typing(engine, stores, channel);
        }
    }
}
