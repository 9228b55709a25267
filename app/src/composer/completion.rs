//! Completion of what is typed: people after `@`, channels after `#`, commands after `/`, emoji after `:`. Arrows choose,
//! Enter and Tab take, Escape leaves. Comes with a chunk when it is first wanted.

mod suggestions;

use leptos::prelude::*;

use self::suggestions::{Suggestion, suggestions};
use super::assist::Assist;
use super::store::{ComposerIntent, EmojiChoice};
use super::trigger::Trigger;
use crate::chunk::chunk;
use crate::roles::store::EVERYONE;
use crate::stores::{Stores, stores};
use crate::ui::emoji;
use crate::ui::hooks::task;
use crate::ui::lazy::{Draw, lazy};
use crate::ui::reactive::{dynamic, reactive, show_when};

chunk!(completion: fn list() -> Draw = list_view);

fn list_view() -> Draw {
    || view! { <Suggestions/> }.into_any()
}

/// Shows suggestions while something asks for them.
#[component]
pub fn Completion() -> impl IntoView {
    let assist = expect_context::<Assist>();
    show_when(
        move || assist.trigger.with(Option::is_some),
        || lazy(list, || ().into_any()),
    )
}

#[component]
fn Suggestions() -> impl IntoView {
    let stores = stores();
    let assist = expect_context::<Assist>();
    let at = RwSignal::new(0_usize);
    let left = RwSignal::new(None::<Trigger>);
    let emoji = RwSignal::new(None::<emoji::Search>);
    let found = Memo::new(move |_| {
        let trigger = assist.trigger.get();
        let trigger = trigger.filter(|it| left.with(|left| left.as_ref() != Some(it)));
        let Some(trigger) = trigger else {
            return Vec::new();
        };
        if trigger.sign != ':' {
            return of(stores, &trigger);
        }
        let Some(search) = emoji.get() else {
            return Vec::new();
        };
        let tone = stores.composer.emoji_tone.get();
        let found = stores.emoji.pictures();
        let found = search(&trigger.word, tone, suggestions::SHOWN, &found);
        found.into_iter().map(Suggestion::of_emoji).collect()
    });
    Effect::new(move |is_asked: Option<bool>| {
        let wanted = assist
            .trigger
            .with(|it| it.as_ref().is_some_and(|it| it.sign == ':'));
        let is_asked = is_asked.unwrap_or(false);
        if wanted && !is_asked {
            task::spawn(async move {
                if let Ok(search) = emoji::search().await {
                    // Nobody may be typing any more.
                    let _ = emoji.try_set(Some(search));
                }
            });
        }
        is_asked || wanted
    });
    let take = move |index: usize| {
        let chosen = found.with_untracked(|found| found.get(index).cloned());
        if let Some(chosen) = chosen {
            if assist
                .trigger
                .with_untracked(|it| it.as_ref().is_some_and(|it| it.sign == ':'))
            {
                stores.actions.send(ComposerIntent::Emoji(EmojiChoice::Pick(
                    chosen.sign.clone(),
                )));
            }
            assist.complete(&chosen.text);
        }
    };
    Effect::new(move || {
        let shown = found.with(Vec::len);
        at.set(0);
        assist.active.set((shown > 0).then(|| id(0)));
    });
    assist
        .keys
        .set_value(Some(Callback::new(move |key: String| {
            let count = found.with_untracked(Vec::len);
            if count == 0 {
                return false;
            }
            let now = at.get_untracked();
            let next = match key.as_str() {
                "ArrowDown" => (now + 1) % count,
                "ArrowUp" => (now + count - 1) % count,
                "Enter" | "Tab" => {
                    take(now);
                    return true;
                }
                // The whole name of an emoji was typed.
                ":" => {
                    let typed = assist
                        .trigger
                        .with_untracked(|it| it.as_ref().map(|it| format!(":{}:", it.word)));
                    let is_it = |it: &Suggestion| Some(&it.name) == typed.as_ref();
                    let Some(whole) = found.with_untracked(|all| all.iter().position(is_it)) else {
                        return false;
                    };
                    take(whole);
                    return true;
                }
                "Escape" => {
                    left.set(assist.trigger.get_untracked());
                    return true;
                }
                _ => return false,
            };
            at.set(next);
            assist.active.set(Some(id(next)));
            true
        })));
    on_cleanup(move || {
        assist.keys.set_value(None);
        assist.active.set(None);
    });
    dynamic(move || {
        let found = found.get();
        if found.is_empty() {
            return ().into_any();
        }
        let options = found.into_iter().enumerate().map(|(index, it)| {
            let Suggestion {
                sign,
                picture,
                name,
                hint,
                ..
            } = it;
            let sign = match picture {
                Some(address) => emoji::picture(name.trim_matches(':'), &address),
                None => sign.into_any(),
            };
            view! {
                <li
                    id=id(index)
                    role="option"
                    aria-selected=reactive(move || if at.get() == index { "true" } else { "false" })
                    // The focus stays where one types.
                    on:pointerdown=|event| event.prevent_default()
                    on:click=move |_| take(index)
                >
                    <span class="completion-sign" aria-hidden="true">{sign}</span>
                    <bdi>{name}</bdi>
                    <span class="hint">{hint}</span>
                </li>
            }
        });
        view! {
            <ul id="completion" class="completion" role="listbox" aria-label="Suggestions">
                {options.collect_view()}
            </ul>
        }
        .into_any()
    })
}

fn id(index: usize) -> String {
    format!("completion-{index}")
}

fn of(stores: Stores, trigger: &Trigger) -> Vec<Suggestion> {
    let mut groups = stores.roles.names();
    if stores.community.powers.get().call_everyone {
        groups.push(EVERYONE.to_owned());
    }
    stores.community.channels.with(|channels| {
        let members = stores.people.members;
        members.with(|members| suggestions(trigger, channels, members, &groups))
    })
}
