//! The inside of the picker: a search field, the groups, the emoji of one group, and the tones of skin. Arrows walk
//! through the emoji, Enter takes one, Escape closes.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use super::table::{Found, TONES, group, groups, name_of, of_community, search};
use super::{Custom, Picking, picture};
use crate::ui::hooks::focus;
use crate::ui::reactive::{dynamic, reactive};

/// More would not be looked at.
const FOUND: usize = 80;
/// Emoji in a row; the style has as many.
const COLUMNS: usize = 8;
const RECENT: &str = "Recent";
const COMMUNITY: &str = "This community";

#[component]
pub(super) fn Panel() -> impl IntoView {
    let Picking {
        recent,
        tone,
        on_pick,
        on_close,
        custom,
        on_add,
        ..
    } = expect_context::<Picking>();
    let typed = RwSignal::new(String::new());
    let first = if recent.with_untracked(Vec::is_empty) {
        groups().next().unwrap_or_default()
    } else {
        RECENT
    };
    let open = RwSignal::new(first);
    // As it was when the picker opened, so that nothing moves under a finger.
    let recent = recent.get_untracked();
    let has_recent = !recent.is_empty();
    let has_community = on_add.is_some() || custom.with_untracked(|all| !all.is_empty());
    let shown = Memo::new(move |_| {
        let typed = typed.get();
        if !typed.trim().is_empty() {
            return custom.with(|custom| search(&typed, tone.get(), FOUND, custom));
        }
        match open.get() {
            RECENT => custom.with(|custom| {
                let all = recent.iter().filter_map(|emoji| known(emoji, custom));
                all.collect()
            }),
            COMMUNITY => custom.with(|custom| of_community(custom)),
            name => group(name, tone.get()),
        }
    });
    let title = move || {
        let is_searching = typed.with(|typed| !typed.trim().is_empty());
        if is_searching { "Found" } else { open.get() }
    };
    let key = move |event: KeyboardEvent| {
        let count = shown.with_untracked(Vec::len);
        match event.key().as_str() {
            "Escape" => on_close.run(()),
            "ArrowDown" if count > 0 => focus::at_once("#emoji-0"),
            "Enter" => {
                if let Some(first) = shown.with_untracked(|all| all.first().cloned()) {
                    on_pick.run(first.emoji);
                }
            }
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    focus::on("#emoji-search");
    let outside = window_event_listener(leptos::ev::pointerdown, move |event| {
        if !focus::is_within(event.target(), ".emoji-picker, [aria-haspopup=dialog]") {
            on_close.run(());
        }
    });
    on_cleanup(move || outside.remove());
    view! {
        <div class="emoji-head">
            <input
                id="emoji-search"
                type="text"
                role="searchbox"
                aria-label="Search emoji"
                placeholder="Search emoji"
                autocomplete="off"
                spellcheck="false"
                prop:value=reactive(move || typed.get())
                on:input=move |event| typed.set(event_target_value(&event))
                on:keydown=key
            />
            <Tones/>
        </div>
        <Groups open=open typed=typed has_recent=has_recent has_community=has_community/>
        <p class="emoji-title" role="status">{reactive(title)}</p>
        {dynamic(move || grid(shown.get(), title()))}
        {dynamic(move || on_add.filter(|_| open.get() == COMMUNITY).map(|add| view! {
            <button type="button" class="text-button emoji-add" on:click=move |_| {
                on_close.run(());
                add.run(());
            }>
                "Add or remove emoji"
            </button>
        }))}
    }
}

/// `None`: the community has it no more.
fn known(emoji: &str, custom: &[Custom]) -> Option<Found> {
    if emoji.starts_with(':') {
        let own = of_community(custom).into_iter();
        return own.into_iter().find(|it| it.emoji == emoji);
    }
    Some(Found {
        emoji: emoji.to_owned(),
        name: name_of(emoji).to_owned(),
        address: None,
    })
}

/// As it is drawn.
fn sign(found: &Found) -> AnyView {
    match &found.address {
        Some(address) => picture(&found.name, address),
        None => found.emoji.clone().into_any(),
    }
}

#[component]
fn Groups(
    open: RwSignal<&'static str>,
    typed: RwSignal<String>,
    has_recent: bool,
    has_community: bool,
) -> impl IntoView {
    let custom = expect_context::<Picking>().custom;
    let recent = has_recent.then_some(RECENT).into_iter();
    let community = has_community.then_some(COMMUNITY);
    let names = recent.chain(community).chain(groups());
    let buttons = names.map(|name| {
        let sign = match name {
            RECENT => "🕘".into_any(),
            COMMUNITY => {
                let own = custom.with_untracked(|custom| of_community(custom));
                own.first().map_or("🏠".into_any(), sign)
            }
            name => group(name, 0).first().map(sign).into_any(),
        };
        let is_open = move || open.get() == name && typed.with(String::is_empty);
        view! {
            <button
                type="button"
                class="emoji"
                aria-label=name
                title=name
                aria-pressed=reactive(move || if is_open() { "true" } else { "false" })
                on:click=move |_| {
                    typed.set(String::new());
                    open.set(name);
                }
            >
                {sign}
            </button>
        }
    });
    let on_close = expect_context::<Picking>().on_close;
    let key = move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            event.prevent_default();
            event.stop_propagation();
            on_close.run(());
        }
    };
    view! { <div class="emoji-groups" role="group" aria-label="Groups" on:keydown=key>{buttons.collect_view()}</div> }
}

