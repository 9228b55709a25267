//! A part of a page that comes from the relay: on its way, here, or not to be had, with a way to ask again.

use leptos::prelude::*;

use super::store::{AdminIntent, Page, Part, Shown};
use crate::stores::stores;
use crate::ui::reactive::dynamic;
use crate::ui::skeleton::Length::{Long, Middle, Short};
use crate::ui::skeleton::Skeleton;

/// Shows a part of what the store has, by itself: the others may change without it.
pub fn part<T: Clone + PartialEq + Send + Sync + 'static>(
    page: Page,
    of: fn(&Shown) -> &Part<T>,
    draw: impl Fn(T) -> AnyView + Send + 'static,
) -> AnyView {
    let shown = stores().admin.shown;
    let part = Memo::new(move |_| shown.with(|shown| of(shown).clone()));
    dynamic(move || match part.get() {
        Part::Loading => {
            view! { <Skeleton label="Asking the relay" lines=&[Middle, Long, Short]/> }.into_any()
        }
        Part::Here(value) => draw(value),
        Part::Failed(text) => view! { <Failed text=text page=page/> }.into_any(),
    })
}

#[component]
fn Failed(text: String, page: Page) -> impl IntoView {
    let actions = stores().actions;
    view! {
        <div class="list-problem" role="alert">
            <p>{text}</p>
            <button type="button" class="quiet" on:click=move |_| actions.send(AdminIntent::Look(page))>"Try again"</button>
        </div>
    }
}
