//! Somebody new without a password keeps their recovery key: it opens their messages on every further device.

use leptos::prelude::*;

use super::store::{Secret, SessionIntent};
use super::submit_area::SubmitArea;
use crate::shell::store::ShellIntent;
use crate::stores::stores;
use crate::ui::form_page::FormPage;
use crate::ui::icon::{Icon, IconName};
use crate::ui::reactive::reactive;

const LEAD: &str = "Your provider says who you are, but it can't open your messages, and neither can we. On another device this key does. It is shown this once: write it down, or save it in a password manager.";

/// The key, a way to copy it, and the promise to keep it.
#[component]
pub fn KeepKey(
    /// The key, in groups.
    recovery_key: Secret,
) -> impl IntoView {
    let stores = stores();
    let kept = RwSignal::new(false);
    let missing = RwSignal::new(false);
    let key = recovery_key.into_inner();
    let copy = {
        let text = key.clone();
        move |_| {
            stores.actions.send(ShellIntent::Copy {
                text: text.clone(),
                said: "Recovery key copied",
            });
        }
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        missing.set(!kept.get_untracked());
        if kept.get_untracked() {
            stores.submit(SessionIntent::KeyKept);
        }
    };
    view! {
        <FormPage title="Your recovery key".to_owned() lead=LEAD.to_owned()>
            <form novalidate on:submit=submit>
                <code class="recovery-key break">{key}</code>
                <button type="button" class="quiet" on:click=copy>
                    <Icon name=IconName::Copy/>
                    "Copy recovery key"
                </button>
                <label class="check">
                    <input
                        type="checkbox"
                        prop:checked=reactive(move || kept.get())
                        aria-invalid=reactive(move || missing.get().then_some("true"))
                        on:change=move |event| {
                            kept.set(event_target_checked(&event));
                            missing.set(false);
                        }
                    />
                    <span>"I put it somewhere safe"</span>
                </label>
                <SubmitArea label="Join"/>
            </form>
        </FormPage>
    }
}
