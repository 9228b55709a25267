//! A picture as large as the page: closer and further away by wheel, fingers, buttons and keys, and on to the next one of
//! the conversation.

mod stage;

use leptos::html;
use leptos::prelude::*;

use self::stage::Stage;
use super::asks::Handle;
use super::figures;
use super::other::SaveButton;
use super::pictures::{Seen, pictures};
use super::sign::{MINUS, NEXT, PREVIOUS, WHOLE, sign};
use super::store::FileId;
use super::zoom::{Point, STEP, Zoom};
use crate::stores::stores;
use crate::ui::hooks::dialog;
use crate::ui::icon::{Icon, IconName};
use crate::ui::reactive::{dynamic, reactive};

/// How far an arrow moves a picture that is close, in CSS pixels.
const NUDGE: f64 = 80.0;

/// The picture that `files.looking` names, and those before and after it.
#[component]
pub fn Lightbox(first: FileId) -> impl IntoView {
    let stores = stores();
    let looking = stores.files.looking;
    let element = NodeRef::<html::Dialog>::new();
    let zoom = RwSignal::new(Zoom::default());
    // As it fits: measured by the stage.
    let room = RwSignal::new(Point::default());
    dialog::open_with_component(element);
    let all = Memo::new({
        let (window, thread) = (stores.timeline.window(&first.place), stores.timeline.thread);
        move |_| {
            let in_thread = thread.with(|open| {
                let open = open.as_ref().filter(|open| open.channel == first.place);
                open.map(|open| pictures(&open.items)).unwrap_or_default()
            });
            let here = window.with(|window| pictures(&window.items));
            let is_in_thread = |seen: &Seen| seen.file.id == first;
            if in_thread.iter().any(is_in_thread) && !here.iter().any(is_in_thread) {
                in_thread
            } else {
                here
            }
        }
    });
    let at = Memo::new(move |_| {
        let id = looking.get()?;
        all.with(|all| all.iter().position(|seen| seen.file.id == id))
    });
    let shown = Memo::new(move |_| {
        let at = at.get()?;
        all.with(|all| all.get(at).cloned())
    });
    let close = move || looking.set(None);
    // What was deleted meanwhile is not shown any longer.
    Effect::new(move |was_there: Option<bool>| {
        let is_there = shown.with(Option::is_some);
        if was_there == Some(true) && !is_there {
            close();
        }
        is_there
    });
    let step = move |forward: bool| {
        let Some(at) = at.get_untracked() else { return };
        let to = if forward {
            Some(at + 1)
        } else {
            at.checked_sub(1)
        };
        let to =
            to.and_then(|to| all.with_untracked(|all| all.get(to).map(|it| it.file.id.clone())));
        if let Some(to) = to {
            zoom.set(Zoom::default());
            looking.set(Some(to));
        }
    };
    let by = move |factor: f64| {
        zoom.update(|zoom| *zoom = zoom.by(factor, Point::default(), room.get_untracked()));
    };
    let nudge = move |x: f64, y: f64| {
        let by = Point::new(x * NUDGE, y * NUDGE);
        zoom.update(|zoom| *zoom = zoom.moved(by, room.get_untracked()));
    };
    let key = move |event: leptos::ev::KeyboardEvent| {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let is_close = zoom.with_untracked(|zoom| zoom.is_close());
        match event.key().as_str() {
            "+" | "=" => by(STEP),
            "-" => by(1.0 / STEP),
            "0" => zoom.set(Zoom::default()),
            "ArrowLeft" if is_close => nudge(1.0, 0.0),
            "ArrowRight" if is_close => nudge(-1.0, 0.0),
            "ArrowUp" if is_close => nudge(0.0, 1.0),
            "ArrowDown" if is_close => nudge(0.0, -1.0),
            "ArrowLeft" | "PageUp" => step(false),
            "ArrowRight" | "PageDown" => step(true),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let jump = move |_| {
        if let Some(seen) = shown.get_untracked() {
            close();
            stores.view.dialog.set(None);
            stores.show_message(&seen.file.id.place, seen.file.id.item.clone());
        }
    };
    let has = move |forward: bool| {
        at.get().is_some_and(|at| {
            let count = all.with(Vec::len);
            if forward { at + 1 < count } else { at > 0 }
        })
    };
    let count = move || {
        at.get()
            .map(|at| format!("{} of {}", at + 1, all.with(Vec::len)))
    };
    let button = |label: &'static str,
                  title: &'static str,
                  path: &'static str,
                  act: Box<dyn Fn()>| {
        view! {
            <button type="button" class="icon-button" aria-label=label title=title on:click=move |_| act()>
                {sign(path)}
            </button>
        }
    };
    view! {
        <dialog
            node_ref=element
            class="lightbox"
            aria-label="Picture"
            on:close=move |_| {
                if dialog::is_shut(element) {
                    close();
                }
            }
            on:keydown=key
        >
            <header class="lightbox-head">
                <div class="lightbox-about">
                    {dynamic(move || shown.get().map(|seen| view! {
                        <p class="file-name" dir="auto">{seen.file.name.to_string()}</p>
                        <p class="file-size"><bdi>{seen.author}</bdi> ", " {figures::size(seen.file.size)}</p>
                    }))}
                </div>
                <p class="lightbox-count" role="status">{dynamic(count)}</p>
                {button("Zoom out", "Zoom out (-)", MINUS, Box::new(move || by(1.0 / STEP)))}
                {button("Show all of it", "Show all of it (0)", WHOLE, Box::new(move || zoom.set(Zoom::default())))}
                <button type="button" class="icon-button" aria-label="Zoom in" title="Zoom in (+)" on:click=move |_| by(STEP)>
                    <Icon name=IconName::Plus/>
                </button>
                {dynamic(move || shown.get().map(|seen| view! { <SaveButton handle=Handle::new(seen.file)/> }))}
                <button type="button" class="icon-button" aria-label="Go to message" title="Go to message" on:click=jump>
                    <Icon name=IconName::Reply/>
                </button>
                <button type="button" class="icon-button" aria-label="Close" title="Close (Esc)" on:click=move |_| close()>
                    <Icon name=IconName::Close/>
                </button>
            </header>
            {dynamic(move || shown.get().map(|seen| view! {
                <Stage
                    handle=Handle::new(seen.file)
                    zoom=zoom
                    room=room
                    on_step=Callback::new(step)
                    on_close=Callback::new(move |()| close())
                />
            }))}
            <button
                type="button"
                class="lightbox-step previous"
                aria-label="Previous picture"
                title="Previous picture (Left)"
                disabled=reactive(move || !has(false))
                on:click=move |_| step(false)
            >
                {sign(PREVIOUS)}
            </button>
            <button
                type="button"
                class="lightbox-step next"
                aria-label="Next picture"
                title="Next picture (Right)"
                disabled=reactive(move || !has(true))
                on:click=move |_| step(true)
            >
                {sign(NEXT)}
            </button>
        </dialog>
    }
}
