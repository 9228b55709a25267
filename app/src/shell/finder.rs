//! Finding messages, once the program for it is loaded.

use leptos::prelude::*;

use super::store::Dialog;
use crate::chunk::chunk;
use crate::search::panel::SearchPanel;
use crate::stores::stores;
use crate::ui::lazy::{Draw, lazy};

chunk!(search: fn panel() -> Draw = panel_view);

fn panel_view() -> Draw {
    || {
        let dialog = stores().view.dialog;
        // What was chosen may have opened another one.
        let close = Callback::new(move |()| {
            if dialog.with_untracked(|open| *open == Some(Dialog::Search)) {
                dialog.set(None);
            }
        });
        view! { <SearchPanel on_close=close/> }.into_any()
    }
}

#[component]
pub fn Finder() -> impl IntoView {
    lazy(panel, || ().into_any())
}
