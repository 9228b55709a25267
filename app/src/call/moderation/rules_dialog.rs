//! The rules of a voice channel: how many fit in, and whether it is a stage.

use leptos::prelude::*;

use super::text;
use crate::call::store::moderation::{CallRules, ModerationIntent};
use crate::ids::ChannelId;
use crate::stores::stores;
use crate::ui::direction::isolated;
use crate::ui::modal::Modal;
use crate::ui::reactive::reactive;

/// What can be chosen; 0 is no limit.
const LIMITS: [u32; 10] = [0, 1, 2, 3, 4, 5, 6, 8, 10, 12];

/// For those who may manage channels.
#[component]
pub fn CallRulesDialog(channel: ChannelId, on_close: Callback<()>) -> impl IntoView {
    let stores = stores();
    let name = untrack(|| stores.community.channel(&channel)).map(|it| it.name);
    let before = untrack(|| stores.call.moderation.rules_of(&channel));
    let limit = RwSignal::new(before.limit.unwrap_or(0));
    let stage = RwSignal::new(before.stage);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let limit = limit.get_untracked();
        let rules = CallRules {
            limit: (limit > 0).then_some(limit),
            stage: stage.get_untracked(),
        };
        if rules != before {
            stores.actions.send(ModerationIntent::SetRules {
                channel: channel.clone(),
                rules,
            });
        }
        on_close.run(());
    };
    let chosen = before.limit.unwrap_or(0);
    let own = (!LIMITS.contains(&chosen)).then_some(chosen);
    let options = LIMITS.into_iter().chain(own).map(|count| {
        view! { <option value=count.to_string() selected=count == chosen>{text::limit(count)}</option> }
    });
    let options = options.collect_view();
    view! {
        <Modal title=isolated(&name.unwrap_or_default()) class="narrow" on_close=on_close>
            <form novalidate on:submit=submit>
                <label class="field">
                    <span class="field-label">"How many people fit in"</span>
                    <select on:change=move |event| limit.set(event_target_value(&event).parse().unwrap_or(0))>
                        {options}
                    </select>
                </label>
                <p class="hint">"Those who look after calls come in all the same. Whoever came last has to go if there are more than that now."</p>
                <label class="switch">
                    <input
                        type="checkbox"
                        role="switch"
                        prop:checked=reactive(move || stage.get())
                        on:change=move |_| stage.update(|stage| *stage = !*stage)
                    />
                    <span>"It is a stage"</span>
                </label>
                <p class="hint">"On a stage everybody listens. Only those talk who look after calls, and those whom they let speak. The others can raise a hand."</p>
                <div class="modal-buttons">
                    <button type="button" class="quiet" on:click=move |_| on_close.run(())>"Cancel"</button>
                    <button type="submit" class="primary">"Save"</button>
                </div>
            </form>
        </Modal>
    }
}
