//! The left column: the community's name, its text channels, its voice channels and who is in them.

use leptos::prelude::*;

use super::header::SidebarHeader;
use super::section::Section;
use super::store::{Channel, ChannelKind, Load};
use super::text_channel::TextChannel;
use super::voice_channel::VoiceChannel;
use crate::call::store::NOT_POSSIBLE;
use crate::shell::store::{Dialog, Drawer};
use crate::stores::stores;
use crate::ui::icon::{Icon, IconName};
use crate::ui::reactive::{dynamic, keyed, show_when};
use crate::ui::skeleton::Length::{self, Middle, Short};
use crate::ui::skeleton::Skeleton;

const LOADING: &[Length] = &[Short, Middle, Middle, Short, Middle];

/// The column of channels. A drawer on a narrow screen.
#[component]
pub fn Sidebar(
    /// Conversations, below the channels.
    direct: fn() -> AnyView,
) -> impl IntoView {
    let stores = stores();
    let community = stores.community;
    let open = move || stores.view.drawer.get() == Some(Drawer::Channels);
    let texts = Memo::new(move |_| community.of_kind(ChannelKind::Text));
    let voices = Memo::new(move |_| community.of_kind(ChannelKind::Voice));
    view! {
            <nav class="sidebar" class:open=open aria-label="Channels" data-region="channels" tabindex="-1">
                <SidebarHeader/>
                <div class="sidebar-lists">
                    {dynamic(move || match community.load.get() {
                        Load::Loading => view! { <Skeleton label="Loading channels" lines=LOADING/> }.into_any(),
                        Load::Failed(text) => view! { <p class="list-problem" role="alert">{text}</p> }.into_any(),
                        Load::Loaded => view! {
                            <button
                                type="button"
                                class="channel"
                                on:click=move |_| stores.view.dialog.set(Some(Dialog::Search))
                            >
                                <Icon name=IconName::Search/>
                                <span class="channel-name">"Find messages"</span>
                            </button>
                            <button
                                type="button"
                                class="channel saved"
                                on:click=move |_| stores.view.dialog.set(Some(Dialog::Saved))
                            >
                                <Icon name=IconName::Bookmark/>
                                <span class="channel-name">"Saved messages"</span>
                            </button>
                            <Section title="Text channels" kind=ChannelKind::Text>
                                <ul class="channel-list">
                                    {keyed(move || texts.get(), as_shown, move |channel| view! {
                                        <TextChannel channel=channel/>
    })}
                                </ul>
                                {show_when(move || texts.with(Vec::is_empty), move || view! {
                                    <p class="list-empty">"No text channels yet."</p>
    })}
                            </Section>
                            {direct()}
                            <Section title="Voice channels" kind=ChannelKind::Voice>
                                <ul class="channel-list">
                                    {keyed(move || voices.get(), as_shown, move |channel| view! {
                                        <VoiceChannel channel=channel/>
    })}
                                </ul>
                                {show_when(move || voices.with(Vec::is_empty), move || view! {
                                    <p class="list-empty">"No voice channels yet."</p>
    })}
                                {show_when(move || !stores.call.is_possible.get(), move || view! {
                                    <p class="list-empty">{NOT_POSSIBLE}</p>
    })}
                            </Section>
                        }.into_any(),
                    })}
                </div>
            </nav>
        }
}

/// A row is drawn again when anything in it changes.
fn as_shown(channel: &Channel) -> (String, String, usize, bool) {
    (
        channel.id.to_string(),
        channel.name.clone(),
        channel.unread,
        channel.mentions_me,
    )
}
