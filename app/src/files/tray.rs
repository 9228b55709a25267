//! What will be sent with the message, above the field: each file with its name and size, what is to be done with a
//! picture, and a way to take it out again.

use std::sync::Arc;

use leptos::prelude::*;

use super::figures;
use super::sign::{FILE, PLAY, sign};
use super::store::{Attachment, AttachmentState, Choices, FilesIntent, Kind};
use crate::ids::ChannelId;
use crate::stores::stores;
use crate::ui::hooks::focus;
use crate::ui::icon::{Icon, IconName};
use crate::ui::reactive::{dynamic, keyed, reactive};

/// Nothing, as long as nothing will be sent.
#[component]
pub fn Tray(place: ChannelId) -> impl IntoView {
    let files = stores().files;
    let items = Memo::new({
        let place = place.clone();
        move |_| files.attached_in(&place)
    });
    let ids = Memo::new(move |_| items.with(|all| all.iter().map(|it| it.id).collect::<Vec<_>>()));
    let is_empty = Memo::new(move |_| ids.with(Vec::is_empty));
    let list = move || {
        let place = place.clone();
        view! {
            <ul class="tray" aria-label="Files to send">
                {keyed(move || ids.get(), |id| *id, move |id| view! { <Line place=place.clone() items=items id=id/> })}
            </ul>
        }
    };
    dynamic(move || (!is_empty.get()).then(&list))
}

#[component]
fn Line(place: ChannelId, items: Memo<Vec<Attachment>>, id: u64) -> impl IntoView {
    let stores = stores();
    let actions = stores.actions;
    let item = Memo::new(move |_| items.with(|all| all.iter().find(|it| it.id == id).cloned()));
    let name = Memo::new(move |_| {
        item.with(|it| {
            it.as_ref()
                .map_or_else(String::new, |it| it.name.to_string())
        })
    });
    let picture = Memo::new(move |_| {
        item.with(|it| it.as_ref().map(|it| (it.picture.clone(), it.kind.clone())))
    });
    let options = Memo::new(move |_| {
        item.with(|it| {
            let it = it.as_ref()?;
            let is_picture = matches!(it.kind, Kind::Image { .. });
            let can = (is_picture && it.can_be_smaller, is_picture);
            (is_picture || it.tells_place).then_some((it.choices, can))
        })
    });
    let remove = {
        let place = place.clone();
        move |_| {
            let place = place.clone();
            actions.send(FilesIntent::Remove { place, id });
            focus::on(stores.composer.field());
        }
    };
    let choose = Callback::new(move |choices: Choices| {
        let place = place.clone();
        actions.send(FilesIntent::Choose { place, id, choices });
    });
    view! {
        <li class="tray-item">
            <span class="tray-picture">
                {dynamic(move || picture.get().map(|(address, kind)| small_picture(address, &kind)))}
            </span>
            <div class="tray-main">
                <p class="file-name" dir="auto">{dynamic(move || name.get())}</p>
                {dynamic(move || item.get().map(|it| state(&it)))}
                {dynamic(move || options.get().map(|(choices, (can_be_smaller, can_be_covered))| view! {
                    <Options choices=choices can_be_smaller=can_be_smaller can_be_covered=can_be_covered choose=choose/>
                }))}
            </div>
            <button
                type="button"
                class="icon-button small"
                aria-label=reactive(move || format!("Remove {}", name.get()))
                title="Remove"
                on:click=remove
            >
                <Icon name=IconName::Close/>
            </button>
        </li>
    }
}

fn small_picture(address: Option<Arc<str>>, kind: &Kind) -> AnyView {
    match (address, kind) {
        (Some(address), _) => {
            view! { <img src=address.to_string() alt="" decoding="async"/> }.into_any()
        }
        (None, Kind::Video { .. } | Kind::Audio { .. } | Kind::Voice { .. }) => sign(PLAY),
        (None, Kind::Image { .. } | Kind::Other) => sign(FILE),
    }
}

fn state(item: &Attachment) -> AnyView {
    let line = match item.state {
        AttachmentState::Preparing => {
            view! { <p class="hint" role="status">"Getting it ready…"</p> }.into_any()
        }
        AttachmentState::Ready => {
            view! { <p class="file-size">{figures::size(item.size)}</p> }.into_any()
        }
        AttachmentState::Failed(why) => {
            view! { <p class="file-problem" role="alert">{why}</p> }.into_any()
        }
    };
    view! {
        {line}
        {item.note.map(|note| view! { <p class="hint">{note}</p> })}
    }
    .into_any()
}

/// What is to be done with a picture or a film.
#[component]
fn Options(
    choices: Choices,
    can_be_smaller: bool,
    can_be_covered: bool,
    choose: Callback<Choices>,
) -> impl IntoView {
    let option = move |label: &'static str, is_on: bool, wanted: Choices| {
        view! {
            <label class="tray-option">
                <input type="checkbox" prop:checked=is_on on:change=move |_| choose.run(wanted)/>
                {label}
            </label>
        }
    };
    let Choices {
        keep_location,
        smaller,
        cover,
    } = choices;
    let location = Choices {
        keep_location: !keep_location,
        ..choices
    };
    let size = Choices {
        smaller: !smaller,
        ..choices
    };
    let covered = Choices {
        cover: !cover,
        ..choices
    };
    view! {
        <div class="tray-options">
            {option("Keep location data", keep_location, location)}
            {can_be_smaller.then(|| option("Make smaller", smaller, size))}
            {can_be_covered.then(|| option("Cover it", cover, covered))}
        </div>
    }
}
