//! Above the conversation: how far the vault is read, and what was wrong with it.

use leptos::prelude::*;

use super::store::Reading;
use super::text;
use crate::chunk::chunk;
use crate::stores::stores;
use crate::ui::icon::{Icon, IconName};
use crate::ui::lazy::{Draw, lazy};
use crate::ui::reactive::{dynamic, show_when};

/// The line, as long as there is anything to say.
#[component]
pub fn VaultLine() -> impl IntoView {
    let reading = stores().vault.reading;
    show_when(
        move || reading.get() != Reading::None,
        || lazy(line, || ().into_any()),
    )
}

chunk!(vault: fn line() -> Draw = line_view);

fn line_view() -> Draw {
    || view! { <Line/> }.into_any()
}

#[component]
fn Line() -> impl IntoView {
    let store = stores().vault;
    view! {
        <section class="alert" aria-label="Your messages">
            <Icon name=IconName::Lock/>
            {dynamic(move || {
                let reading = store.reading.get();
                let (headline, advice) = text::reading(reading).unwrap_or_default();
                view! {
                    <div class="alert-words">
                        <p role="status"><strong>{headline}</strong> " " {advice}</p>
                        {bar(reading)}
                        {details(reading, store.detail.get())}
                    </div>
                    {closing(reading)}
                }
            })}
        </section>
    }
}

fn bar(reading: Reading) -> Option<impl IntoView> {
    let Reading::Running { done, total } = reading else {
        return None;
    };
    let value = text::percent(done, total).map(|percent| percent.to_string());
    Some(view! { <progress aria-label="Messages that are back" max="100" value=value></progress> })
}

fn details(reading: Reading, detail: String) -> Option<impl IntoView> {
    matches!(reading, Reading::Damaged { .. }).then(|| {
        view! {
            <details>
                <summary>"Details"</summary>
                <pre class="break">{detail}</pre>
            </details>
        }
    })
}

fn closing(reading: Reading) -> Option<impl IntoView> {
    let store = stores().vault;
    matches!(reading, Reading::Damaged { .. }).then(|| {
        view! {
            <button type="button" class="quiet" on:click=move |_| store.reading.set(Reading::None)>
                "Got it"
            </button>
        }
    })
}
