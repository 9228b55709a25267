//! What somebody says of themselves, in one line.

use leptos::prelude::*;

use super::store::Status;

/// Emoji and words; all of them, and the end, when one points at it.
#[component]
pub fn StatusLine(status: Status) -> impl IntoView {
    let Status { emoji, text, ends } = status;
    let mut whole = format!("{emoji} {text}").trim().to_owned();
    if let Some(ends) = ends {
        whole = format!("{whole} (until {ends})");
    }
    let sign = (!emoji.is_empty()).then(|| view! { <span class="status-sign">{emoji}</span> });
    view! {
        <span class="person-status" title=whole>
            <span class="unseen">", "</span>
            {sign}
            <bdi>{text}</bdi>
        </span>
    }
}
