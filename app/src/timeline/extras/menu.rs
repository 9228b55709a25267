//! All that can be done with a message, as a menu; and emoji to react with. At the bottom of the screen on a phone.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use super::{About, about};
use crate::composer::store::{ComposerIntent, EmojiChoice, Mode};
use crate::shell::store::{Dialog, ShellIntent};
use crate::stores::Stores;
use crate::timeline::markup;
use crate::timeline::store::{Panel, TimelineIntent};
use crate::ui::emoji::{EmojiPicker, Picking};
use crate::ui::hooks::{focus, location};
use crate::ui::icon::{Icon, IconName};

/// What people react with most.
const QUICK: [&str; 6] = ["👍", "❤️", "😂", "🎉", "😮", "😢"];
#[derive(Clone, Copy, PartialEq, Eq)]
enum Choice {
    React,
    Reply,
    Thread,
    Forward,
    Edit,
    Copy,
    Link,
    Save,
    Pin,
    Delete,
}

impl Choice {
    fn words(self, about: &About) -> (&'static str, IconName) {
        match self {
            Self::React => ("Add a reaction", IconName::React),
            Self::Reply => ("Reply", IconName::Reply),
            Self::Thread if about.extras.thread.is_some() => ("Open thread", IconName::Thread),
            Self::Thread => ("Start a thread", IconName::Thread),
            Self::Forward => ("Forward", IconName::Forward),
            Self::Edit => ("Edit", IconName::Edit),
            Self::Copy => ("Copy text", IconName::Copy),
            Self::Link => ("Copy link to message", IconName::Link),
            Self::Save if about.extras.saved => ("Remove from saved", IconName::Bookmark),
            Self::Save => ("Save for yourself", IconName::Bookmark),
            Self::Pin if about.extras.pinned => ("Unpin", IconName::Pin),
            Self::Pin => ("Pin to this channel", IconName::Pin),
            Self::Delete => ("Delete for everybody", IconName::Remove),
        }
    }

    fn is_offered(self, about: &About) -> bool {
        let can = about.extras.can;
        match self {
            Self::React | Self::Reply => can.answer,
            Self::Thread => can.carry_thread && (can.answer || about.extras.thread.is_some()),
            Self::Edit => can.edit && about.extras.poll.is_none(),
            Self::Forward => about.text.is_some() && about.extras.poll.is_none(),
            Self::Copy => about.text.is_some(),
            Self::Link => true,
            Self::Save => about.extras.saved || about.text.is_some(),
            Self::Pin => can.pin,
            Self::Delete => can.delete,
        }
    }

    fn act(self, about: &About, stores: Stores) {
        let (channel, item) = (about.channel.clone(), about.item.clone());
        match self {
            Self::React => return stores.timeline.panel.set(Some(Panel::Emoji)),
            Self::Reply => stores.composer.begin(Mode::reply(
                &channel,
                &item,
                &about.author_name,
                about.text.as_deref().map(markup::in_words).as_deref(),
            )),
            Self::Thread => stores.open_thread(&channel, &item),
            Self::Forward => stores.view.dialog.set(Some(Dialog::Forward {
                text: about.text.clone().unwrap_or_default(),
                of: (channel, item),
                files: about
                    .extras
                    .files
                    .iter()
                    .map(|it| it.name.to_string())
                    .collect(),
            })),
            Self::Edit => stores
                .composer
                .begin(Mode::edit(&channel, &item, about.text.as_deref())),
            Self::Copy => stores.actions.send(ShellIntent::Copy {
                text: about.text.clone().unwrap_or_default(),
                said: "Text copied",
            }),
            Self::Link => stores.actions.send(ShellIntent::Copy {
                text: location::of_message(channel.as_str(), item.as_str()),
                said: "Link copied",
            }),
            Self::Save => stores.actions.send(TimelineIntent::Save {
                channel,
                item,
                on: !about.extras.saved,
            }),
            Self::Pin => stores.actions.send(TimelineIntent::Pin {
                channel,
                item,
                on: !about.extras.pinned,
            }),
            Self::Delete => stores
                .actions
                .send(TimelineIntent::Delete { channel, item }),
        }
        stores.timeline.panel.set(None);
    }
}