#[component]
fn Tones() -> impl IntoView {
    let Picking { tone, on_tone, .. } = expect_context::<Picking>();
    let names = [
        "No tone",
        "Light",
        "Medium light",
        "Medium",
        "Medium dark",
        "Dark",
    ];
    let options = names
        .into_iter()
        .zip(TONES)
        .enumerate()
        .map(|(place, (name, sign))| {
            view! {
                <option value=place.to_string() selected=reactive(move || tone.get() == place)>
                    {format!("👋{sign} {name}")}
                </option>
            }
        });
    view! {
        <select
            class="emoji-tone"
            aria-label="Skin tone"
            on:change=move |event| {
                if let Ok(place) = event_target_value(&event).parse() {
                    on_tone.run(place);
                }
            }
        >
            {options.collect_view()}
        </select>
    }
}

fn grid(shown: Vec<Found>, title: &'static str) -> AnyView {
    let Picking {
        on_pick, on_close, ..
    } = expect_context::<Picking>();
    if shown.is_empty() {
        let says = if title == COMMUNITY {
            "None yet."
        } else {
            "Nothing fits. Try another word."
        };
        return view! { <p class="list-empty">{says}</p> }.into_any();
    }
    let last = shown.len() - 1;
    let key = move |event: KeyboardEvent, at: usize| {
        let next = match event.key().as_str() {
            "ArrowRight" => (at + 1).min(last),
            "ArrowLeft" => at.saturating_sub(1),
            "ArrowDown" => (at + COLUMNS).min(last),
            "ArrowUp" if at < COLUMNS => {
                event.prevent_default();
                return focus::at_once("#emoji-search");
            }
            "ArrowUp" => at - COLUMNS,
            "Home" => 0,
            "End" => last,
            "Escape" => {
                event.prevent_default();
                event.stop_propagation();
                return on_close.run(());
            }
            _ => return,
        };
        event.prevent_default();
        focus::at_once(&format!("#emoji-{next}"));
    };
    let buttons = shown.into_iter().enumerate().map(|(at, found)| {
        let sign = sign(&found);
        let Found { emoji, name, .. } = found;
        let picked = emoji;
        view! {
            <button
                id=format!("emoji-{at}")
                type="button"
                class="emoji"
                tabindex=if at == 0 { "0" } else { "-1" }
                aria-label=name.replace('_', " ")
                title=format!(":{name}:")
                on:click=move |_| on_pick.run(picked.clone())
                on:keydown=move |event| key(event, at)
            >
                {sign}
            </button>
        }
    });
    view! { <div class="emoji-grid" role="group" aria-label=title>{buttons.collect_view()}</div> }
        .into_any()
}
