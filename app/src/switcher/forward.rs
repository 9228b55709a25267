//! A text goes to another channel: to which, and what the person says to it. Arrows choose, Enter goes on.

use leptos::prelude::*;

use super::field::ChoiceField;
use super::matches::{Goal, Target, matches};
use crate::channels::store::{Channel, ChannelKind};
use crate::composer::store::{ComposerIntent, LONGEST};
use crate::ids::{ChannelId, ItemId};
use crate::stores::stores;
use crate::ui::hooks::focus;
use crate::ui::icon::{Icon, IconName};
use crate::ui::modal::Modal;
use crate::ui::reactive::{dynamic, reactive, show_when};

/// Where it goes, what it says, and a comment.
#[component]
pub fn ForwardDialog(
    text: String,
    /// The message whose files go along, and what those are called.
    of: (ChannelId, ItemId),
    files: Vec<String>,
    on_close: Callback<()>,
) -> impl IntoView {
    let stores = stores();
    let typed = RwSignal::new(String::new());
    let comment = RwSignal::new(String::new());
    let at = RwSignal::new(0_usize);
    let found = Memo::new(move |_| {
        let can_take = |it: &&Channel| it.kind != ChannelKind::Voice && it.writable;
        let channels = stores.community.channels;
        let channels: Vec<Channel> =
            channels.with(|all| all.iter().filter(can_take).cloned().collect());
        typed.with(|typed| matches(typed, &channels, &[]))
    });
    let shown = if text.is_empty() {
        files.join(", ")
    } else {
        text.clone()
    };
    let send = move || {
        let chosen = found.with_untracked(|found| found.get(at.get_untracked()).cloned());
        let Some(Goal::Text(channel)) = chosen.map(|it| it.goal) else {
            return;
        };
        on_close.run(());
        stores.actions.send(ComposerIntent::Forward {
            channel,
            text: text.clone(),
            of: (!files.is_empty()).then(|| of.clone()),
            comment: comment.get_untracked().trim().to_owned(),
        });
    };
    // What was chosen is looked at once more before it goes out.
    let enter = Callback::new(|()| focus::on("#forward-comment"));
    view! {
        <Modal title="Forward to" class="narrow" on_close=on_close>
            <form class="forward" on:submit=move |event| {
                event.prevent_default();
                send();
            }>
                <ChoiceField list="forward" label="Channel" typed=typed at=at count=Signal::derive(move || found.with(Vec::len)) on_enter=enter/>
                <ul id="forward-list" class="switcher-list" role="listbox" aria-label="Channels that fit">
                    {dynamic(move || found.get().into_iter().enumerate().map(|(index, target)| {
                        let Target { name, .. } = target;
                        view! {
                            <li
                                id=format!("forward-{index}")
                                role="option"
                                aria-selected=reactive(move || if at.get() == index { "true" } else { "false" })
                                on:click=move |_| at.set(index)
                            >
                                <Icon name=IconName::Hash/>
                                <span><bdi>{name}</bdi></span>
                            </li>
                        }
                    }).collect_view())}
                </ul>
                {show_when(move || found.with(Vec::is_empty), || view! {
                    <p class="list-empty" role="status">"No channel that you can write in fits. Try fewer letters."</p>
                })}
                <blockquote class="forward-text" dir="auto">{shown}</blockquote>
                <input
                    type="text"
                    id="forward-comment"
                    dir="auto"
                    aria-label="Add a comment"
                    placeholder="Add a comment, if you like"
                    autocomplete="off"
                    maxlength=LONGEST.to_string()
                    prop:value=reactive(move || comment.get())
                    on:input=move |event| comment.set(event_target_value(&event))
                />
                <button type="submit" class="primary" disabled=reactive(move || found.with(Vec::is_empty))>"Forward"</button>
            </form>
        </Modal>
    }
}
