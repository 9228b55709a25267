//! Above the composer of a conversation that somebody else began: who asks, and the three answers. Writing back is taking
//! it.

use leptos::prelude::*;

use super::store::{Conversation, DirectIntent, Standing};
use super::text;
use crate::stores::stores;
use crate::ui::direction::isolated;
use crate::ui::reactive::dynamic;

/// The bar of the open conversation, if it waits for an answer.
#[component]
pub fn RequestBar() -> impl IntoView {
    let stores = stores();
    let open = Memo::new(move |_| {
        let id = stores.timeline.open.get()?;
        stores.direct.conversation(&id)
    });
    dynamic(move || {
        let conversation = open.get()?;
        let bar = match conversation.standing {
            Standing::Request | Standing::Ignored => {
                view! { <Answers conversation=conversation/> }.into_any()
            }
            Standing::Blocked => view! { <Blocked conversation=conversation/> }.into_any(),
            Standing::Accepted if conversation.has_left => {
                view! { <p class="request-bar">"You left this conversation."</p> }.into_any()
            }
            Standing::Accepted if !conversation.writable => view! {
                <p class="request-bar">"Nobody else is here any more. You can still read."</p>
            }
            .into_any(),
            Standing::Accepted => return None,
        };
        Some(bar)
    })
}

#[component]
fn Answers(conversation: Conversation) -> impl IntoView {
    let actions = stores().actions;
    let Conversation {
        id,
        name,
        others,
        is_group,
        standing,
        invited_by,
        ..
    } = conversation;
    let other = others.into_iter().next().filter(|_| !is_group);
    let accept = DirectIntent::Answer {
        conversation: id.clone(),
        accept: true,
    };
    let ignore = DirectIntent::Answer {
        conversation: id,
        accept: false,
    };
    view! {
        <section class="request-bar" aria-label="Request">
            <p>
                {text::request(&name, invited_by.as_deref())}
                <span class="hint">" They don't learn that you read this before you accept."</span>
            </p>
            <div class="request-answers">
                <button type="button" class="primary" on:click=move |_| actions.send(accept.clone())>"Accept"</button>
                {(standing == Standing::Request).then(|| view! {
                    <button type="button" class="quiet" on:click=move |_| actions.send(ignore.clone())>"Ignore"</button>
                })}
                {other.map(|other| {
                    let block = DirectIntent::Block { user: other.id, on: true };
                    view! {
                        <button type="button" class="quiet" on:click=move |_| actions.send(block.clone())>
                            {format!("Block {}", isolated(&other.name))}
                        </button>
                    }
                })}
            </div>
        </section>
    }
}

#[component]
fn Blocked(conversation: Conversation) -> impl IntoView {
    let actions = stores().actions;
    let other = conversation.others.into_iter().next();
    other.map(|other| {
        let unblock = DirectIntent::Block {
            user: other.id,
            on: false,
        };
        let name = isolated(&other.name);
        view! {
            <section class="request-bar" aria-label="Blocked">
                <p>{format!("You blocked {name}.")}</p>
                <button type="button" class="quiet" on:click=move |_| actions.send(unblock.clone())>
                    {format!("Unblock {name}")}
                </button>
            </section>
        }
    })
}
