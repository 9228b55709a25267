//! The line above the conversation while the relay is away. It says what happens to what is written.

use leptos::prelude::*;

use crate::components::live::part;
use crate::stores::{Intent, Link, stores};

/// The connection banner. Its place is a live region, so that a change is heard.
#[component]
pub fn ConnectionBanner() -> impl IntoView {
    let stores = stores();
    let waiting = stores.connection.waiting;
    let offline = Memo::new(move |_| matches!(stores.connection.link.get(), Link::Offline { .. }));
    view! {
        <div class="banner-place" role="status">
            {part(move || {
                offline.get().then(|| {
                    view! {
                        <div class="banner">
                            <span class="banner-dot"></span>
                            <p>
                                "The relay can't be reached. What you write is kept here and sent when it is back."
                                {part(move || queued(waiting.get()))}
                            </p>
                            <button type="button" class="quiet" on:click=move |_| stores.actions.send(Intent::ReconnectNow)>
                                "Try now"
                            </button>
                        </div>
                    }
                })
            })}
        </div>
    }
}

fn queued(waiting: usize) -> Option<String> {
    match waiting {
        0 => None,
        1 => Some(" One message is waiting.".into()),
        n => Some(format!(" {n} messages are waiting.")),
    }
}
