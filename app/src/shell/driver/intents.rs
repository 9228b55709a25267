//! From what a person asked to who does it.

use leptos::prelude::{GetUntracked, Set, Update, WithUntracked};
use parley_client::engine::SendError;
use parley_protocol::ids::{ChannelId, MessageId};

use super::coordinator::Driver;
use crate::driver::keeper::Note;
use crate::ids;
use crate::platform::{clipboard, clock, location, locks, task};
use crate::stores::{Intent, Stores};
use crate::timeline::store::{Body, Failure, ItemKind};
use crate::timeline::text;

impl Driver {
    pub async fn handle_intent(&mut self, intent: Intent) {
        match intent {
            Intent::CreateCommunity {
                community,
                name,
                password,
            } => {
                self.found(community, name, password.into_inner()).await;
            }
            Intent::Join { name, password } => self.join(name, password.into_inner()).await,
            Intent::SignIn { name, password } => self.sign_in(name, password.into_inner()).await,
            Intent::SignOut => self.sign_out().await,
            Intent::TakeOver => self.boot(locks::Ask::Steal).await,
            Intent::Reload => location::reload(),
            Intent::BeginAnew => self.begin_anew().await,
            Intent::RecoveryKeyKept => self.stores.security.recovery_key.set(None),
            Intent::ReconnectNow => self.with_engine(parley_client::Engine::handle_online_hint),
            Intent::WriteAnyway => self.with_engine(parley_client::Engine::write_anyway),
            Intent::DismissAlert(alert) => self.dismiss_alert(&alert),

            Intent::OpenChannel(channel) => self.open_channel(&channel).await,
            Intent::SeenUpTo { channel, item } => self.seen(&channel, &item),
            Intent::LoadOlder(channel) => self.load_older(&channel),
            Intent::ReloadChannel(channel) => {
                self.changed.timelines.extend(channel_id(&channel));
                self.with_engine(parley_client::Engine::handle_online_hint);
            }
            Intent::SendMessage { channel, text } => self.send_message(&channel, text),
            Intent::RetrySend { channel: _, item } => {
                if let Some(message) = message_id(&item) {
                    self.with_engine(|engine, now| engine.retry(message, now));
                }
            }
            Intent::DiscardFailed { channel, item } => self.discard(&channel, &item),
            Intent::Typing(channel) => {
                if let Some(channel) = channel_id(&channel) {
                    self.with_engine(|engine, now| engine.typing(channel, now));
                }
            }

            Intent::JoinVoice(channel) => self.join_voice(&channel).await,
            Intent::LeaveVoice => self.leave_voice(),
            Intent::SetMuted(muted) => self.set_muted(muted).await,
            Intent::SetDeafened(deafened) => self.set_deafened(deafened).await,
            Intent::SetVolume { user, percent } => self.set_volume(user, percent).await,
            Intent::SetInput(input) => self.set_input(input).await,
            Intent::SetOutput(output) => self.set_output(output).await,
            Intent::WatchAudio(watch) => self.watch_audio(watch),
            Intent::AllowPlayback => self.voice.allow_playback(),

            Intent::MakeInvite { expires_in, uses } => self.make_invite(expires_in, uses),
            Intent::ListInvites => self.changed.community = true,
            Intent::RevokeInvite(invite) => self.revoke_invite(&invite),
            Intent::Copy { text, said } => copy(self.stores, text, said),
            Intent::CreateChannel { name, kind } => self.create_channel(&name, kind),
            Intent::RemoveMember(user) => self.remove_member(&user),

            Intent::InstallApp => {
                self.install.ask();
                self.stores.session.installable.set(false);
            }
            Intent::ApplyUpdate => match &mut self.service_worker {
                Some(worker) => worker.update(),
                None => location::reload(),
            },
        }
    }

    pub async fn open_channel(&mut self, id: &ids::ChannelId) {
        let Some(channel) = channel_id(id) else {
            return;
        };
        self.shown.open(channel);
        self.changed.timelines.insert(channel);
        self.with_engine(|engine, now| engine.watch(Some(channel), true, now));
        if let Some(keeper) = &self.keeper
            && let Err(error) = keeper.keep(Note::OpenChannel, &id.as_str()).await
        {
            self.store_failed(&error);
        }
    }

