//! What a screen reader says by itself: messages of others as they come, and nothing else that changes in the list.

use std::time::Duration;

use leptos::prelude::*;

use super::plain;
use super::store::{Item, ItemKind, Window};
use super::text;
use crate::ids::ItemId;
use crate::stores::stores;
use crate::ui::reactive::reactive;

/// What comes within this time is said together.
const TOGETHER: Duration = Duration::from_millis(700);

/// Never seen.
#[component]
pub fn Announcer(window: ArcRwSignal<Window>, newest: Memo<Option<ItemId>>) -> impl IntoView {
    let me = stores().community.me;
    let said = RwSignal::new(String::new());
    let heard = StoredValue::new(Vec::<String>::new());
    Effect::new(move |before: Option<Option<ItemId>>| {
        let now = newest.get();
        if let Some(Some(before)) = before {
            let me = me.with_untracked(|me| me.as_ref().map(|me| me.id.clone()));
            let came = window.with_untracked(|w| {
                let after = w.items.iter().rev().take_while(|item| item.id != before);
                let spoken = after.filter_map(|item| match &item.kind {
                    ItemKind::Message(it) if me.as_ref() != Some(&it.author) => spoken(item),
                    ItemKind::Message(_) | ItemKind::Gap(_) | ItemKind::Event(_) => None,
                });
                // In another stretch of the channel nothing came.
                let is_here = w.items.iter().any(|item| item.id == before);
                spoken.filter(|_| is_here).collect::<Vec<_>>()
            });
            if !came.is_empty() {
                let is_first = heard.with_value(Vec::is_empty);
                heard.update_value(|heard| heard.extend(came.into_iter().rev()));
                if is_first {
                    let say = move || {
                        let all = heard.try_update_value(std::mem::take);
                        let _ = said.try_set(text::announced(&all.unwrap_or_default()));
                    };
                    set_timeout(say, TOGETHER);
                }
            }
        }
        now
    });
    view! { <p class="unseen" role="status">{reactive(move || said.get())}</p> }
}

fn spoken(item: &Item) -> Option<String> {
    let ItemKind::Message(message) = &item.kind else {
        return None;
    };
    let said = plain::words(message)?;
    Some(format!("{}: {said}", message.author_name))
}
