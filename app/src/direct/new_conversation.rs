//! Whom to write to: one person, or a group with a name if it is to have one.

use leptos::prelude::*;

use super::people_choice::PeopleChoice;
use super::store::DirectIntent;
use super::text;
use crate::stores::stores;
use crate::ui::field::text::TextField;
use crate::ui::modal::Modal;
use crate::ui::reactive::{reactive, show_when};

/// Others in a group at most.
const MOST: usize = 9;

/// A small form.
#[component]
pub fn NewConversationDialog(on_close: Callback<()>) -> impl IntoView {
    let actions = stores().actions;
    let chosen = RwSignal::new(Vec::new());
    let name = RwSignal::new(String::new());
    let count = Memo::new(move |_| chosen.with(Vec::len));
    let none = Signal::derive(|| None::<String>);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if (1..=MOST).contains(&count.get_untracked()) {
            actions.send(DirectIntent::Begin {
                with: chosen.get_untracked(),
                name: name.get_untracked(),
            });
            on_close.run(());
        }
    };
    view! {
        <Modal title="New conversation" class="narrow" on_close=on_close>
            <form novalidate on:submit=submit>
                <PeopleChoice chosen=chosen without=Vec::new()/>
                {show_when(move || { count.get() > 1 }, move || view! {
                    <TextField id="group-name" label="Group name" value=name max=48 problem=none hint="May stay empty."/>
                })}
                {show_when(move || { count.get() > MOST }, || view! {
                    <p class="problem" role="alert">{text::TOO_MANY}</p>
                })}
                <div class="modal-buttons">
                    <button type="button" class="quiet" on:click=move |_| on_close.run(())>"Cancel"</button>
                    <button
                        type="submit"
                        class="primary"
                        disabled=reactive(move || !(1..=MOST).contains(&count.get()))
                    >"Begin"</button>
                </div>
            </form>
        </Modal>
    }
}
