//! The invites that still let people in, each with a way to take it back.

use leptos::prelude::*;

use super::store::Invite;
use super::store::InviteIntent;
use crate::channels::store::Load;
use crate::stores::stores;
use crate::ui::direction::isolated;
use crate::ui::hooks::local_time;
use crate::ui::reactive::{dynamic, keyed};
use crate::ui::skeleton::{Length, Skeleton};

/// The list below the form. Nothing while there is none.
#[component]
pub fn InviteList() -> impl IntoView {
    let stores = stores();
    let open = stores.invites.open;
    view! {
            <section class="invite-list">
                <h3>"Open invites"</h3>
                {dynamic(move || match stores.invites.load.get() {
                    Load::Loading => Some(view! { <Skeleton label="Loading invites" lines=&[Length::Middle]/> }.into_any()),
                    Load::Failed(text) => Some(view! { <p class="list-problem" role="alert">{text}</p> }.into_any()),
                    Load::Loaded if open.with(Vec::is_empty) => Some(view! { <p class="list-empty">"None right now."</p> }.into_any()),
                    Load::Loaded => None,
                })}
                <ul>
                    {keyed(move || open.get(), |i| (i.id.clone(), i.uses_left), move |invite| view! {
                        <Row invite=invite/>
    })}
                </ul>
            </section>
        }
}

#[component]
fn Row(invite: Invite) -> impl IntoView {
    let actions = stores().actions;
    let Invite {
        id,
        by,
        expires_at,
        uses_left,
        readmits,
        guests_in,
    } = invite;
    let until = expires_at.map_or_else(
        || "until taken back".to_owned(),
        |at| format!("until {}", local_time::full(at)),
    );
    let lets_in = match (readmits.or_else(|| guests_in.clone()), uses_left) {
        (Some(place), left) if guests_in.is_some() => {
            let left = left.unwrap_or_default();
            format!("{left} more as guests in {}", isolated(&place))
        }
        (Some(name), _) => format!("{} to come back", isolated(&name)),
        (None, None) => "any number of people".to_owned(),
        (None, Some(1)) => "1 more person".to_owned(),
        (None, Some(n)) => format!("{n} more people"),
    };
    let by = isolated(&by);
    view! {
        <li>
            <span>{format!("By {by}, for {lets_in} ")} <span class="hint">{until}</span></span>
            <button
                type="button"
                class="text-button"
                aria-label=format!("Take back the invite by {by} for {lets_in}")
                on:click=move |_| actions.send(InviteIntent::RevokeInvite(id.clone()))
            >
                "Take back"
            </button>
        </li>
    }
}
