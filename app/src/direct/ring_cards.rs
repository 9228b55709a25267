//! Calls that ring, above everything: who calls, take it or not.

use leptos::prelude::*;

use super::store::{DirectIntent, Incoming};
use crate::stores::stores;
use crate::ui::avatar::Avatar;
use crate::ui::icon::{Icon, IconName};
use crate::ui::reactive::keyed;

/// One card for each call. Nothing when none rings.
#[component]
pub fn RingCards() -> impl IntoView {
    let ringing = stores().direct.ringing;
    let incoming = Memo::new(move |_| ringing.with(|it| it.incoming.clone()));
    view! {
        <div class="ring-cards" role="alert">
            {keyed(move || incoming.get(), |it| it.room.clone(), |it| view! { <Card call=it/> }.into_any())}
        </div>
    }
}

#[component]
fn Card(call: Incoming) -> impl IntoView {
    let actions = stores().actions;
    let Incoming {
        room,
        conversation: _,
        by,
        name,
        group,
    } = call;
    let pick = move |takes| DirectIntent::Pick {
        room: room.clone(),
        takes,
    };
    let (takes, leaves) = (pick(true), pick(false));
    let label = format!("{name} is calling");
    view! {
        <section class="ring-card" aria-label=label>
            <Avatar user=by name=name.clone()/>
            <p class="ring-words">
                <strong><bdi>{name}</bdi></strong>
                <span class="hint">
                    {match group {
                        Some(group) => view! { "calls " <bdi>{group}</bdi> }.into_any(),
                        None => view! { "is calling you" }.into_any(),
                    }}
                </span>
            </p>
            <div class="ring-answers">
                <button type="button" class="primary ring-take" on:click=move |_| actions.send(takes.clone())>
                    <Icon name=IconName::HangUp/>
                    "Answer"
                </button>
                <button type="button" class="danger" on:click=move |_| actions.send(leaves.clone())>
                    <Icon name=IconName::HangUp/>
                    "Decline"
                </button>
            </div>
        </section>
    }
}
