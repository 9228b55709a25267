//! Go to a channel or a person by typing a few letters. Arrows choose, Enter goes.

use leptos::prelude::*;

use super::field::ChoiceField;
use super::matches::{Goal, Target, matches};
use crate::call::store::CallIntent;
use crate::shell::store::Drawer;
use crate::stores::{Stores, stores};
use crate::ui::hooks::focus;
use crate::ui::icon::{Icon, IconName};
use crate::ui::modal::Modal;
use crate::ui::reactive::{dynamic, reactive, show_when};

/// A field, and what fits below it.
#[component]
pub fn SwitcherDialog(on_close: Callback<()>) -> impl IntoView {
    let stores = stores();
    let typed = RwSignal::new(String::new());
    let at = RwSignal::new(0_usize);
    let found = Memo::new(move |_| {
        typed.with(|typed| {
            stores.community.channels.with(|channels| {
                let found = stores
                    .people
                    .members
                    .with(|members| matches(typed, channels, members));
                let can_call = stores.call.is_possible.get_untracked();
                found
                    .into_iter()
                    .filter(|target| can_call || !matches!(target.goal, Goal::Voice(_)))
                    .collect::<Vec<_>>()
            })
        })
    });
    let go_to = move |goal: Goal| {
        on_close.run(());
        go(stores, goal);
    };
    let enter = Callback::new(move |()| {
        let chosen = found.with_untracked(|found| found.get(at.get_untracked()).cloned());
        if let Some(target) = chosen {
            go_to(target.goal);
        }
    });
    view! {
            <Modal title="Go to" class="narrow top" on_close=on_close>
                <ChoiceField list="switcher" label="Channel or person" typed=typed at=at count=Signal::derive(move || found.with(Vec::len)) on_enter=enter/>
                <ul id="switcher-list" class="switcher-list" role="listbox" aria-label="What fits">
                    {dynamic(move || found.get().into_iter().enumerate().map(|(index, target)| {
                        let Target { goal, name, said } = target;
                        let icon = match goal {
                            Goal::Text(_) => IconName::Hash,
                            Goal::Voice(_) => IconName::Voice,
                            Goal::Person(_) => IconName::People,
                        };
                        view! {
                            <li
                                id=format!("switcher-{index}")
                                role="option"
                                aria-selected=reactive(move || if at.get() == index { "true" } else { "false" })
                                on:click=move |_| go_to(goal.clone())
                            >
                                <Icon name=icon/>
                                <span><bdi>{name}</bdi></span>
                                <span class="hint">{said}</span>
                            </li>
                        }
                    }).collect_view())}
                </ul>
                {show_when(move || found.with(Vec::is_empty), move || view! {
                    <p class="list-empty" role="status">"Nothing fits. Try fewer letters."</p>
    })}
            </Modal>
        }
}

fn go(stores: Stores, goal: Goal) {
    match goal {
        Goal::Text(id) => stores.open_channel(&id),
        Goal::Voice(id) => stores.actions.send(CallIntent::JoinVoice(id)),
        Goal::Person(id) => {
            stores.view.people_shown.set(true);
            stores.view.drawer.set(Some(Drawer::People));
            focus::on(format!("[id='person-{id}']"));
        }
    }
}
