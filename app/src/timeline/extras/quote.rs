//! What a message answers: who, and how it began. Leads there. And that it was taken from elsewhere.

use leptos::prelude::*;

use super::about;
use crate::ui::icon::{Icon, IconName};

/// A line above the text.
#[component]
pub(super) fn QuoteLine() -> impl IntoView {
    let (about, stores) = about();
    let forwarded = about.extras.forwarded.then(|| {
        // Nobody could prove whose it was, so nobody is named.
        view! { <p class="quote forward-mark"><Icon name=IconName::Forward/>"Forwarded"</p> }
    });
    let reply = about.extras.reply.map(|quote| {
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
    });
    view! { {forwarded} {reply} }
}
