//! One calm line in the place of several messages that cannot be read yet, or ever: how many, what will help, and the
//! technical side on request.

use leptos::prelude::*;

use super::store::Unreadable;
use super::text;
use crate::stores::stores;
use crate::ui::icon::{Icon, IconName};

/// The line.
#[component]
pub fn LockedLine(
    count: usize,
    /// Why they cannot be read.
    why: Unreadable,
    /// When the first was written, in milliseconds since 1970.
    at: f64,
) -> impl IntoView {
    let stores = stores();
    let is_from_before = stores
        .timeline
        .here_since
        .with_untracked(|since| since.is_some_and(|since| at < since));
    view! {
        <div class="locked-line" role="note">
            <Icon name=if why == Unreadable::Damaged { IconName::Alert } else { IconName::Lock }/>
            <div>
                <p>{text::locked(count, why, is_from_before)}</p>
                <details>
                    <summary>"Technical detail"</summary>
                    <p class="hint">{text::locked_detail(why)}</p>
                </details>
            </div>
        </div>
    }
}
