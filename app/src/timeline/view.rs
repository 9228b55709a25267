//! The conversation: every loaded line of the open channel, newest at the bottom, and where one had stopped reading.
//! The list stays at the newest line unless somebody reads further up; then a button leads back down.

use std::time::Duration;

use leptos::html;
use leptos::prelude::*;
use litemap::LiteMap;

use super::day_line::DayLine;
use super::event_line::EventLine;
use super::gap_line::GapLine;
use super::locked_line::LockedLine;
use super::message::MessageLine;
use super::rows::{Row, RowKind, rows};
use super::states::{Beginning, LoadingLines, NotLoaded};
use super::store::TimelineIntent;
use super::store::{Delivery, Item, ItemKind};
use super::unread_line::UnreadLine;
use crate::channels::store::Load;
use crate::connection::store::Link;
use crate::ids::{ChannelId, ItemId};
use crate::stores::stores;
use crate::ui::direction::isolated;
use crate::ui::hooks::{local_time, scroll};
use crate::ui::icon::{Icon, IconName};
use crate::ui::reactive::{dynamic, keyed, reactive, show_when};

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

    let rows = Memo::new({
        let window = window.clone();
        move |_| window.with(|w| rows(&w.items, w.unread_from.as_ref(), local_time::day_number))
    });
    // Kept apart from the rows, so that a message which arrives is not drawn (and read aloud) again.
    let deliveries = Memo::new({
        let window = window.clone();
        move |_| window.with(|w| unfinished(&w.items))
    });
    let load = Memo::new({
        let window = window.clone();
        move |_| window.with(|w| w.load.clone())
    });
    let has_older = Memo::new({
        let window = window.clone();
        move |_| window.with(|w| w.has_older)
    });
    let newest = Memo::new({
        let window = window.clone();
        move |_| window.with(|w| w.items.last().map(|item| item.id.clone()))
    });
    let empty = Memo::new({
        let window = window.clone();
        move |_| {
            window.with(|w| {
                let message = |item: &Item| matches!(item.kind, ItemKind::Message(_));
                !w.items.iter().any(message)
            })
        }
    });
    let label = {
        let channel = channel.clone();
        move || {
            stores
                .community
                .channel(&channel)
                .map(|c| format!("Messages in #{}", isolated(&c.name)))
        }
    };

    let height = StoredValue::new(0);
    // Locked messages take one line together: what is above them would be asked for before their keys are here.
    let patience_is_over = StoredValue::new(false);
    let look = {
        let channel = channel.clone();
        move || {
            let Some(place) = scroll::place(list) else {
                return;
            };
            height.set_value(scroll::height(list));
            at_bottom.set(place.at_bottom());
            let wanted = window.with_untracked(|w| {
                let waits = w.waits_for_keys() && !patience_is_over.get_value();
                w.has_older && !w.loading_older && !waits
            });
            if wanted && place.near_top() {
                actions.send(TimelineIntent::LoadOlder(channel.clone()));
            }
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
    // After the rows are drawn and before anybody sees them.
    Effect::new({
        let look = look.clone();
        move |last: Option<Option<ItemId>>| {
            rows.track();
            let look = look.clone();
            let now = newest.get_untracked();
            let came = last.is_some_and(|last| last != now);
            let mine = now
                .as_ref()
                .is_some_and(|id| deliveries.with_untracked(|all| all.contains_key(id)));
            request_animation_frame(move || {
                match (came, mine) {
                    (true, true) => scroll::to_bottom(list),
                    (true, false) if !at_bottom.get_untracked() => {
                        scroll::stay(list, height.get_value());
                    }
                    (true | false, _) => {}
                }
                look();
            });
            now
        }
    });
    report_seen(channel.clone(), newest, at_bottom);

    let row_view = {
        let channel = channel.clone();
        move |row: Row| line(&channel, row, deliveries)
    };
    let reload = channel.clone();
    view! {
            <div class="timeline">
                <div
                    class="timeline-scroll"
                    node_ref=list
                    role="log"
                    aria-label=label
                    aria-busy=reactive(move || if load.get() == Load::Loading { "true" } else { "false" })
                    tabindex="0"
                    data-region="messages"
                    on:scroll=move |_| look()
                >
                    <div class="timeline-lines">
                        {dynamic(move || match load.get() {
                            Load::Loading => Some(view! { <LoadingLines/> }.into_any()),
                            Load::Failed(text) => Some(view! { <NotLoaded text=text channel=reload.clone()/> }.into_any()),
                            Load::Loaded if has_older.get() => Some(view! { <p class="older" aria-hidden="true">"Loading older messages…"</p> }.into_any()),
                            Load::Loaded => Some(view! { <Beginning channel=channel.clone() empty=empty/> }.into_any()),
                        })}
                        {keyed(move || rows.get(), Row::key, row_view)}
                    </div>
                </div>
                {show_when(move || !at_bottom.get(), move || view! {
                    <button type="button" class="jump" on:click=move |_| scroll::to_bottom(list)>
                        <Icon name=IconName::Down/>
                        "Jump to newest"
                    </button>
    })}
            </div>
        }
}

/// Says once for each newest line that it was on the screen: the list is at its end and the window has the focus.
fn report_seen(channel: ChannelId, newest: Memo<Option<ItemId>>, at_bottom: RwSignal<bool>) {
    let actions = stores().actions;
    let reported = StoredValue::new(None);
    let report = move || {
        let Some(item) = newest.get_untracked() else {
            return;
        };
        let here = at_bottom.get_untracked() && document().has_focus().unwrap_or(true);
        if here && reported.with_value(|last| last.as_ref() != Some(&item)) {
            reported.set_value(Some(item.clone()));
            actions.send(TimelineIntent::SeenUpTo {
                channel: channel.clone(),
                item,
            });
        }
    };
    let on_focus = report.clone();
    let handle = window_event_listener(leptos::ev::focus, move |_| on_focus());
    on_cleanup(move || handle.remove());
    Effect::new(move || {
        newest.track();
        at_bottom.track();
        report();
    });
}

/// Messages of mine that have not arrived. Few, so looking them up is cheap.
fn unfinished(items: &[Item]) -> LiteMap<ItemId, Delivery> {
    // Not `collect`, which brings a sort of its own into the page.
    let mut unfinished = LiteMap::new();
    for item in items {
        if let ItemKind::Message(message) = &item.kind
            && message.delivery != Delivery::Sent
        {
            unfinished.insert(item.id.clone(), message.delivery.clone());
        }
    }
    unfinished
}

fn line(channel: &ChannelId, row: Row, deliveries: Memo<LiteMap<ItemId, Delivery>>) -> AnyView {
    match row.kind {
        RowKind::Day => view! { <DayLine at=row.at/> }.into_any(),
        RowKind::Unread => view! { <UnreadLine/> }.into_any(),
        RowKind::Gap(gap) => view! { <GapLine gap=gap/> }.into_any(),
        RowKind::Locked(locked) => view! { <LockedLine locked=locked/> }.into_any(),
        RowKind::Event(event) => view! { <EventLine at=row.at event=event/> }.into_any(),
        RowKind::Message {
            author,
            author_name,
            body,
            head,
        } => {
            let id = row.item.clone();
            let delivery = Memo::new(move |_| {
                deliveries
                    .with(|all| all.get(&id).cloned())
                    .unwrap_or(Delivery::Sent)
            });
            view! {
                <MessageLine
                    channel=channel.clone()
                    item=row.item
                    at=row.at
                    author=author
                    author_name=author_name
                    body=body
                    head=head
                    delivery=delivery
                />
            }
            .into_any()
        }
    }
}
