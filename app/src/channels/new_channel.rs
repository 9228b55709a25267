//! Making a channel: a name, and whether it is for text or voice.

use leptos::prelude::*;
use parley_protocol::names::fold;

use super::store::ChannelIntent;
use super::store::ChannelKind;
use crate::stores::stores;
use crate::ui::field::text::TextField;
use crate::ui::icon::{Icon, IconName};
use crate::ui::modal::Modal;
use crate::ui::reactive::reactive;

/// A small form.
#[component]
pub fn NewChannelDialog(
    /// The kind that is chosen at first.
    kind: ChannelKind,
    on_close: Callback<()>,
) -> impl IntoView {
    let stores = stores();
    let name = RwSignal::new(String::new());
    let chosen = RwSignal::new(kind);
    let tried = RwSignal::new(false);
    let problem = Signal::derive(move || {
        let text = name.with(|n| fold(n.trim()));
        let taken = stores.community.channels.with(|all| {
            all.iter()
                .any(|c| c.kind == chosen.get() && fold(&c.name) == text)
        });
        match (text.is_empty(), taken) {
            (true, _) => tried
                .get()
                .then(|| "Please give the channel a name.".to_owned()),
            (false, true) => Some("There is a channel of that name already.".to_owned()),
            (false, false) => None,
        }
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        if problem.get_untracked().is_none() {
            let name = name
                .get_untracked()
                .trim()
                .trim_start_matches('#')
                .to_owned();
            stores.actions.send(ChannelIntent::CreateChannel {
                name,
                kind: chosen.get_untracked(),
            });
            on_close.run(());
        }
    };
    view! {
        <Modal title="New channel" class="narrow" on_close=on_close>
            <form novalidate on:submit=submit>
                <fieldset class="choices">
                    <legend class="field-label">"What for"</legend>
                    <KindChoice kind=ChannelKind::Text icon=IconName::Hash text="Text" chosen=chosen/>
                    <KindChoice kind=ChannelKind::Voice icon=IconName::Voice text="Voice" chosen=chosen/>
                </fieldset>
                <TextField id="channel-name" label="Channel name" value=name max=48 problem=problem first=true/>
                <div class="modal-buttons">
                    <button type="button" class="quiet" on:click=move |_| on_close.run(())>"Cancel"</button>
                    <button type="submit" class="primary">"Make channel"</button>
                </div>
            </form>
        </Modal>
    }
}

#[component]
fn KindChoice(
    kind: ChannelKind,
    icon: IconName,
    text: &'static str,
    chosen: RwSignal<ChannelKind>,
) -> impl IntoView {
    view! {
        <label class="choice">
            <input type="radio" name="kind" prop:checked=reactive(move || chosen.get() == kind) on:change=move |_| chosen.set(kind)/>
            <span><Icon name=icon/> {text}</span>
        </label>
    }
}
