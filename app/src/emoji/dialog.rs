//! "Community emoji": a form that adds one, and all that there are.

use leptos::prelude::*;

use super::form::AddForm;
use super::list::EmojiList;
use crate::stores::stores;
use crate::ui::modal::Modal;
use crate::ui::reactive::show_when;

/// For those who may change them.
#[component]
pub fn EmojiDialog(on_close: Callback<()>) -> impl IntoView {
    let stores = stores();
    stores.emoji.problem.set(None);
    view! {
        <Modal title="Community emoji" on_close=on_close>
            <p class="hint">"Everybody here can use these, in messages and as reactions. The relay sees neither names nor pictures."</p>
            {show_when(
                move || stores.community.powers.get().manage_channels,
                || view! { <AddForm/> },
            )}
            <EmojiList/>
        </Modal>
    }
}
