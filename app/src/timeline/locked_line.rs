//! One calm line in the place of several messages that cannot be read: how many, why and what is being done; what helps
//! on request.

use leptos::prelude::*;

use super::rows::Locked;
use super::store::Unreadable;
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
    let icon = if is_damaged {
        IconName::Alert
    } else {
        IconName::Lock
    };
    view! {
        <div class="locked-line" role="note">
            <Icon name=icon/>
            <div>
                <p>{text::locked(&locked)}</p>
                <details>
                    <summary>"Why, and what helps"</summary>
                    {locked.counts().map(|(why, _)| view! { <p class="hint">{text::locked_detail(why)}</p> }).collect_view()}
                    <button type="button" class="text-button" on:click=move |_| view.open_settings(Some(Section::Health))>
                        "Encryption health"
                    </button>
                </details>
            </div>
        </div>
    }
}
