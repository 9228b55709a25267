//! Where people talk: channels on the left, the conversation in the middle, people on the right, the call at the bottom.
//! On a narrow screen the outer two are drawers; on a phone everything one needs is at the bottom.

use leptos::prelude::*;

use super::dialogs::Dialogs;
use super::keys::Keys;
use super::settings::Reminder;
use super::shortcuts;
use super::store::Drawer;
use super::thumb_bar::ThumbBar;
use super::topbar::Topbar;
use super::user_panel::UserPanel;
use crate::alerts::view::Alerts;
use crate::call::stage::call_stage;
use crate::channels::section::Section;
use crate::channels::sidebar::Sidebar;
use crate::channels::store::ChannelKind;
use crate::chunk::chunk;
use crate::composer::store::Desk;
use crate::composer::typing_line::TypingLine;
use crate::composer::view::Composer;
use crate::connection::banner::ConnectionBanner;
use crate::direct::list::ConversationList;
use crate::direct::request_bar::RequestBar;
use crate::direct::ring_cards::RingCards;
use crate::files::parts;
use crate::files::store::{Part, Parts, part};
use crate::people::view::People;
use crate::stores::{Stores, stores};
use crate::timeline::states::LoadingLines;
use crate::timeline::view::Timeline;
use crate::ui::hooks::{focus, keyboard};
use crate::ui::lazy::{Draw, lazy};
use crate::ui::reactive::{dynamic, keyed, reactive, show_when};
use crate::vault::view::VaultLine;
use crate::verification::notices::VerificationNotices;

// The composer does not wait for what draws the messages.
chunk!(timeline: fn lines() -> Draw = lines_view);

fn lines_view() -> Draw {
    || view! { <OpenTimeline/> }.into_any()
}

chunk!(conversation_rest: fn direct_list() -> Draw = direct_list_view);
chunk!(conversation_rest: fn direct_bar() -> Draw = direct_bar_view);
chunk!(timeline: fn above_lines() -> Draw = above_lines_view);
chunk!(timeline: fn keys() -> Draw = keys_view);

fn above_lines_view() -> Draw {
    || view! { <Alerts/> <VaultLine/> <Reminder/> <VerificationNotices/> }.into_any()
}

fn keys_view() -> Draw {
    || view! { <Keys/> <RingCards/> }.into_any()
}

fn direct_list_view() -> Draw {
    || {
        view! {
            <Section title="Direct messages" kind=ChannelKind::Direct>
                <ConversationList/>
            </Section>
        }
        .into_any()
    }
}

fn direct_bar_view() -> Draw {
    || view! { <RequestBar/> }.into_any()
}

/// The messages of the open channel. Each channel has a list of its own: one that was only drawn anew would stand where
/// somebody had scrolled to in the one before.
#[component]
fn OpenTimeline() -> impl IntoView {
    let open = stores().timeline.open;
    let open = Memo::new(move |_| open.get());
    keyed(
        move || vec![open.get()],
        Clone::clone,
        |channel| match channel {
            Some(channel) => view! { <Timeline channel=channel/> }.into_any(),
            None => view! { <div class="timeline"></div> }.into_any(),
        },
    )
}

/// The whole screen of a member.
#[component]
pub fn Conversation() -> impl IntoView {
    let stores = stores();
    keyboard::follow();
    shortcuts::hold_early();
    open_first_channel(stores);
    let drawer = stores.view.drawer;
    move_focus_with(drawer);
    provide_context(Parts(parts::draw));
    let open = Memo::new(move |_| stores.timeline.open.get());
    // A conversation that was open before is known a moment later.
    let here = Memo::new(move |_| {
        let channels = stores.community.channels;
        open.get()
            .filter(|id| channels.with(|all| all.iter().any(|channel| channel.id == *id)))
    });
    let is_direct = Memo::new(move |_| {
        let channel = open.get().and_then(|id| stores.community.channel(&id));
        channel.is_some_and(|channel| channel.kind == ChannelKind::Direct)
    });
    view! {
            <div class="parley" class:wide=reactive(move || !stores.view.people_shown.get())>
                <Sidebar direct=|| lazy(direct_list, || ().into_any())/>
                <main class="conversation" class:on-stage=reactive(move || stores.call.stage_shown.get()) data-region="conversation" tabindex="-1">
                    <Topbar/>
                    <ConnectionBanner/>
                    {lazy(above_lines, || ().into_any())}
                    {lazy(lines, || view! { <div class="timeline"><LoadingLines/></div> }.into_any())}
                    {show_when(move || is_direct.get(), || lazy(direct_bar, || ().into_any()))}
                    {dynamic(move || here.get().map(|channel| view! {
                        <TypingLine/>
                        <Composer desk=Desk::of(channel)/>
                    }))}
                    {part(Part::Host)}
                    {call_stage()}
                </main>
                <People/>
                <UserPanel/>
                <ThumbBar/>
                {show_when(move || drawer.get().is_some(), move || view! {
                    <div class="scrim" on:click=move |_| drawer.set(None)></div>
    })}
            </div>
            <Dialogs/>
            {lazy(keys, || ().into_any())}
        }
}

/// Into a drawer as it opens, and back to where it was as it closes.
fn move_focus_with(drawer: RwSignal<Option<Drawer>>) {
    Effect::new(move |before: Option<Option<focus::Held>>| {
        let held = before.flatten();
        let selector = match drawer.get() {
            Some(Drawer::Channels) => ".sidebar",
            Some(Drawer::People) => ".people",
            None => {
                if let Some(held) = held {
                    held.give_back();
                }
                return None;
            }
        };
        let held = held.unwrap_or_else(focus::Held::now);
        focus::on(selector);
        Some(held)
    });
}

/// A member who has never been here sees the first text channel.
fn open_first_channel(stores: Stores) {
    Effect::new(move || {
        if stores.timeline.open.with(Option::is_none)
            && let Some(first) = stores
                .community
                .of_kind(ChannelKind::Text)
                .into_iter()
                .next()
        {
            stores.open_channel(&first.id);
        }
    });
}
