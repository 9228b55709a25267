//! How long the call has lasted.

use std::time::Duration;

use leptos::prelude::*;

use crate::call::text;
use crate::stores::stores;
use crate::ui::hooks::local_time;
use crate::ui::reactive::dynamic;

const SECOND: Duration = Duration::from_secs(1);

/// "12:30", which moves on while it is on the page.
#[component]
pub fn Lasted() -> impl IntoView {
    let call = stores().call;
    let since = Memo::new(move |_| call.mine.with(|mine| mine.as_ref().map(|call| call.since)));
    let now = RwSignal::new(local_time::now());
    if let Ok(clock) = set_interval_with_handle(move || now.set(local_time::now()), SECOND) {
        on_cleanup(move || clock.clear());
    }
    view! {
        <span class="call-lasted" role="timer" aria-label="In the call for">
            {dynamic(move || since.get().map(|since| text::duration(now.get() - since)))}
        </span>
    }
}
