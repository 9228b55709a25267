//! The head of the left column: mark, community name, and the way to let people in.

use leptos::prelude::*;

use crate::shell::store::Dialog;
use crate::stores::stores;
use crate::ui::icon::{Icon, IconName};
use crate::ui::mark::Mark;
use crate::ui::reactive::{dynamic, show_when};

/// Mark, name, "Invite people".
#[component]
pub fn SidebarHeader() -> impl IntoView {
    let stores = stores();
    view! {
            <header class="sidebar-head">
                <Mark/>
                <h2 class="sidebar-name"><bdi>{dynamic(move || stores.community.name.get())}</bdi></h2>
                {show_when(move || stores.community.powers.get().invite, move || view! {
                    <button
                        type="button"
                        class="icon-button"
                        aria-label="Invite people"
                        title="Invite people"
                        on:click=move |_| stores.view.dialog.set(Some(Dialog::Invite))
                    >
                        <Icon name=IconName::Invite/>
                    </button>
    })}
            </header>
        }
}
