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

/// Nothing, unless something is answered or edited.
#[component]
pub fn ModeStrip() -> impl IntoView {
    let mode = stores().composer.mode;
    show_when(
        move || mode.with(Option::is_some),
        || lazy(strip, || ().into_any()),
    )
}

#[component]
fn Strip() -> impl IntoView {
    let composer = stores().composer;
    let mode = composer.mode;
    Effect::new(move || {
        if mode.with(Option::is_some) {
            focus::on("#composer");
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
