//! Emoji to choose from, for whoever wants one: a picker, and a search by name. Both are in a chunk of their own with the
//! table of all emoji, which nobody loads who does not ask for one. Props in, callbacks out.

mod picker;
mod table;

use leptos::prelude::*;

use self::picker::Panel;
pub use self::table::Found;
use crate::chunk::chunk;
use crate::ui::lazy::{Draw, lazy};

/// Finds emoji by the beginning of a name: what was typed, the tone of skin (0 for none, 1 to 5), and how many at most.
pub type Search = fn(&str, usize, usize) -> Vec<Found>;

chunk!(emoji: fn panel() -> Draw = panel_view);
chunk!(emoji: pub fn search() -> Search = searcher);

fn panel_view() -> Draw {
    || view! { <Panel/> }.into_any()
}

fn searcher() -> Search {
    table::search
}

/// What the picker is given.
#[derive(Clone, Copy)]
pub struct Picking {
    /// Those that were taken last, the newest first.
    pub recent: Signal<Vec<String>>,
    /// The tone of skin: 0 for none, 1 to 5 from light to dark.
    pub tone: Signal<usize>,
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
