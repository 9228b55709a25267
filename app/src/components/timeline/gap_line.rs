//! The place where somebody's messages are missing or not in their order.

use leptos::prelude::*;

use crate::components::icon::{Icon, Sign};
use crate::stores::timeline::Gap;
use crate::words::messages;

/// Whose, and what is wrong.
#[component]
pub fn GapLine(
    /// Whose, and what is wrong.
    gap: Gap,
) -> impl IntoView {
    view! {
        <p class="gap-line">
            <Icon sign=Sign::Alert/>
            {messages::gap(&gap)}
        </p>
    }
}
