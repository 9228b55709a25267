//! The bottom of the left column, and the bottom of the screen on a phone: the call one is in, and oneself.

use leptos::prelude::*;

use super::me_bar::MeBar;
use crate::call::bar::CallBar;
use crate::chunk::chunk;
use crate::ui::lazy::{Draw, lazy};

chunk!(conversation_rest: fn bars() -> Draw = bars_view);

fn bars_view() -> Draw {
    || view! { <CallBar/> <MeBar/> }.into_any()
}

/// Call bar and one's own bar.
#[component]
pub fn UserPanel() -> impl IntoView {
    view! {
        <section class="dock" aria-label="Voice and you" data-region="dock" tabindex="-1">
            {lazy(bars, || view! { <div class="me-bar"></div> }.into_any())}
        </section>
    }
}
