//! How far somebody has read: what was on the screen is told, and what was not is led to.

use std::cmp::Ordering;

use leptos::html;
use leptos::prelude::*;

use super::store::{TimelineIntent, Window};
use crate::ids::{ChannelId, ItemId};
use crate::stores::stores;
use crate::ui::hooks::scroll;
use crate::ui::icon::{Icon, IconName};
use crate::ui::reactive::show_when;

/// Says once for each newest line that it was on the screen: the list is at its end and the window has the focus.
pub(super) fn report_seen(
    channel: ChannelId,
    newest: Memo<Option<ItemId>>,
    at_bottom: RwSignal<bool>,
) {
    let stores = stores();
    let actions = stores.actions;
    let call_covers = stores.call.stage_shown;
    let reported = StoredValue::new(None);
    let report = move || {
        let Some(item) = newest.get_untracked() else {
            return;
        };
        let here = at_bottom.get_untracked()
            && !call_covers.get_untracked()
            && document().has_focus().unwrap_or(true);
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
        call_covers.track();
        report();
    });
}

/// Whether what was not read begins above what can be seen, until somebody was there.
#[derive(Clone, Copy)]
pub(super) struct UnreadAbove {
    is_above: RwSignal<bool>,
    was_seen: StoredValue<bool>,
}

impl UnreadAbove {
    pub(super) fn new() -> Self {
        Self {
            is_above: RwSignal::new(false),
            was_seen: StoredValue::new(false),
        }
    }

    /// Looks where the list stands now.
    pub(super) fn look(self, window: &ArcRwSignal<Window>, list: NodeRef<html::Div>) {
        let side = scroll::side(list, ".unread-line");
        if side == Some(Ordering::Equal) {
            self.was_seen.set_value(true);
        }
        let is_above = match side {
            Some(side) => side == Ordering::Less,
            None => window.with_untracked(|w| w.unread_above),
        };
        let is_above = is_above && !self.was_seen.get_value();
        if self.is_above.get_untracked() != is_above {
            self.is_above.set(is_above);
        }
    }

    /// The way there.
    pub(super) fn button(self, channel: ChannelId, window: ArcRwSignal<Window>) -> AnyView {
        let stores = stores();
        show_when(
            move || self.is_above.get(),
            move || {
                let (channel, window) = (channel.clone(), window.clone());
                let go = move |_| {
                    if let Some(item) = window.with_untracked(|w| w.unread_from.clone()) {
                        stores.show_message(&channel, item);
                    }
                };
                view! {
                    <button type="button" class="jump to-unread" on:click=go>
                        <Icon name=IconName::Up/>
                        "Jump to first unread"
                    </button>
                }
            },
        )
    }
}
