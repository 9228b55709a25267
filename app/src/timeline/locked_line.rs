//! One calm line in the place of several messages that cannot be read: how many, why and what is being done; what helps
//! on request.

use leptos::prelude::*;

use super::rows::Locked;
use super::store::{TimelineIntent, Unreadable};
use super::text;
use crate::settings::store::Section;
use crate::stores::stores;
use crate::ui::icon::{Icon, IconName};

/// The line.
#[component]
pub fn LockedLine(locked: Locked) -> impl IntoView {
    let view = stores().view;
    let is_damaged = locked
        .counts()
        .any(|(why, _)| matches!(why, Unreadable::Damaged | Unreadable::TakenAway));
    let timeline = stores().timeline;
    let is_blocked = locked.has(Unreadable::Blocked);
    let is_only_blocked = is_blocked && locked.counts().count() == 1;
    let actions = stores().actions;
    let icon = if is_damaged {
        IconName::Alert
    } else {
        IconName::Lock
    };
    view! {
        <div class="locked-line" role="note">
            <Icon name=icon/>
            <div>
                <p>
                    {text::locked(&locked)}
                    {is_blocked.then(|| view! {
                        " "
                        <button
                            type="button"
                            class="text-button"
                            on:click=move |_| {
                                if let Some(open) = timeline.open.get_untracked() {
                                    actions.send(TimelineIntent::Unfold(open));
                                }
                            }
                        >"Show"</button>
                    })}
                </p>
                {(!is_only_blocked).then(|| view! { <details>
                    <summary>"Why, and what helps"</summary>
                    {locked.counts().map(|(why, _)| view! { <p class="hint">{text::locked_detail(why)}</p> }).collect_view()}
                    <button type="button" class="text-button" on:click=move |_| view.open_settings(Some(Section::Health))>
                        "Encryption health"
                    </button>
                </details> })}
            </div>
        </div>
    }
}
