//! A short line that comes at the bottom and goes by itself: "Invite link copied".

use std::time::Duration;

use leptos::prelude::*;

use crate::stores::stores;
use crate::ui::icon::{Icon, IconName};
use crate::ui::reactive::dynamic;

/// How long a notice stays. Longer than it takes to read 12 words; more than double that would be in the way.
const SHORT: Duration = Duration::from_secs(4);
/// Something that did not work stays longer.
const LONG: Duration = Duration::from_secs(9);

/// The place where short notices appear. Screen readers say them as they come.
#[component]
pub fn NoticePlace() -> impl IntoView {
    let view = stores().view;
    Effect::new(move || {
        let Some(notice) = view.notice.get() else {
            return;
        };
        let stays = if notice.problem { LONG } else { SHORT };
        set_timeout(
            move || {
                view.notice.update(|shown| {
                    if shown
                        .as_ref()
                        .is_some_and(|shown| shown.number == notice.number)
                    {
                        *shown = None;
                    }
                });
            },
            stays,
        );
    });
    view! {
        <div class="notice-place" role="status">
            {dynamic(move || {
                view.notice.get().map(|notice| {
                    let icon = if notice.problem { IconName::Alert } else { IconName::Check };
                    view! {
                        <p class="notice" class:problem=notice.problem>
                            <Icon name=icon/>
                            {notice.text}
                        </p>
                    }
                })
            })}
        </div>
    }
}
