//! The place where somebody's messages are missing or not in their order.

use leptos::prelude::*;

use super::store::Gap;
use super::text;
use crate::ui::icon::{Icon, IconName};

/// Whose, and what is wrong.
#[component]
pub fn GapLine(
    /// Whose, and what is wrong.
    gap: Gap,
) -> impl IntoView {
    view! {
        <p class="gap-line">
            <Icon name=IconName::Alert/>
            {text::gap(&gap)}
        </p>
    }
}
