//! Asking something: a question, its options, and whether one may choose several.

use leptos::prelude::*;

use super::store::ComposerIntent;
use crate::ids::ItemId;
use crate::stores::stores;
use crate::ui::field::text::TextField;
use crate::ui::hooks::focus;
use crate::ui::icon::{Icon, IconName};
use crate::ui::modal::Modal;
use crate::ui::reactive::{dynamic, reactive};

const MOST: usize = 20;
const QUESTION_CHARS: u32 = 300;
const OPTION_CHARS: usize = 200;

/// A form for a poll in the open channel, or in a thread of it, to which it leads back.
#[component]
pub fn NewPollDialog(thread: Option<ItemId>, on_close: Callback<()>) -> impl IntoView {
    let stores = stores();
    let on_close = Callback::new({
        let thread = thread.clone();
        move |()| match (&thread, stores.timeline.open.get_untracked()) {
            (Some(root), Some(channel)) => stores.open_thread(&channel, root),
            (_, _) => on_close.run(()),
        }
    });
    let question = RwSignal::new(String::new());
    let options = RwSignal::new(vec![
        RwSignal::new(String::new()),
        RwSignal::new(String::new()),
    ]);
    let several = RwSignal::new(false);
    let tried = RwSignal::new(false);
    let filled = move || {
        let texts = options.with(|all| {
            all.iter()
                .map(|it| it.get().trim().to_owned())
                .collect::<Vec<_>>()
        });
        texts
            .into_iter()
            .filter(|it| !it.is_empty())
            .collect::<Vec<String>>()
    };
    let question_problem = Signal::derive(move || {
        let is_blank = question.with(|it| it.trim().is_empty());
        (tried.get() && is_blank).then(|| "Please write what you ask.".to_owned())
    });
    let options_problem = Memo::new(move |_| {
        let texts = filled();
        let is_twice = texts
            .iter()
            .enumerate()
            .any(|(at, it)| texts[..at].contains(it));
        match (is_twice, texts.len() < 2 && tried.get()) {
            (true, _) => Some("Two options say the same."),
            (false, true) => Some("Please write at least two options."),
            (false, false) => None,
        }
    });
    let add = move |_| {
        options.update(|all| all.push(RwSignal::new(String::new())));
        let last = options.with_untracked(Vec::len);
        focus::on(format!("#poll-option-{last}"));
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        let Some(channel) = stores.timeline.open.get_untracked() else {
            return;
        };
        let thread = thread.clone();
        if question.with_untracked(|it| it.trim().is_empty())
            || untrack(filled).len() < 2
            || options_problem.get_untracked().is_some()
        {
            return;
        }
        stores.actions.send(ComposerIntent::SendPoll {
            channel,
            question: question.get_untracked().trim().to_owned(),
            options: untrack(filled),
            several: several.get_untracked(),
            thread,
        });
        on_close.run(());
    };
    view! {
        <Modal title="New poll" class="narrow" on_close=on_close>
            <form novalidate on:submit=submit>
                <TextField id="poll-question" label="Question" value=question max=QUESTION_CHARS problem=question_problem first=true/>
                <fieldset class="poll-options">
                    <legend class="field-label">"Options"</legend>
                    {dynamic(move || options.get().into_iter().enumerate().map(|(at, text)| view! {
                        <input
                            id=format!("poll-option-{}", at + 1)
                            type="text"
                            dir="auto"
                            maxlength=OPTION_CHARS
                            aria-label=format!("Option {}", at + 1)
                            placeholder=format!("Option {}", at + 1)
                            prop:value=reactive(move || text.get())
                            on:input=move |event| text.set(event_target_value(&event))
                        />
                    }).collect_view())}
                    <p class="field-problem" role="alert">{dynamic(move || options_problem.get())}</p>
                    <button type="button" class="quiet" disabled=reactive(move || options.with(|all| all.len() >= MOST)) on:click=add>
                        <Icon name=IconName::Plus/>
                        "Add an option"
                    </button>
                </fieldset>
                <label class="check">
                    <input type="checkbox" prop:checked=reactive(move || several.get()) on:change=move |_| several.update(|it| *it = !*it)/>
                    "People may choose more than one"
                </label>
                <div class="modal-buttons">
                    <button type="button" class="quiet" on:click=move |_| on_close.run(())>"Cancel"</button>
                    <button type="submit" class="primary">"Ask"</button>
                </div>
            </form>
        </Modal>
    }
}
