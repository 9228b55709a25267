//! How the parts are drawn that other features show: the way into the chunk of files.

use leptos::prelude::*;

use super::attach::AttachButton;
use super::drop::DropPlace;
use super::lightbox::Lightbox;
use super::of_message::FilesOfMessage;
use super::recorder::{RecordButton, Spoken};
use super::store::{Brought, FilesIntent, Part};
use super::tray::Tray;
use crate::chunk::chunk;
use crate::composer::store::{Desk, Mode};
use crate::ids::ChannelId;
use crate::stores::{Stores, stores};
use crate::ui::hooks::blob::Blob;
use crate::ui::lazy::{Draw, lazy, lazy_of};
use crate::ui::reactive::show_when;

/// Draws a part.
type DrawPart = fn(Part) -> AnyView;

chunk!(files: fn files() -> DrawPart = files_view);
chunk!(lightbox: fn lightbox() -> Draw = lightbox_view);
chunk!(recorder: fn recorder() -> RecordIn = recorder_view);

type RecordIn = fn(Desk) -> AnyView;

fn files_view() -> DrawPart {
    |part| match part {
        Part::Attach(place) => view! { <AttachButton on_files=attach(place)/> }.into_any(),
        Part::Tray(place) => view! { <Tray place=place/> }.into_any(),
        Part::Record(desk) => record(desk),
        Part::Drop(place) => {
            view! { <DropPlace in_thread=true on_files=attach(place)/> }.into_any()
        }
        Part::OfMessage(files) => view! { <FilesOfMessage files=files/> }.into_any(),
        Part::Host => view! { <Host/> }.into_any(),
    }
}

fn lightbox_view() -> Draw {
    || {
        let looking = stores().files.looking.get_untracked();
        looking
            .map(|first| view! { <Lightbox first=first/> })
            .into_any()
    }
}

fn recorder_view() -> RecordIn {
    |desk| {
        let stores = stores();
        let send = Callback::new(move |spoken: Spoken| send_voice(stores, desk.clone(), spoken));
        let problem = Callback::new(move |problem| stores.view.notify_problem(problem));
        let field = stores.composer.field();
        view! { <RecordButton field=field on_spoken=send on_problem=problem/> }.into_any()
    }
}

/// A part, once its program is here. For the shell, which puts it in context.
pub fn draw(part: Part) -> AnyView {
    lazy_of(files, || ().into_any(), move |draw| draw(part.clone()))
}

fn record(desk: Desk) -> AnyView {
    lazy_of(recorder, || ().into_any(), move |draw| draw(desk.clone()))
}

fn attach(place: ChannelId) -> Callback<Vec<Blob>> {
    let actions = stores().actions;
    Callback::new(move |files: Vec<Blob>| {
        let place = place.clone();
        let files = files.into_iter().map(hold).collect();
        actions.send(FilesIntent::Add { place, files });
    })
}

fn hold(blob: Blob) -> Brought {
    Brought(blob.hold())
}

/// What is answered is answered with it.
fn send_voice(stores: Stores, desk: Desk, spoken: Spoken) {
    let Spoken {
        sound,
        seconds,
        waveform,
    } = spoken;
    let is_reply = stores
        .composer
        .mode
        .with_untracked(|mode| matches!(mode, Some(Mode::Reply { .. })));
    let reply_to = if is_reply {
        stores.composer.end().map(Mode::into_item)
    } else {
        None
    };
    stores.actions.send(FilesIntent::SendVoice {
        place: desk.channel,
        sound: hold(sound),
        seconds,
        waveform,
        reply_to,
        thread: desk.thread,
    });
}

/// Once in the page.
#[component]
fn Host() -> impl IntoView {
    let stores = stores();
    let take = Callback::new(move |files: Vec<Blob>| {
        if let Some(place) = stores.timeline.open.get_untracked() {
            let files = files.into_iter().map(hold).collect();
            stores.actions.send(FilesIntent::Add { place, files });
        }
    });
    let looking = stores.files.looking;
    view! {
        <DropPlace in_thread=false on_files=take/>
        {show_when(move || looking.with(Option::is_some), || lazy(lightbox, || ().into_any()))}
    }
}
