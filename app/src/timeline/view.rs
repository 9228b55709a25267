//! The conversation: a stretch of the open channel, newest at the bottom, and where one had stopped reading. However long
//! the channel is, only the lines around what is read are on the page; more come as somebody scrolls, and others go.
//! The list stays at the newest line unless somebody reads further up; then a button leads back down.

use std::time::Duration;

use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;

use super::announcer::Announcer;
use super::line::{line, unfinished};
use super::pointing::{Pointing, answer};
use super::reading::{UnreadAbove, report_seen};
use super::rows::{Row, rows};
use super::states::{Beginning, LoadingLines, NotLoaded};
use super::store::{Goal, Item, ItemKind, TimelineIntent, Window};
use super::undo::Undo;
use crate::channels::store::Load;
use crate::connection::store::Link;
use crate::ids::{ChannelId, ItemId};
use crate::stores::stores;
use crate::ui::direction::isolated;
use crate::ui::hooks::anchor::Anchor;
use crate::ui::hooks::{focus, local_time, scroll};
use crate::ui::icon::{Icon, IconName};
use crate::ui::lines::lines;
use crate::ui::reactive::{dynamic, reactive, show_when};

/// How long older messages wait for the keys of those that are here.
const PATIENCE: Duration = Duration::from_secs(10);

