//! The head of the left column: mark, community name, and the way to let people in.

use leptos::prelude::*;

use crate::shell::store::Dialog;
use crate::stores::stores;
use crate::ui::icon::{Icon, Sign};
use crate::ui::live::{part, when};
use crate::ui::mark::Mark;

/// Mark, name, "Invite people".
#[component]
pub fn SidebarHeader() -> impl IntoView {
    let stores = stores();
    view! {
            <header class="sidebar-head">
                <Mark/>
                <h2 class="sidebar-name"><bdi>{part(move || stores.community.name.get())}</bdi></h2>
                {when(move || stores.community.powers.get().invite, move || view! {
                    <button
                        type="button"
                        class="icon-button"
                        aria-label="Invite people"
                        title="Invite people"
                        on:click=move |_| stores.view.dialog.set(Some(Dialog::Invite))
                    >
                        <Icon sign=Sign::Invite/>
                    </button>
    })}
            </header>
        }
}