    fn seen(&mut self, id: &ids::ChannelId, item: &ids::ItemId) {
        let Some(channel) = channel_id(id) else {
            return;
        };
        if let Some(seq) = self.shown.place_of(channel, item) {
            self.with_engine(|engine, now| engine.mark_read(channel, seq, now));
            self.changed.timelines.insert(channel);
        }
    }

    fn load_older(&mut self, id: &ids::ChannelId) {
        let Some(channel) = channel_id(id) else {
            return;
        };
        let Some(engine) = &mut self.engine else {
            return;
        };
        let is_all_shown = self.shown.grow(engine, channel);
        if is_all_shown {
            engine.load_older(channel, clock::now());
        }
        self.changed.timelines.insert(channel);
    }

    fn send_message(&mut self, id: &ids::ChannelId, text: String) {
        let (Some(channel), Some(engine)) = (channel_id(id), &mut self.engine) else {
            return;
        };
        let Err(error) = engine.send_text(channel, text.clone(), clock::now()) else {
            return;
        };
        let words = match error {
            SendError::Empty => return,
            SendError::TooLong { .. } => text::failure(Failure::TooLong),
            SendError::NotPermitted => text::failure(Failure::NotAllowed),
            SendError::OutboxFull => {
                "A lot is waiting to be sent already. Wait for the relay first."
            }
        };
        self.stores.view.notify_problem(words);
        self.give_back(id, text);
    }

    fn discard(&mut self, id: &ids::ChannelId, item: &ids::ItemId) {
        let Some(message) = message_id(item) else {
            return;
        };
        let text = self.stores.timeline.window(id).with_untracked(|window| {
            let found = window.items.iter().find(|shown| shown.id == *item)?;
            match &found.kind {
                ItemKind::Message(message) => match &message.body {
                    Body::Text(text) => Some(text.clone()),
                    Body::Unreadable(_) => None,
                },
                ItemKind::Gap(_) | ItemKind::Event(_) => None,
            }
        });
        self.with_engine(|engine, now| engine.discard(message, now));
        if let Some(text) = text {
            self.give_back(id, text);
        }
    }

    /// Puts a text back into the composer, if nothing else was typed meanwhile.
    fn give_back(&self, id: &ids::ChannelId, text: String) {
        self.stores.composer.drafts.update(|drafts| {
            let draft = drafts.entry(id.clone()).or_default();
            if draft.is_empty() {
                *draft = text;
            }
        });
    }

    fn dismiss_alert(&mut self, alert: &crate::alerts::store::Alert) {
        self.stores
            .alerts
            .all
            .update(|all| all.retain(|shown| shown != alert));
        let behind = self.engine.as_ref();
        let behind = behind.and_then(|engine| crate::alerts::driver::behind(engine, alert));
        if let Some(warning) = behind {
            self.with_engine(|engine, _| engine.dismiss_alert(&warning));
        }
    }

    /// The channel to show first: the one last open here, or the first that carries text.
    pub fn first_channel(&self, last: Option<String>) -> Option<ids::ChannelId> {
        let channels = self.stores.community.channels.get_untracked();
        let text = |id: &ids::ChannelId| {
            channels
                .iter()
                .any(|c| c.id == *id && c.kind == crate::channels::store::ChannelKind::Text)
        };
        let last = last.map(ids::ChannelId::from).filter(text);
        last.or_else(|| channels.iter().map(|channel| channel.id.clone()).find(text))
    }
}

pub fn channel_id(id: &ids::ChannelId) -> Option<ChannelId> {
    id.as_str().parse().ok()
}

fn message_id(id: &ids::ItemId) -> Option<MessageId> {
    id.as_str().parse().ok()
}

fn copy(stores: Stores, text: String, said: &'static str) {
    task::spawn(async move {
        if clipboard::write(&text).await {
            stores.view.notify(said);
        } else {
            stores.view.notify_problem(
                "The browser didn't let Parley copy that. Select it and copy it by hand.",
            );
        }
    });
}
