//! The line above the conversation while the relay is away. It says what happens to what is written.

use leptos::prelude::*;

use super::store::ConnectionIntent;
use super::store::{Held, Link};
use super::{obstacle, text};
use crate::chunk::chunk;
use crate::shell::store::Dialog;
use crate::stores::stores;
use crate::ui::lazy::{Draw, lazy};
use crate::ui::reactive::dynamic;

chunk!(conversation_rest: fn in_the_way() -> Draw = obstacle::view);

/// The connection banner. Its place is a live region, so that a change is heard.
#[component]
pub fn ConnectionBanner() -> impl IntoView {
    let stores = stores();
    let waiting = stores.connection.waiting;
    let obstacle = stores.connection.obstacle;
    let blocked = Memo::new(move |_| obstacle.get().is_some());
    let offline = Memo::new(move |_| matches!(stores.connection.link.get(), Link::Offline { .. }));
    let held = stores.connection.held;
    view! {
        <div class="banner-place" role="status">
            {dynamic(move || held.get().filter(|_| !offline.get()).map(|held| view! { <OnHold held=held/> }))}
            {dynamic(move || {
                offline.get().then(|| {
                    view! {
                        <div class="banner">
                            <span class="banner-dot"></span>
                            {dynamic(move || if blocked.get() {
                                lazy(in_the_way, || ().into_any())
                            } else {
                                view! {
                                    <p>
                                        "The relay can't be reached. What you write is kept here and sent when it is back."
                                        {dynamic(move || queued(waiting.get()))}
                                    </p>
                                }.into_any()
                            })}
                            <button type="button" class="quiet" on:click=move |_| stores.actions.send(ConnectionIntent::ReconnectNow)>
                                "Try now"
                            </button>
                            <button type="button" class="quiet" on:click=move |_| stores.view.dialog.set(Some(Dialog::Doctor))>
                                "Find out why"
                            </button>
                        </div>
                    }
                })
            })}
        </div>
    }
}

/// Messages wait for changes to the community that somebody knows of and the relay has not sent.
#[component]
fn OnHold(held: Held) -> impl IntoView {
    let actions = stores().actions;
    view! {
        <div class="banner">
            <span class="banner-dot"></span>
            <p>{text::hold(&held)}</p>
            <button type="button" class="quiet" on:click=move |_| actions.send(ConnectionIntent::WriteAnyway)>
                "Write anyway"
            </button>
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