/// The messages of one channel. Made anew when another channel is opened.
#[component]
pub fn Timeline(channel: ChannelId) -> impl IntoView {
    let stores = stores();
    let actions = stores.actions;
    let window = stores.timeline.window(&channel);
    let list = NodeRef::<html::Div>::new();
    let at_bottom = RwSignal::new(true);
    let unread = UnreadAbove::new();
    let pointing = Pointing::new();

    let rows = of(&window, |w| {
        rows(&w.items, w.unread_from.as_ref(), local_time::day_number)
    });
    // Kept apart from the rows, so that a message which arrives is not drawn again.
    let deliveries = of(&window, |w| unfinished(&w.items));
    let load = of(&window, |w| w.load.clone());
    let has_older = of(&window, |w| w.has_older);
    let aim = of(&window, |w| w.aim.clone());
    let newest = of(&window, |w| {
        let newest = w.items.last().filter(|_| !w.has_newer);
        newest.map(|item| item.id.clone())
    });
    let empty = of(&window, |w| {
        let message = |item: &Item| matches!(item.kind, ItemKind::Message(_));
        !w.items.iter().any(message)
    });
    let label = {
        let channel = channel.clone();
        move || {
            let channel = stores.community.channel(&channel);
            channel.map(|c| format!("Messages in {}{}", c.mark(), isolated(&c.name)))
        }
    };

    // Locked messages take one line together: what is above them would be asked for before their keys are here.
    let patience_is_over = StoredValue::new(false);
    let look = {
        let (channel, window) = (channel.clone(), window.clone());
        move || {
            let Some(place) = scroll::place(list) else {
                return;
            };
            let (has_newer, has_older) = window.with_untracked(|w| {
                let waits = w.waits_for_keys() && !patience_is_over.get_value();
                (w.has_newer, w.has_older && !w.loading_older && !waits)
            });
            let at_end = place.at_bottom() && !has_newer;
            at_bottom.set(at_end);
            window.update_untracked(|w| (w.at_end, w.fits) = (at_end, place.fits()));
            if has_older && place.near_top() {
                actions.send(TimelineIntent::LoadOlder(channel.clone()));
            } else if has_newer && place.near_bottom() {
                actions.send(TimelineIntent::LoadNewer(channel.clone()));
            }
            unread.look(&window, list);
        }
    };
    // What is above could not be asked for while the relay was away, or the log on its way.
    let ready = Memo::new(move |_| {
        let online = matches!(stores.connection.link.get(), Link::Online);
        (online, stores.security.log_height.get())
    });
    Effect::new({
        let look = look.clone();
        move || {
            ready.track();
            request_animation_frame(look.clone());
        }
    });
    let patience = set_timeout_with_handle(
        {
            let look = look.clone();
            move || {
                patience_is_over.set_value(true);
                look();
            }
        },
        PATIENCE,
    );
    on_cleanup(move || {
        if let Ok(patience) = patience {
            patience.clear();
        }
    });

    // One step in a frame: all of them at once would make it a long one.
    let look_soon = soon(look.clone());
    let look_at_scroll = look_soon.clone();
    // Held right before lines come or go, and put back right after.
    let anchor = StoredValue::new_local(None::<Anchor>);
    let settle = {
        let window = window.clone();
        move || {
            if let Some(Some(anchor)) = anchor.try_update_value(Option::take) {
                scroll::settle(list, &anchor);
            }
            let aim = window.try_update_untracked(|w| w.aim.take()).flatten();
            match aim.map(|aim| aim.goal) {
                Some(Goal::Oldest) => scroll::to_top(list),
                Some(Goal::Newest) => scroll::to_bottom(list),
                Some(Goal::Line(item)) => scroll::to_line(list, item.as_str()),
                None => {}
            }
            look_soon();
        }
    };
    let held_rows = move || {
        let rows = rows.get();
        if !at_bottom.get_untracked() {
            anchor.set_value(Some(scroll::hold(list)));
        }
        rows
    };
    Effect::new({
        let settle = settle.clone();
        move || {
            if aim.with(Option::is_some) {
                queue_microtask(settle.clone());
            }
        }
    });
    Effect::new(move |last: Option<Option<ItemId>>| {
        let now = newest.get();
        let is_mine = |id: &ItemId| deliveries.with_untracked(|all| all.contains_key(id));
        if last.is_some_and(|last| last != now) && now.as_ref().is_some_and(is_mine) {
            request_animation_frame(move || scroll::to_bottom(list));
        }
        now
    });
    report_seen(channel.clone(), newest, at_bottom);

    let key = {
        let channel = channel.clone();
        move |event: KeyboardEvent| {
            // Sliders and choices in a message have keys of their own.
            if focus::is_within(event.target(), "input, select, video") {
                return;
            }
            if pointing.key(&event) {
                return event.prevent_default();
            }
            let intent = match event.key().as_str() {
                "Home" => TimelineIntent::ShowOldest(channel.clone()),
                "End" => TimelineIntent::ShowNewest(channel.clone()),
                _ => return,
            };
            event.prevent_default();
            actions.send(intent);
        }
    };
    let swipe = {
        let (channel, window) = (channel.clone(), window.clone());
        move |event: &leptos::ev::PointerEvent| {
            if let Some(item) = pointing.moved(event) {
                answer(&channel, &window, &item);
            }
        }
    };
    let row_view = {
        let channel = channel.clone();
        move |row: Row| line(&channel, row, deliveries)
    };
    let inner = NodeRef::<html::Div>::new();
    lines(inner, held_rows, Row::key, row_view, settle);
    let older = channel.clone();
    let reload = channel.clone();
    let beginning = channel.clone();
    let to_newest = channel.clone();
    let to_unread = unread.button(channel, window.clone());
    view! {
        <div class="timeline">
            {to_unread}
            <div
                class="timeline-scroll"
                node_ref=list
                role="log"
                // What is new is said by the announcer: lines that come while somebody scrolls are not new.
                aria-live="off"
                aria-label=label
                aria-busy=reactive(move || if load.get() == Load::Loading { "true" } else { "false" })
                tabindex="0"
                data-region="messages"
                on:scroll=move |_| look_at_scroll()
                on:keydown=key
                on:pointerover=move |event| pointing.over(&event)
                on:pointerleave=move |_| pointing.out()
                on:focusin=move |event| pointing.focused(&event)
                on:pointerdown=move |event| pointing.down(&event)
                on:pointermove=move |event| swipe(&event)
                on:pointerup=move |_| { pointing.lift(); }
                on:touchend=move |event| pointing.end(&event)
                on:pointercancel=move |_| { pointing.lift(); }
            >
                <div class="timeline-lines" node_ref=inner>
                    <div class="timeline-head">
                    {dynamic(move || match load.get() {
                        Load::Loading => Some(view! { <LoadingLines/> }.into_any()),
                        Load::Failed(text) => Some(view! { <NotLoaded text=text channel=reload.clone()/> }.into_any()),
                        Load::Loaded if has_older.get() => {
                            let channel = older.clone();
                            Some(view! {
                                <button type="button" class="older quiet" on:click=move |_| actions.send(TimelineIntent::LoadOlder(channel.clone()))>
                                    "Older messages"
                                </button>
                            }.into_any())
                        }
                        Load::Loaded => Some(view! { <Beginning channel=beginning.clone() empty=empty/> }.into_any()),
                    })}
                    </div>
                </div>
            </div>
            <Announcer window=window newest=newest/>
            <Undo/>
            {show_when(move || !at_bottom.get(), move || {
                let channel = to_newest.clone();
                view! {
                    <button type="button" class="jump" on:click=move |_| actions.send(TimelineIntent::ShowNewest(channel.clone()))>
                        <Icon name=IconName::Down/>
                        "Jump to newest"
                    </button>
                }
            })}
        </div>
    }
}

/// The same in the next frame, once, however often it is asked for until then.
fn soon(act: impl Fn() + Clone + 'static) -> impl Fn() + Clone + 'static {
    let waits = StoredValue::new_local(false);
    move || {
        if waits.try_update_value(|it| std::mem::replace(it, true)) == Some(false) {
            let act = act.clone();
            request_animation_frame(move || {
                // Nobody looks at a list that is gone.
                if waits.try_update_value(|it| *it = false).is_some() {
                    act();
                }
            });
        }
    }
}

/// A part of the window, told of when it changes.
fn of<T: Clone + PartialEq + Send + Sync + 'static>(
    window: &ArcRwSignal<Window>,
    part: impl Fn(&Window) -> T + Send + Sync + 'static,
) -> Memo<T> {
    let window = window.clone();
    Memo::new(move |_| window.with(&part))
}
