//! Letting somebody back in who lost all devices and every way to their keys: a link for them alone; and the former
//! members who may have one.

use leptos::prelude::*;

use super::made::Made;
use super::store::{Former, InviteIntent, Making};
use crate::ids::UserId;
use crate::shell::store::Dialog;
use crate::stores::stores;
use crate::ui::direction::isolated;
use crate::ui::modal::Modal;
use crate::ui::reactive::{dynamic, keyed, reactive, show_when};

/// Says what happens, makes the link and shows it.
#[component]
pub fn LetBackInDialog(id: UserId, name: String, on_close: Callback<()>) -> impl IntoView {
    let stores = stores();
    let returning = stores.invites.returning;
    let who = isolated(&name);
    let making = {
        let id = id.clone();
        Memo::new(move |_| match returning.get() {
            Some((user, making)) if user == id => making,
            Some(_) | None => Making::Idle,
        })
    };
    let explained = format!(
        "This is for {who} having lost every device, the password and the recovery key. {who} gets new keys: everybody sees it, the devices from before are signed out, and what was written in private channels before is not opened."
    );
    let hint = format!(
        "It works once, and for three days. Whoever opens it becomes {who}: give it to nobody else."
    );
    view! {
        <Modal title=format!("Let {who} back in") on_close=on_close>
            {dynamic(move || match making.get() {
                Making::Made { link, .. } => view! { <Made link=link label="Link to come back" hint=hint.clone()/> }.into_any(),
                Making::Failed(text) => view! { <p class="form-problem" role="alert">{text}</p> }.into_any(),
                Making::Idle | Making::Working => view! { <p>{explained.clone()}</p> }.into_any(),
            })}
            <button
                type="button"
                class=reactive(move || if matches!(making.get(), Making::Made { .. }) { "quiet big" } else { "primary big" })
                disabled=reactive(move || making.get() == Making::Working)
                on:click=move |_| stores.actions.send(InviteIntent::LetBackIn(id.clone()))
            >
                {dynamic(move || match making.get() {
                    Making::Working => "Making the link…",
                    Making::Made { .. } => "Make another link",
                    Making::Idle | Making::Failed(_) => "Make the link",
                })}
            </button>
        </Modal>
    }
}

/// Former members whom I may let back in. Nothing while there are none.
#[component]
pub(super) fn FormerMembers() -> impl IntoView {
    let former = stores().invites.former;
    show_when(
        move || former.with(|all| !all.is_empty()),
        move || {
            view! {
                <section class="invite-list">
                    <h3>"Let somebody back in"</h3>
                    <ul>
                        {keyed(move || former.get(), |who| who.id.clone(), |who| view! { <Row who=who/> })}
                    </ul>
                </section>
            }
        },
    )
}

#[component]
fn Row(who: Former) -> impl IntoView {
    let dialog = stores().view.dialog;
    let Former { id, name } = who;
    view! {
        <li>
            <span><bdi>{name.clone()}</bdi> <span class="hint">"was a member here"</span></span>
            <button
                type="button"
                class="text-button"
                aria-label=format!("Let {} back in", isolated(&name))
                on:click=move |_| dialog.set(Some(Dialog::LetBackIn { id: id.clone(), name: name.clone() }))
            >
                "Let back in"
            </button>
        </li>
    }
}
