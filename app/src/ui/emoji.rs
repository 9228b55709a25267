//! Emoji to choose from, for whoever wants one: a picker, and a search by name. Both are in a chunk of their own with the
//! table of all emoji, which nobody loads who does not ask for one. Props in, callbacks out.

mod names;
mod picker;
mod table;

use std::sync::Arc;

use leptos::prelude::*;

use self::picker::Panel;
pub use self::table::Found;
use crate::chunk::chunk;
use crate::ui::lazy::{Draw, lazy};

/// An emoji that the community made: its name, and the address of its picture.
pub type Custom = (Arc<str>, Arc<str>);
/// Finds emoji by the beginning of a name: what was typed, the tone of skin (0 for none, 1 to 5), how many at most, and
/// the community's own.
pub type Search = fn(&str, usize, usize, &[Custom]) -> Vec<Found>;
/// Puts emoji of a tone of skin in the place of their names in a text.
pub type Signs = fn(&str, usize) -> String;
/// Whether an ordinary emoji has that name.
pub type IsBuiltIn = fn(&str) -> bool;

chunk!(emoji: fn panel() -> Draw = panel_view);
chunk!(emoji: pub fn search() -> Search = searcher);
chunk!(emoji: pub fn built_in() -> IsBuiltIn = finder);
chunk!(emoji: pub fn signs() -> Signs = sign_putter);

fn panel_view() -> Draw {
    || view! { <Panel/> }.into_any()
}

fn searcher() -> Search {
    table::search
}

fn sign_putter() -> Signs {
    names::with_signs
}

fn finder() -> IsBuiltIn {
    table::is_name
}

/// The picture of an emoji that the community made.
pub fn picture(name: &str, address: &str) -> AnyView {
    let name = format!(":{name}:");
    let address = address.to_owned();
    view! { <img class="custom-emoji" src=address alt=name.clone() title=name draggable="false"/> }
        .into_any()
}

/// What the picker is given.
#[derive(Clone, Copy)]
pub struct Picking {
    /// Those that were taken last, the newest first.
    pub recent: Signal<Vec<String>>,
    /// The tone of skin: 0 for none, 1 to 5 from light to dark.
    pub tone: Signal<usize>,
    /// The community's own.
    pub custom: Signal<Vec<Custom>>,
    /// Opens what adds to them, for those who may.
    pub on_add: Option<Callback<()>>,
    pub on_pick: Callback<String>,
    pub on_tone: Callback<usize>,
    pub on_close: Callback<()>,
}

/// The picker. Its place on the page is for whoever shows it to choose.
#[component]
pub fn EmojiPicker(picking: Picking) -> impl IntoView {
    provide_context(picking);
    view! {
        <div class="emoji-picker" role="dialog" aria-label="Emoji">
            {lazy(panel, || view! { <p class="hint">"Loading emoji…"</p> }.into_any())}
        </div>
    }
}
