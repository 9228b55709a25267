//! Who wrote for the first time: a look at it, or an answer at once.

use leptos::prelude::*;

use super::store::{Conversation, DirectIntent, Standing};
use super::text;
use crate::stores::stores;
use crate::ui::avatar::Avatar;
use crate::ui::direction::isolated;
use crate::ui::modal::Modal;
use crate::ui::reactive::{keyed, show_when};

/// The list of requests.
#[component]
pub fn RequestsDialog(on_close: Callback<()>) -> impl IntoView {
    let direct = stores().direct;
    let requests = Memo::new(move |_| direct.of_standing(Standing::Request));
    view! {
        <Modal title="Requests" class="narrow" on_close=on_close>
            <p class="hint">"People you never wrote to. They don't learn that you saw this."</p>
            {show_when(move || requests.with(Vec::is_empty), || view! {
                <p class="list-empty">"Nobody is waiting for an answer."</p>
            })}
            <ul class="request-list">
                {keyed(move || requests.get(), Clone::clone, move |conversation| view! {
                    <Request conversation=conversation on_close=on_close/>
                })}
            </ul>
        </Modal>
    }
}

#[component]
fn Request(conversation: Conversation, on_close: Callback<()>) -> impl IntoView {
    let stores = stores();
    let Conversation {
        id,
        name,
        others,
        invited_by,
        ..
    } = conversation;
    let said = text::request(&name, invited_by.as_deref());
    let avatar = others.into_iter().next();
    let answer = |accept| DirectIntent::Answer {
        conversation: id.clone(),
        accept,
    };
    let (accept, ignore) = (answer(true), answer(false));
    let read = id;
    let who = isolated(&name);
    view! {
        <li class="request">
            {avatar.map(|other| view! { <Avatar user=other.id name=other.name size="small"/> })}
            <div class="request-words">
                <strong><bdi>{name}</bdi></strong>
                <p class="hint">{said}</p>
            </div>
            <div class="request-answers">
                <button
                    type="button"
                    class="quiet"
                    aria-label=format!("Read what {who} wrote")
                    on:click=move |_| {
                        stores.open_channel(&read);
                        on_close.run(());
                    }
                >"Read"</button>
                <button
                    type="button"
                    class="primary"
                    aria-label=format!("Accept {who}")
                    on:click=move |_| stores.actions.send(accept.clone())
                >"Accept"</button>
                <button
                    type="button"
                    class="quiet"
                    aria-label=format!("Ignore {who}")
                    on:click=move |_| stores.actions.send(ignore.clone())
                >"Ignore"</button>
            </div>
        </li>
    }
}
