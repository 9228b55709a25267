//! Bringing the screen up to date: from the engine's views to the stores, for what has changed since the last time.

use std::collections::HashMap;

use leptos::prelude::{GetUntracked, Set, Update};
use litemap::LiteMap;
use parley_client::Engine;
use parley_protocol::ids::ChannelId;

use super::coordinator::Driver;
use super::effects::Changed;
use crate::driver::keeper::{Loaded, Note};
use crate::enrolment::store::Phase;
use crate::ids::ItemId;
use crate::platform::{footprint, persist};
use crate::timeline::driver::log_lines::LogLine;
use crate::timeline::driver::{Window, log_lines};
use crate::{alerts, call, channels, connection, people, security};

/// What the driver must remember about the screen.
#[derive(Default)]
pub struct Shown {
    pub log: Vec<LogLine>,
    pub windows: LiteMap<ChannelId, Window>,
    offline_since: Option<f64>,
}

impl Shown {
    /// A channel comes on the screen: its newest stretch is shown, and the line above what is new stays where it is now.
    pub fn open(&mut self, channel: ChannelId) {
        self.windows.insert(channel, Window::default());
    }

    /// The place in the channel that a line on the screen stands for.
    pub fn place_of(&self, channel: ChannelId, item: &ItemId) -> Option<u64> {
        self.windows.get(&channel)?.place_of(item)
    }
}

impl Driver {
    /// A device is here: the conversation comes on the screen.
    pub fn enter(&mut self, engine: Engine, loaded: &Loaded) {
        self.shown = Shown {
            log: log_lines::read(&loaded.records),
            ..Shown::default()
        };
        self.changed = Changed {
            connection: true,
            community: true,
            voice: true,
            alerts: true,
            ..Changed::default()
        };
        self.engine = Some(engine);
        self.lost = None;
        footprint::leave();
        let hide = self.stores.prefs.hide_address.get_untracked();
        self.with_engine(|engine, now| engine.set_relay_only(hide, now));
        self.restore_drafts(loaded);
        self.restore_voice(loaded);
        self.show();
        let last = loaded.note::<String>(Note::OpenChannel);
        self.stores.composer.typing.update(HashMap::clear);
        if let Some(channel) = self.first_channel(last) {
            self.stores.open_channel_anew(&channel);
        }
        self.stores.session.step.set(None);
        self.stores.session.problem.set(None);
        self.stores.session.phase.set(Phase::Ready);
        let security = self.stores.security.figures;
        crate::platform::task::spawn(async move {
            let kept = persist::ask().await;
            security.update(|security| security.store_persistent = kept);
        });
    }

    /// Shows everything that has changed.
    pub fn show(&mut self) {
        let Some(engine) = &self.engine else { return };
        let mut changed = std::mem::take(&mut self.changed);
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
            connection::driver::show::show(engine, self.stores, &mut self.shown.offline_since);
        }
        if changed.community {
            let since = log_lines::added_at(&self.shown.log, engine.me().1);
            self.stores.timeline.here_since.set(since.map(millis));
            channels::driver::show(engine, self.stores);
            people::driver::show(engine, self.stores);
            security::driver::show(engine, self.stores);
        } else if changed.connection {
            channels::driver::show_load(engine, self.stores);
            people::driver::show(engine, self.stores);
        } else if changed.presence {
            people::driver::show(engine, self.stores);
        }
        if changed.community || changed.voice || changed.connection {
            self.voice.listen(engine);
            call::driver::rosters::show(engine, self.stores, &self.voice);
        }
        if changed.alerts || changed.connection || changed.community {
            connection::driver::show::show_hold(engine, self.stores);
        }
        if changed.alerts {
            alerts::driver::show(engine, self.stores);
        }
        let with_log_lines = changed.community.then(|| log_lines::home(engine)).flatten();
        for channel in changed.timelines.iter().copied().chain(with_log_lines) {
            self.shown.show_timeline(engine, self.stores, channel);
        }
        if !changed.timelines.is_empty() {
            connection::driver::show::show_waiting(engine, self.stores);
        }
        for channel in changed.typing {
            channels::driver::show_typing(engine, self.stores, channel);
        }
    }
}

/// Milliseconds since 1970 as the view has them.
#[expect(
    clippy::cast_precision_loss,
    reason = "times of this age are far below 2^53"
)]
pub fn millis(at: parley_protocol::Millis) -> f64 {
    at as f64
}
