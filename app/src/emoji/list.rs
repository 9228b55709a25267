//! All emoji of the community, what is on its way, and taking one away after a question.

use leptos::prelude::*;

use super::store::{CustomEmoji, EmojiIntent, Waiting};
use super::text;
use crate::stores::stores;
use crate::ui::direction::isolated;
use crate::ui::hooks::focus;
use crate::ui::icon::{Icon, IconName};
use crate::ui::reactive::{dynamic, keyed, show_when};

#[component]
pub(super) fn EmojiList() -> impl IntoView {
    let emoji = stores().emoji;
    let asked = RwSignal::new(None::<String>);
    let is_empty = move || emoji.all.with(Vec::is_empty) && emoji.waiting.with(Vec::is_empty);
    let count = move || {
        let count = emoji.all.with(Vec::len);
        format!("{count} of {}", text::MOST)
    };
    view! {
        <section class="emoji-all" aria-labelledby="emoji-all">
            <h3 id="emoji-all" tabindex="-1">"All of them" <span class="hint">{dynamic(count)}</span></h3>
            {show_when(is_empty, || view! {
                <p class="list-empty">"None yet. The first one is yours to add."</p>
            })}
            <ul class="emoji-list" aria-label="Emoji">
                {keyed(move || emoji.waiting.get(), Clone::clone, |waiting| view! { <WaitingRow waiting=waiting/> })}
                {keyed(move || emoji.all.get(), |it| (it.name.clone(), it.address.clone()), move |it| view! { <Row emoji=it asked=asked/> })}
            </ul>
        </section>
    }
}

#[component]
fn Row(emoji: CustomEmoji, asked: RwSignal<Option<String>>) -> impl IntoView {
    let stores = stores();
    let CustomEmoji {
        name, address, by, ..
    } = emoji;
    let shown = format!(":{name}:");
    let name = name.to_string();
    let act = {
        let shown = shown.clone();
        move || {
            let (ask, name) = (name.clone(), name.clone());
            if asked.with(|asked| asked.as_ref() != Some(&name)) {
                let label = format!("Remove {shown}");
                return view! {
                    <button type="button" class="icon-button small" aria-label=label.clone() title=label on:click=move |_| {
                        asked.set(Some(ask.clone()));
                        focus::on("#emoji-keep");
                    }>
                        <Icon name=IconName::Remove/>
                    </button>
                }
                .into_any();
            }
            view! {
                <span class="emoji-question">
                    <span role="status">"Remove it for all?"</span>
                    <button type="button" id="emoji-keep" class="quiet" on:click=move |_| {
                        asked.set(None);
                        focus::on("#emoji-all");
                    }>"Keep it"</button>
                    <button type="button" class="danger" on:click=move |_| {
                        asked.set(None);
                        stores.actions.send(EmojiIntent::Remove { name: name.clone() });
                        focus::on("#emoji-all");
                    }>"Yes, remove"</button>
                </span>
            }
            .into_any()
        }
    };
    view! {
        <li>
            <img class="custom-emoji large" src=address.to_string() alt=""/>
            <span class="emoji-words">
                <span>{shown}</span>
                <span class="hint">"by " {isolated(&by)}</span>
            </span>
            {show_when(move || stores.community.powers.get().manage_channels, move || dynamic(act.clone()))}
        </li>
    }
}

#[component]
fn WaitingRow(waiting: Waiting) -> impl IntoView {
    let actions = stores().actions;
    let Waiting {
        id,
        name,
        adds,
        failed,
    } = waiting;
    let says = match (failed, adds) {
        (false, true) => "is on its way",
        (false, false) => "will be removed in a moment",
        (true, true) => "could not be added",
        (true, false) => "could not be removed",
    };
    view! {
        <li class="waiting">
            <Icon name=if failed { IconName::Alert } else { IconName::Clock }/>
            <span class="emoji-words" role="status">{format!(":{name}: {says}")}</span>
            {failed.then(|| view! {
                <button type="button" class="quiet" on:click=move |_| actions.send(EmojiIntent::Forget { id: id.clone() })>"All right"</button>
            })}
        </li>
    }
}
