//! What can be done with the message under the pointer: a few buttons at its corner, and the menu they open.

use leptos::prelude::*;

use super::about;
use super::menu::{EmojiPanel, Menu};
use crate::composer::store::Mode;
use crate::timeline::markup;
use crate::timeline::store::Panel;
use crate::ui::icon::{Icon, IconName};
use crate::ui::reactive::dynamic;

/// The buttons, for a mouse or the focus; a finger opens the menu by a long press.
#[component]
pub(super) fn Bar() -> impl IntoView {
    let (about, stores) = about();
    let timeline = stores.timeline;
    let can = about.extras.can;
    let toggle = move |panel: Panel| {
        let is_open = timeline.panel.get_untracked() == Some(panel);
        timeline.panel.set((!is_open).then_some(panel));
    };
    let reply = {
        let about = about.clone();
        move |_| {
            let words = about.text.as_deref().map(markup::in_words);
            let mode = Mode::reply(
                &about.channel,
                &about.item,
                &about.author_name,
                words.as_deref(),
            );
            stores.composer.begin(mode);
        }
    };
    let edit = {
        let about = about.clone();
        move |_| {
            let mode = Mode::edit(&about.channel, &about.item, about.text.as_deref());
            stores.composer.begin(mode);
        }
    };
    let button = |label: &'static str, icon: IconName, act: Box<dyn Fn(leptos::ev::MouseEvent)>| {
        view! {
            <button type="button" class="icon-button" aria-label=label title=label on:click=act>
                <Icon name=icon/>
            </button>
        }
    };
    view! {
        <div class="message-bar" role="toolbar" aria-label="What to do with this message">
            {can.answer.then(|| button("React", IconName::React, Box::new(move |_| toggle(Panel::Emoji))))}
            {can.answer.then(|| button("Reply", IconName::Reply, Box::new(reply)))}
            {can.edit.then(|| button("Edit", IconName::Edit, Box::new(edit)))}
            {button("More", IconName::More, Box::new(move |_| toggle(Panel::Menu)))}
        </div>
        {dynamic(move || timeline.panel.get().map(|panel| match panel {
            Panel::Menu => view! { <Menu/> }.into_any(),
            Panel::Emoji => view! { <EmojiPanel/> }.into_any(),
        }))}
    }
}
