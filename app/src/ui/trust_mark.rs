//! The quiet mark beside somebody who is verified. Where their keys changed since, it is a plain warning.

use leptos::prelude::*;

use super::icon::{Icon, IconName};

/// The mark.
#[component]
pub fn TrustMark(
    /// The keys are others than those that were verified.
    changed: bool,
) -> impl IntoView {
    let (words, icon) = if changed {
        ("keys changed", IconName::Alert)
    } else {
        ("verified", IconName::Shield)
    };
    view! {
        <span class="verified" class:changed=changed title=words>
            <Icon name=icon/>
            <span class="unseen">" ("{words}")"</span>
        </span>
    }
}
