//! Seven emoji, for two people to compare.

use leptos::prelude::*;

use crate::stores::stores;
use crate::ui::direction::isolated;
use crate::verification::store::{Comparison, VerificationIntent};
use crate::verification::whom::Whom;

#[component]
pub fn Compare(comparison: Comparison) -> impl IntoView {
    let Whom { name, .. } = expect_context();
    let actions = stores().actions;
    let [first, second, third] = comparison.numbers;
    view! {
        <p>{format!("Does {} see the same, in the same order?", isolated(&name))}</p>
        <ol class="emoji-comparison" aria-label="Emoji to compare">
            {comparison.emoji.into_iter().map(|(symbol, name)| view! {
                <li>
                    <span class="emoji-symbol" aria-hidden="true">{symbol}</span>
                    <span class="emoji-name">{name}</span>
                </li>
            }).collect_view()}
        </ol>
        <details>
            <summary>"Compare numbers instead"</summary>
            <p class="emoji-numbers"><code>{first}</code> " " <code>{second}</code> " " <code>{third}</code></p>
        </details>
        <div class="modal-buttons">
            <button type="button" class="danger" on:click=move |_| actions.send(VerificationIntent::Decide(false))>"They don't match"</button>
            <button type="button" class="primary" on:click=move |_| actions.send(VerificationIntent::Decide(true))>"They match"</button>
        </div>
    }
}
