//! What stands around the text of a message: what it answers above, reactions and a poll below, and what can be done
//! with it at its corner. All of it is loaded after the text.

mod bar;
mod below;
mod link_card;
mod menu;
mod poll;
mod quote;
mod reactions;

use leptos::prelude::*;

use super::store::{Extras, Item, ItemKind};
use crate::chunk::chunk;
use crate::ids::{ChannelId, ItemId};
use crate::stores::{Stores, stores};
use crate::ui::lazy::{Draw, lazy};
use crate::ui::reactive::show_when;

/// The message that what is drawn belongs to.
#[derive(Clone)]
pub(super) struct About {
    pub(super) channel: ChannelId,
    pub(super) item: ItemId,
    /// What it says; `None` if that cannot be read.
    pub(super) text: Option<String>,
    pub(super) author_name: String,
    pub(super) extras: Extras,
}

chunk!(conversation_rest: fn above() -> Draw = above_view);
chunk!(conversation_rest: fn below() -> Draw = below_view);
chunk!(conversation_rest: fn bar() -> Draw = bar_view);

fn above_view() -> Draw {
    || view! { <quote::QuoteLine/> }.into_any()
}

fn below_view() -> Draw {
    || view! { <below::Below/> }.into_any()
}

fn bar_view() -> Draw {
    || view! { <bar::Bar/> }.into_any()
}

/// What stands above the text, below it, and at the corner.
pub(super) fn around(about: About) -> (Option<AnyView>, Option<AnyView>, AnyView) {
    let timeline = stores().timeline;
    let item = about.item.clone();
    let is_active = move || {
        timeline
            .active
            .with(|active| active.as_ref() == Some(&item))
    };
    let above = about.extras.reply.is_some() || about.extras.forwarded;
    let has_below = !about.extras.are_hidden();
    provide_context(about);
    let nothing = || ().into_any();
    (
        above.then(|| lazy(above_chunk, nothing)),
        has_below.then(|| lazy(below, nothing)),
        show_when(is_active, move || lazy(bar, nothing)),
    )
}

use above as above_chunk;

/// The message that this is drawn for, with what may be done with it by now, and the stores.
fn about() -> (About, Stores) {
    let (mut about, stores) = (expect_context::<About>(), stores());
    let now = |items: &[Item]| {
        let found = items.iter().find(|item| item.id == about.item)?;
        match &found.kind {
            ItemKind::Message(message) => Some(message.extras.can),
            ItemKind::Gap(_) | ItemKind::Event(_) => None,
        }
    };
    let window = stores.timeline.window(&about.channel);
    if let Some(can) = window.with_untracked(|window| now(&window.items)) {
        about.extras.can = can;
    }
    (about, stores)
}
