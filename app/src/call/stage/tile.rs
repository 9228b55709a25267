//! One tile of the call: somebody, with their camera or without, or what they share; and what can be done with it.

use leptos::html;
use leptos::prelude::*;

use super::picture::MovingPicture;
use crate::call::store::Participant;
use crate::call::store::pictures::{PictureId, PictureKind, TileId, pictures};
use crate::stores::stores;
use crate::ui::avatar::Avatar;
use crate::ui::direction::isolated;
use crate::ui::hooks::enlarge;
use crate::ui::icon::{Icon, IconName};
use crate::ui::reactive::{dynamic, reactive, show_when};

/// A tile. Pressing it makes it large.
#[component]
pub(super) fn Tile(
    tile: TileId,
    /// The tile that is large.
    large: Memo<Option<TileId>>,
    /// Everybody in the call.
    people: Memo<Vec<Participant>>,
) -> impl IntoView {
    let call = stores().call;
    let store = pictures();
    let (device, kind) = match &tile {
        TileId::Person(device) => (device.clone(), PictureKind::Camera),
        TileId::Screen(device) => (device.clone(), PictureKind::Screen),
    };
    let is_screen = kind == PictureKind::Screen;
    let person = Memo::new({
        let device = device.clone();
        move |_| people.with(|all| all.iter().find(|it| it.device == device).cloned())
    });
    let is_me = {
        let me = stores().community.me;
        me.with_untracked(|me| me.as_ref().is_some_and(|me| me.device == device))
    };
    let speaking = Memo::new({
        let device = device.clone();
        move |_| {
            let muted = person.with(|it| it.as_ref().is_none_or(|it| it.muted));
            !is_screen && !muted && call.speaking.with(|all| all.contains(&device))
        }
    });
    let id = PictureId { device, kind };
    let has_picture = Memo::new({
        let id = id.clone();
        move |_| store.all.with(|all| all.iter().any(|it| it.id == id))
    });
    let name = Memo::new(move |_| person.get().map(|it| it.name).unwrap_or_default());
    let is_large = Memo::new({
        let tile = tile.clone();
        move |_| large.with(|large| large.as_ref() == Some(&tile))
    });
    let called = Memo::new(move |_| {
        let name = isolated(&name.get());
        match (is_screen, is_me) {
            (true, true) => "Your screen".to_owned(),
            (true, false) => format!("{name}'s screen"),
            (false, true) => "You".to_owned(),
            (false, false) => name,
        }
    });
    let element = NodeRef::<html::Li>::new();
    let video = NodeRef::<html::Video>::new();
    view! {
        <li
            node_ref=element
            class="tile"
            class:large=reactive(move || is_large.get())
            class:screen=is_screen
            class:speaking=reactive(move || speaking.get())
            class:pictured=reactive(move || has_picture.get())
        >
            {dynamic(move || if has_picture.get() {
                view! { <MovingPicture id=id.clone() called=called is_me=is_me video=video/> }.into_any()
            } else {
                person.get().map(|it| view! {
                    <Avatar user=it.user name=it.name speaking=speaking/>
                }).into_any()
            })}
            <div class="tile-name">
                {dynamic(move || if is_screen {
                    view! { <Icon name=IconName::Screen/> }.into_any()
                } else {
                    view! { <Ears person=person/> }.into_any()
                })}
                <span><bdi>{dynamic(move || called.get())}</bdi></span>
                <span class="unseen">{dynamic(move || if speaking.get() { ", speaking" } else { "" })}</span>
            </div>
            <div class="tile-buttons">
                <PinButton tile=tile called=called/>
                {show_when(move || has_picture.get(), move || view! {
                    {enlarge::can_float().then(|| view! {
                        <button
                            type="button"
                            class="icon-button"
                            aria-label=reactive(move || format!("Float {} over other windows", called.get()))
                            title="Float over other windows"
                            on:click=move |_| {
                                if let Some(video) = video.get_untracked() {
                                    enlarge::float(&video);
                                }
                            }
                        >
                            <Icon name=IconName::Float/>
                        </button>
                    })}
                    <button
                        type="button"
                        class="icon-button"
                        aria-label=reactive(move || format!("Fill the screen with {}", called.get()))
                        title="Fill the screen (Esc ends it)"
                        on:click=move |_| {
                            if let Some(element) = element.get_untracked() {
                                enlarge::fill_screen(&element);
                            }
                        }
                    >
                        <Icon name=IconName::Fill/>
                    </button>
                })}
            </div>
        </li>
    }
}

/// Muted or deafened.
#[component]
fn Ears(person: Memo<Option<Participant>>) -> impl IntoView {
    dynamic(move || {
        let it = person.get()?;
        let (icon, words) = match (it.deafened, it.muted) {
            (true, _) => (IconName::HearOff, "Deafened, "),
            (false, true) => (IconName::MicOff, "Muted, "),
            (false, false) => return None,
        };
        Some(view! { <Icon name=icon/><span class="unseen">{words}</span> })
    })
}

#[component]
fn PinButton(tile: TileId, called: Memo<String>) -> impl IntoView {
    let store = pictures();
    let is_pinned = Memo::new({
        let tile = tile.clone();
        move |_| store.pinned.with(|pinned| pinned.as_ref() == Some(&tile))
    });
    let label = move || {
        if is_pinned.get() {
            format!("Let go of {}", called.get())
        } else {
            format!("Pin {}", called.get())
        }
    };
    let press = move |_| {
        let pinned = (!is_pinned.get_untracked()).then(|| tile.clone());
        store.pinned.set(pinned);
    };
    view! {
        <button
            type="button"
            class="icon-button"
            class:pressed=reactive(move || is_pinned.get())
            aria-label=label
            title=label
            on:click=press
        >
            <Icon name=IconName::Pin/>
        </button>
    }
}