/// The menu. Arrow keys move, Escape closes.
#[component]
pub(super) fn Menu() -> impl IntoView {
    let (about, stores) = about();
    let all = [
        Choice::React,
        Choice::Reply,
        Choice::Thread,
        Choice::Forward,
        Choice::Edit,
        Choice::Copy,
        Choice::Link,
        Choice::Save,
        Choice::Pin,
        Choice::Delete,
    ];
    let offered: Vec<Choice> = all.into_iter().filter(|it| it.is_offered(&about)).collect();
    let count = offered.len();
    let at = StoredValue::new(0_usize);
    let go = move |to: usize| {
        at.set_value(to);
        focus::on(format!(".message-menu [data-place=\"{to}\"]"));
    };
    let key = move |event: KeyboardEvent| {
        let now = at.get_value();
        match event.key().as_str() {
            "ArrowDown" => go((now + 1) % count),
            "ArrowUp" => go((now + count - 1) % count),
            "Home" => go(0),
            "End" => go(count - 1),
            _ => return,
        }
        event.prevent_default();
    };
    let rows = offered.into_iter().enumerate().map(|(place, choice)| {
        let (words, icon) = choice.words(&about);
        let about = about.clone();
        view! {
            <button
                type="button"
                role="menuitem"
                tabindex="-1"
                data-place=place
                class:danger=choice == Choice::Delete
                on:click=move |_| choice.act(&about, stores)
            >
                <Icon name=icon/>
                {words}
            </button>
        }
    });
    let rows = rows.collect_view();
    let quick = about
        .extras
        .can
        .answer
        .then(|| emoji_row(&about, stores, &QUICK));
    Effect::new(move || go(0));
    view! {
        <Panelled class="message-menu">
            {quick}
            <div role="menu" aria-label="What to do with this message" on:keydown=key>{rows}</div>
        </Panelled>
    }
}

/// Emoji to react with.
#[component]
pub(super) fn EmojiPanel() -> impl IntoView {
    let (about, stores) = about();
    let panel = stores.timeline.panel;
    let picking = Picking {
        recent: stores.composer.recent_emoji.into(),
        tone: stores.composer.emoji_tone.into(),
        custom: Signal::derive(move || stores.emoji.pictures()),
        on_add: None,
        on_pick: Callback::new(move |emoji: String| {
            panel.set(None);
            stores
                .actions
                .send(ComposerIntent::Emoji(EmojiChoice::Pick(emoji.clone())));
            stores.actions.send(react(&about, emoji));
        }),
        on_tone: Callback::new(move |tone| {
            stores
                .actions
                .send(ComposerIntent::Emoji(EmojiChoice::Tone(tone)));
        }),
        on_close: Callback::new(move |()| panel.set(None)),
    };
    view! {
        <Panelled class="emoji-panel">
            <EmojiPicker picking=picking/>
        </Panelled>
    }
}

/// Puts an emoji at a message, or takes mine away.
fn react(about: &About, emoji: String) -> TimelineIntent {
    let there = about.extras.reactions.iter().find(|it| it.emoji == emoji);
    TimelineIntent::React {
        channel: about.channel.clone(),
        item: about.item.clone(),
        on: there.is_none_or(|it| !it.mine),
        emoji,
    }
}

fn emoji_row(about: &About, stores: Stores, emoji: &[&'static str]) -> AnyView {
    let one = |emoji: &'static str| {
        let intent = react(about, emoji.to_owned());
        let mine = about
            .extras
            .reactions
            .iter()
            .any(|it| it.emoji == emoji && it.mine);
        let press = move |_| {
            stores.actions.send(intent.clone());
            stores.timeline.panel.set(None);
        };
        let label = format!("React with {emoji}");
        view! {
            <button type="button" aria-label=label aria-pressed=if mine { "true" } else { "false" } on:click=press>
                {emoji}
            </button>
        }
    };
    let all = emoji.iter().map(|emoji| one(emoji)).collect_view();
    view! { <div class="emoji-row" role="group" aria-label="Reactions">{all}</div> }.into_any()
}

/// Over the list, or at the bottom of a phone; a press beside it or Escape closes it.
#[component]
fn Panelled(class: &'static str, children: Children) -> impl IntoView {
    let (_, stores) = about();
    let panel = stores.timeline.panel;
    let held = StoredValue::new_local(Some(focus::Held::now()));
    on_cleanup(move || {
        let held = held.try_update_value(Option::take).flatten();
        let goes_elsewhere = stores.composer.mode.with_untracked(Option::is_some);
        if let Some(held) = held.filter(|_| !goes_elsewhere) {
            held.give_back();
        }
    });
    // Wherever the focus is: a finger may have left it nowhere.
    let listener = window_event_listener(leptos::ev::keydown, move |event| {
        if event.key() == "Escape" {
            panel.set(None);
        }
    });
    on_cleanup(move || listener.remove());
    view! {
        <div class="panel-back" on:click=move |_| panel.set(None)></div>
        <div class=format!("message-panel {class}")>{children()}</div>
    }
}
