//! "Roles": all that there are; and one of them, or a new one, to change it and give it to people.

use leptos::prelude::*;

use super::editor::Editor;
use super::store::Role;
use super::text;
use crate::ids::RoleId;
use crate::stores::stores;
use crate::ui::hooks::focus;
use crate::ui::icon::{Icon, IconName};
use crate::ui::modal::Modal;
use crate::ui::reactive::{dynamic, keyed, show_when};

/// What is looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Shown {
    All,
    New,
    One(RoleId),
}

/// For those who may manage roles.
#[component]
pub fn RolesDialog(on_close: Callback<()>) -> impl IntoView {
    let shown = RwSignal::new(Shown::All);
    let back = Callback::new(move |()| {
        shown.set(Shown::All);
        focus::on("#roles-new");
    });
    let close = Callback::new(move |()| on_close.run(()));
    view! {
        <Modal title="Roles" on_close=close>
            {dynamic(move || match shown.get() {
                Shown::All => view! { <All shown=shown/> }.into_any(),
                Shown::New => view! { <Editor role=None on_back=back/> }.into_any(),
                Shown::One(role) => view! { <Editor role=Some(role) on_back=back/> }.into_any(),
            })}
        </Modal>
    }
}

#[component]
fn All(shown: RwSignal<Shown>) -> impl IntoView {
    let roles = stores().roles.all;
    view! {
        <p class="hint">"A role is a name for some of the people here, such as Crew, and what they may do beyond what everybody may. Anybody can call them all with @ and the name."</p>
        {show_when(move || roles.with(Vec::is_empty), || view! { <p class="list-empty">"There are no roles yet."</p> })}
        <ul class="role-list" aria-label="All roles">
            {keyed(move || roles.get(), Clone::clone, move |role| view! { <Row role=role shown=shown/> })}
        </ul>
        <button type="button" id="roles-new" class="primary" on:click=move |_| shown.set(Shown::New)>
            <Icon name=IconName::Plus/>
            "New role"
        </button>
    }
}

#[component]
fn Row(role: Role, shown: RwSignal<Shown>) -> impl IntoView {
    let Role {
        id,
        name,
        rights,
        holders,
        changeable,
    } = role;
    let rights = rights.into_iter().map(text::right).collect::<Vec<_>>();
    let rights = if rights.is_empty() {
        "What everybody may".to_owned()
    } else {
        rights.join(", ")
    };
    let says = format!("{} · {rights}", text::holders(holders.len()));
    view! {
        <li>
            <button
                type="button"
                disabled=!changeable
                title=(!changeable).then_some("It lets people do what you may not do yourself.")
                on:click=move |_| shown.set(Shown::One(id.clone()))
            >
                <span class="role-words">
                    <strong><bdi>{name}</bdi></strong>
                    <span class="hint">{says}</span>
                </span>
                {changeable.then(|| view! { <Icon name=IconName::Edit/> })}
            </button>
        </li>
    }
}
