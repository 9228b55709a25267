//! Which message somebody means: the one under the mouse or with the focus, or the one that a finger rests on. A long
//! press opens what can be done with it; a swipe to the side answers it.

use std::time::Duration;

use leptos::ev::{FocusEvent, KeyboardEvent, PointerEvent, TouchEvent};
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;

use super::plain;
use super::store::{ItemKind, Panel, Window};
use crate::composer::store::Mode;
use crate::ids::{ChannelId, ItemId};
use crate::stores::stores;
use crate::ui::hooks::line;

/// How long a finger rests until the menu opens. Shorter: it opens while somebody scrolls.
const LONG_PRESS: Duration = Duration::from_millis(450);
/// A finger that moves less rests, in CSS pixels.
const SLACK: i32 = 10;
/// A swipe is at least this long, and at most a third as high.
const SWIPE: i32 = 70;

/// A finger on a message.
struct Touch {
    item: ItemId,
    x: i32,
    y: i32,
    timer: Option<TimeoutHandle>,
}

/// What the list listens to.
#[derive(Clone, Copy)]
pub(super) struct Pointing {
    active: RwSignal<Option<ItemId>>,
    panel: RwSignal<Option<Panel>>,
    touch: StoredValue<Option<Touch>, LocalStorage>,
    /// A finger rested, and is not gone yet.
    held: StoredValue<bool>,
}

impl Pointing {
    pub(super) fn new() -> Self {
        let timeline = stores().timeline;
        timeline.active.set(None);
        timeline.panel.set(None);
        Self {
            active: timeline.active,
            panel: timeline.panel,
            touch: StoredValue::new_local(None),
            held: StoredValue::new(false),
        }
    }

    /// The mouse is over something.
    pub(super) fn over(self, event: &PointerEvent) {
        if event.pointer_type() == "mouse" {
            self.mean(line::of(event));
        }
    }

    /// The mouse has left the list.
    pub(super) fn out(self) {
        self.mean(None);
    }

    pub(super) fn focused(self, event: &FocusEvent) {
        self.mean(line::of(event));
    }

    /// Another message, unless something is open at the one before.
    fn mean(self, item: Option<String>) {
        if self.panel.get_untracked().is_some() {
            return;
        }
        let item = item.map(ItemId::from);
        if self.active.with_untracked(|active| *active != item) {
            self.active.set(item);
        }
    }

    /// A finger comes down.
    pub(super) fn down(self, event: &PointerEvent) {
        self.lift();
        let Some(item) = line::of(event).filter(|_| event.pointer_type() == "touch") else {
            return;
        };
        let item = ItemId::from(item);
        let rested = item.clone();
        self.held.set_value(false);
        let open = move || {
            self.held.set_value(true);
            self.active.set(Some(rested));
            self.panel.set(Some(Panel::Menu));
        };
        self.touch.set_value(Some(Touch {
            item,
            x: event.client_x(),
            y: event.client_y(),
            timer: set_timeout_with_handle(open, LONG_PRESS).ok(),
        }));
    }

    /// A finger moves. The message that was swiped, if one was.
    pub(super) fn moved(self, event: &PointerEvent) -> Option<ItemId> {
        let (x, y) = (event.client_x(), event.client_y());
        let moved = self.touch.with_value(|touch| {
            let touch = touch.as_ref()?;
            Some(((x - touch.x).abs(), (y - touch.y).abs()))
        });
        let (wide, high) = moved?;
        if wide < SLACK && high < SLACK {
            return None;
        }
        if wide < SWIPE && high < SWIPE / 3 {
            self.touch.update_value(|touch| {
                if let Some(timer) = touch.as_mut().and_then(|touch| touch.timer.take()) {
                    timer.clear();
                }
            });
            return None;
        }
        let item = self.lift();
        item.filter(|_| high < wide / 3)
    }

    /// The finger that opened the menu goes: what lies below it now was not meant.
    pub(super) fn end(self, event: &TouchEvent) {
        if self.held.get_value() {
            self.held.set_value(false);
            event.prevent_default();
        }
    }

    /// The finger is gone.
    pub(super) fn lift(self) -> Option<ItemId> {
        let touch = self.touch.try_update_value(Option::take).flatten()?;
        if let Some(timer) = touch.timer {
            timer.clear();
        }
        Some(touch.item)
    }

    /// Arrow keys go from message to message; Enter opens what can be done with one. Whether the key was for that.
    pub(super) fn key(self, event: &KeyboardEvent) -> bool {
        let is_line = line::is_focused();
        match event.key().as_str() {
            "ArrowUp" => line::focus_beside(true),
            "ArrowDown" => line::focus_beside(false),
            "Enter" | "ContextMenu" if is_line => self.panel.set(Some(Panel::Menu)),
            _ => return false,
        }
        true
    }
}

/// Begins an answer to a message in the window.
pub(super) fn answer(channel: &ChannelId, window: &ArcRwSignal<Window>, item: &ItemId) {
    let stores = stores();
    let mode = window.with_untracked(|window| {
        let found = window.items.iter().find(|it| it.id == *item)?;
        let ItemKind::Message(message) = &found.kind else {
            return None;
        };
        let said = plain::words(message);
        let can = message.extras.can.answer;
        can.then(|| Mode::reply(channel, item, &message.author_name, said.as_deref()))
    });
    if let Some(mode) = mode {
        stores.composer.begin(mode);
    }
}
