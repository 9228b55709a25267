//! A titled part of the left column, with a plus for those who may make channels.

use leptos::prelude::*;

use super::store::ChannelKind;
use crate::shell::store::Dialog;
use crate::stores::stores;
use crate::timeline::store::TimelineIntent;
use crate::ui::icon::{Icon, IconName};
use crate::ui::reactive::show_when;

/// Title, plus, and the list below.
#[component]
pub fn Section(
    title: &'static str,
    /// What the plus makes.
    kind: ChannelKind,
    children: Children,
) -> impl IntoView {
    let stores = stores();
    let label = match kind {
        ChannelKind::Text => "Make a text channel",
        ChannelKind::Voice => "Make a voice channel",
        ChannelKind::Direct => "New conversation",
    };
    view! {
            <section class="channel-section">
                <header>
                    <h3>{title}</h3>
                    {(kind == ChannelKind::Text).then(|| show_when(move || stores.community.has_unread(), move || view! {
                        <button
                            type="button"
                            class="icon-button small"
                            aria-label="Mark all as read"
                            title="Mark all as read (Shift+Esc)"
                            on:click=move |_| stores.actions.send(TimelineIntent::MarkRead(None))
                        >
                            <Icon name=IconName::Check/>
                        </button>
    }))}
                    {show_when(move || kind == ChannelKind::Direct || stores.community.powers.get().manage_channels, move || view! {
                        <button
                            type="button"
                            class="icon-button small"
                            aria-label=label
                            title=label
                            on:click=move |_| stores.view.dialog.set(Some(match kind {
                                ChannelKind::Text | ChannelKind::Voice => Dialog::NewChannel(kind),
                                ChannelKind::Direct => Dialog::NewConversation,
                            }))
                        >
                            <Icon name=IconName::Plus/>
                        </button>
    })}
                </header>
                {children()}
            </section>
        }
}
