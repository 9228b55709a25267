//! The call in the place of the conversation: everybody in it with their cameras, what is shared, and what one does
//! about it. Text is one press away, and the call goes on meanwhile.

mod arrangement;
mod controls;
mod picture;
mod preview;
mod tile;
pub(super) mod toggles;

use leptos::prelude::*;

use self::arrangement::{Choice, arrange};
use self::controls::Controls;
use self::preview::CameraPreview;
use self::tile::Tile;
use super::store::pictures::{Layout, TileId, pictures};
use crate::chunk::chunk;
use crate::shell::store::Dialog;
use crate::stores::stores;
use crate::ui::direction::isolated;
use crate::ui::icon::{Icon, IconName};
use crate::ui::lazy::{Draw, lazy};
use crate::ui::reactive::{dynamic, keyed, reactive, show_when};

chunk!(call_stage: fn stage() -> Draw = stage_view);

fn stage_view() -> Draw {
    || view! { <Stage/> }.into_any()
}

/// The call as a column of its own, while it is wanted.
pub fn call_stage() -> AnyView {
    let call = stores().call;
    show_when(
        move || call.stage_shown.get() || call.stage_kept.get(),
        || lazy(stage, || ().into_any()),
    )
}

#[component]
fn Stage() -> impl IntoView {
    let stores = stores();
    let call = stores.call;
    let store = pictures();
    let channel = Memo::new(move |_| {
        call.mine
            .with(|mine| mine.as_ref().map(|c| c.channel.clone()))
    });
    let name = Memo::new(move |_| {
        let named = channel.get().and_then(|id| {
            let channel = stores.community.channel(&id).map(|it| it.name);
            channel.or_else(|| stores.direct.my_ring(&id).map(|it| it.name))
        });
        named.unwrap_or_else(|| "Call".to_owned())
    });
    let people = Memo::new(move |_| channel.get().map(|id| call.roster(&id)).unwrap_or_default());
    let me = Memo::new(move |_| {
        let me = stores.community.me;
        me.with(|me| me.as_ref().map(|me| me.device.clone()))
    });
    follow_speech(me);
    let arranged = Memo::new(move |_| {
        let choice = Choice {
            layout: store.layout.get(),
            pinned: store.pinned.get(),
            spoke: store.spoke.get(),
            me: me.get(),
        };
        people.with(|people| store.all.with(|all| arrange(people, all, &choice)))
    });
    let in_grid = Memo::new(move |_| arranged.with(|it| it.large.is_none()));
    let large = Memo::new(move |_| arranged.with(|it| it.large.clone()));
    let count = Memo::new(move |_| arranged.with(|it| it.all.len()));
    view! {
        <section
            class="stage"
            data-region="stage"
            tabindex="-1"
            aria-label=reactive(move || format!("Call in {}", isolated(&name.get())))
            hidden=reactive(move || !call.stage_shown.get())
        >
            <header class="stage-head">
                <h1 class="topbar-name"><Icon name=IconName::Voice/><bdi>{dynamic(move || name.get())}</bdi></h1>
                <LayoutToggle in_grid=in_grid/>
                <button
                    type="button"
                    class="icon-button"
                    aria-label="People and sound of the call"
                    title="People and sound of the call"
                    on:click=move |_| stores.view.dialog.set(Some(Dialog::Call))
                >
                    <Icon name=IconName::Settings/>
                </button>
                <button
                    type="button"
                    class="stage-back quiet"
                    on:click=move |_| call.stage_shown.set(false)
                >
                    <Icon name=IconName::Hash/>
                    "Back to text"
                </button>
            </header>
            <div class="stage-room">
                <ul
                    class="stage-tiles"
                    class:with-large=reactive(move || !in_grid.get())
                    data-count=reactive(move || count.get().to_string())
                    aria-label="Everybody in the call"
                >
                    {keyed(move || arranged.with(|it| it.all.clone()), Clone::clone, move |tile: TileId| view! {
                        <Tile tile=tile large=large people=people/>
                    })}
                </ul>
            </div>
            {show_when(move || people.with(|all| all.len() < 2), || view! {
                <p class="stage-alone">"Nobody else is here yet. They see and hear you as soon as they join."</p>
            })}
            <Controls/>
            {show_when(move || store.preview.get(), || view! { <CameraPreview/> })}
        </section>
    }
}

#[component]
fn LayoutToggle(in_grid: Memo<bool>) -> impl IntoView {
    let store = pictures();
    let label = move || {
        if in_grid.get() {
            "Speaker view"
        } else {
            "Grid view"
        }
    };
    let press = move |_| {
        let layout = if in_grid.get_untracked() {
            Layout::Speaker
        } else {
            Layout::Grid
        };
        store.pinned.set(None);
        store.layout.set(Some(layout));
    };
    view! {
        <button type="button" class="icon-button" aria-label=label title=label on:click=press>
            {dynamic(move || view! { <Icon name=if in_grid.get() { IconName::Speaker } else { IconName::Grid }/> })}
        </button>
    }
}

/// Remembers who of the others spoke last.
fn follow_speech(me: Memo<Option<crate::ids::DeviceId>>) {
    let call = stores().call;
    let store = pictures();
    Effect::new(move || {
        let speaking = call.speaking.get();
        let others =
            |device: &&crate::ids::DeviceId| me.with_untracked(|me| me.as_ref() != Some(*device));
        let still = store.spoke.get_untracked();
        if still.is_some_and(|device| speaking.contains(&device)) {
            return;
        }
        if let Some(device) = speaking.iter().find(others) {
            store.spoke.set(Some(device.clone()));
        }
    });
}
