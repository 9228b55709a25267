//! Above the composer: which message is answered or edited, and the way out of that.

use leptos::prelude::*;

use super::store::Mode;
use crate::chunk::chunk;
use crate::stores::stores;
use crate::ui::hooks::focus;
use crate::ui::icon::{Icon, IconName};
use crate::ui::lazy::{Draw, lazy};
use crate::ui::reactive::{dynamic, show_when};

chunk!(conversation_rest: fn strip() -> Draw = strip_view);

fn strip_view() -> Draw {
    || view! { <Strip/> }.into_any()
}

/// Nothing, unless something is answered or edited. What lies under a thread says nothing of that.
#[component]
pub fn ModeStrip(in_thread: bool) -> impl IntoView {
    let composer = stores().composer;
    show_when(
        move || {
            composer.mode.with(Option::is_some)
                && composer.thread.with(Option::is_some) == in_thread
        },
        || lazy(strip, || ().into_any()),
    )
}

#[component]
fn Strip() -> impl IntoView {
    let composer = stores().composer;
    let mode = composer.mode;
    Effect::new(move || {
        if mode.with(Option::is_some) {
            focus::on(composer.field());
        }
    });
    view! {
        <div class="mode-strip">
            {dynamic(move || mode.get().map(|mode| match mode {
                Mode::Reply { author_name, excerpt, .. } => view! {
                    <Icon name=IconName::Reply/>
                    <p>"Reply to " <strong><bdi>{author_name}</bdi></strong> " " <span dir="auto">{excerpt}</span></p>
                }.into_any(),
                Mode::Edit { .. } => view! {
                    <Icon name=IconName::Edit/>
                    <p>"Edit your message"</p>
                }.into_any(),
            }))}
            <button type="button" class="icon-button" aria-label="Cancel" title="Cancel (Esc)" on:click=move |_| { composer.end(); }>
                <Icon name=IconName::Close/>
            </button>
        </div>
    }
}
