//! The place where messages are missing. They are being asked for.

use leptos::prelude::*;

use crate::components::icon::{Icon, Sign};
use crate::words::messages;

/// How many are missing, if known.
#[component]
pub fn GapLine(
    /// How many, if known.
    missing: Option<u64>,
) -> impl IntoView {
    view! {
        <p class="gap-line">
            <Icon sign=Sign::Again/>
            {messages::gap(missing)}
        </p>
    }
}
