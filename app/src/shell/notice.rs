//! A short line that comes at the bottom and goes by itself: "Invite link copied".

use std::time::Duration;

use leptos::prelude::*;

use crate::stores::stores;
use crate::ui::icon::{Icon, IconName};
use crate::ui::reactive::dynamic;

/// How long a notice stays. Longer than it takes to read 12 words; more than double that would be in the way.
const SHORT: Duration = Duration::from_secs(4);
/// Something that did not work stays longer, and what there is a way to.
const LONG: Duration = Duration::from_secs(9);

/// The place where short notices appear. Screen readers say them as they come.
#[component]
pub fn NoticePlace() -> impl IntoView {
    let stores = stores();
    let view = stores.view;
    Effect::new(move || {
        let Some(notice) = view.notice.get() else {
            return;
        };
        let is_short = !notice.problem && notice.about.is_none();
        let stays = if is_short { SHORT } else { LONG };
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
                            {notice.about.map(|channel| view! {
                                <button type="button" class="link" on:click=move |_| {
                                    view.notice.set(None);
                                    stores.open_channel(&channel);
                                }>"Go there"</button>
                            })}
                        </p>
                    }
                })
            })}
        </div>
    }
}
