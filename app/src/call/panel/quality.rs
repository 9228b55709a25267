//! How good the call is, in the call bar: as good as its worst connection, which is the one that somebody hears.

use leptos::prelude::*;

use crate::call::signal_bars::SignalBars;
use crate::call::text;
use crate::stores::stores;
use crate::ui::reactive::show_when;

/// Three small bars. Nothing while nobody else is there.
#[component]
pub fn Quality() -> impl IntoView {
    let call = stores().call;
    let worst = Memo::new(move |_| {
        call.peers
            .with(|peers| peers.values().map(text::bars).min())
    });
    show_when(
        move || worst.get().is_some(),
        move || view! { <SignalBars bars=Signal::derive(move || worst.get().unwrap_or(0))/> },
    )
}
