//! What a message answers: who, and how it began. Leads there.

use leptos::prelude::*;

use super::about;
use crate::ui::icon::{Icon, IconName};

/// One line above the text.
#[component]
pub(super) fn QuoteLine() -> impl IntoView {
    let (about, stores) = about();
    about.extras.reply.map(|quote| {
        let (channel, item) = (about.channel, quote.item);
        match quote.said {
            Some((name, excerpt)) => view! {
                <button
                    type="button"
                    class="quote"
                    title="Go to this message"
                    on:click=move |_| stores.show_message(&channel, item.clone())
                >
                    <Icon name=IconName::Reply/>
                    <span class="unseen">"Answer to "</span>
                    <strong><bdi>{name}</bdi></strong>
                    " "
                    <span class="quote-text" dir="auto">{excerpt}</span>
                </button>
            }
            .into_any(),
            None => view! {
                <p class="quote gone">
                    <Icon name=IconName::Reply/>
                    "The message that this answers was deleted, or is not in this browser."
                </p>
            }
            .into_any(),
        }
    })
}
