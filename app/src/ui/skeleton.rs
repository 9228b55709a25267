//! The shape of a list that is on its way: grey bars in the place of its lines.

use leptos::prelude::*;

/// How long a bar is.
#[derive(Clone, Copy)]
pub enum Length {
    Short,
    Middle,
    Long,
}

impl Length {
    const fn class(self) -> &'static str {
        match self {
            Self::Short => "bone short",
            Self::Middle => "bone",
            Self::Long => "bone long",
        }
    }
}

/// Bars in place of lines. A screen reader hears the label.
#[component]
pub fn Skeleton(label: &'static str, lines: &'static [Length]) -> impl IntoView {
    view! {
        <div class="bones" role="status" aria-label=label>
            {lines.iter().map(|line| view! { <span class=line.class()></span> }).collect_view()}
        </div>
    }
}
