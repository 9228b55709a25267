//! The form that adds an emoji: a picture, how it will look, and its name.

use leptos::prelude::*;

use super::store::EmojiIntent;
use super::text;
use crate::stores::stores;
use crate::ui::emoji::{self, IsBuiltIn};
use crate::ui::field::text::TextField;
use crate::ui::hooks::picture::{self, Drawn, Fault};
use crate::ui::hooks::task;
use crate::ui::icon::{Icon, IconName};
use crate::ui::reactive::{dynamic, reactive};

/// What is typed and chosen.
#[derive(Clone, Copy)]
struct Entered {
    name: RwSignal<String>,
    drawn: RwSignal<Option<Drawn>>,
    /// The picture is being made small.
    is_drawing: RwSignal<bool>,
    fault: RwSignal<Option<&'static str>>,
    tried: RwSignal<bool>,
}

impl Entered {
    fn new() -> Self {
        Self {
            name: RwSignal::new(String::new()),
            drawn: RwSignal::new(None),
            is_drawing: RwSignal::new(false),
            fault: RwSignal::new(None),
            tried: RwSignal::new(false),
        }
    }

    /// Takes the picture that was chosen, pasted or dropped.
    fn take(self, chosen: picture::Chosen) {
        let named = text::name_of_file(&chosen.name());
        self.fault.set(None);
        self.is_drawing.set(true);
        task::spawn(async move {
            let drawn = chosen.draw().await;
            // The dialog may be closed by now.
            if self.is_drawing.try_set(false).is_some() {
                return;
            }
            match drawn {
                Ok(drawn) => {
                    self.drawn.set(Some(drawn));
                    if self.name.with_untracked(String::is_empty) {
                        self.name.set(named);
                    }
                }
                Err(fault) => {
                    self.drawn.set(None);
                    self.fault.set(Some(said(fault)));
                }
            }
        });
    }
}

#[component]
pub(super) fn AddForm() -> impl IntoView {
    let stores = stores();
    let entered = Entered::new();
    let is_built_in = RwSignal::new(None::<IsBuiltIn>);
    task::spawn(async move {
        if let Ok(known) = emoji::built_in().await {
            let _ = is_built_in.try_set(Some(known));
        }
    });
    let problem = Signal::derive(move || {
        let name = entered.name.get();
        let is_taken = || {
            is_built_in
                .get()
                .is_some_and(|is_built_in| is_built_in(&name))
        };
        match name.as_str() {
            "" => entered.tried.get().then_some(text::NO_NAME),
            name if !text::is_name(name) => Some(text::NAME_RULE),
            _ => is_taken().then_some(text::BUILT_IN),
        }
        .map(str::to_owned)
    });
    let replaces = move || {
        let name = entered.name.get();
        problem.with(Option::is_none) && stores.emoji.address(&name).is_some()
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        entered.tried.set(true);
        let Some(drawn) = entered.drawn.get_untracked() else {
            return entered.fault.set(Some(text::NO_PICTURE_YET));
        };
        if problem.get_untracked().is_some() {
            return;
        }
        let name = entered.name.get_untracked();
        let image = drawn.bytes.clone();
        stores.actions.send(EmojiIntent::Add { name, image });
        entered.name.set(String::new());
        entered.drawn.set(None);
        entered.tried.set(false);
    };
    let take = move |event: &leptos::ev::Event| {
        if let Some(chosen) = picture::chosen(event) {
            event.prevent_default();
            entered.take(chosen);
        }
    };
    let pasted = window_event_listener(leptos::ev::paste, move |event| take(&event));
    on_cleanup(move || pasted.remove());
    view! {
        <form
            class="emoji-form"
            novalidate
            on:submit=submit
            on:dragover=|event| event.prevent_default()
            on:drop=move |event| take(&event)
        >
            <Preview entered=entered/>
            <div class="emoji-form-fields">
                <label class="file-button quiet">
                    <Icon name=IconName::Plus/>
                    {dynamic(move || if entered.drawn.with(Option::is_some) { "Choose another picture" } else { "Choose a picture" })}
                    <input type="file" accept="image/*" class="unseen" on:change=move |event| {
                        take(&event);
                        picture::forget(&event);
                    }/>
                </label>
                <p class="hint">"Or paste one, or drop it here. It is made small in this browser; where and when it was taken stays with you."</p>
                <TextField id="emoji-name" label="Name" value=entered.name max=text::LONGEST problem=problem hint="What people type between two colons."/>
                {dynamic(move || replaces().then(|| view! { <p class="hint" role="status">{text::REPLACES}</p> }))}
                {dynamic(move || entered.fault.get().or(stores.emoji.problem.get()).map(|fault| view! {
                    <p class="form-problem" role="alert">{fault}</p>
                }))}
                <div class="modal-buttons">
                    <button type="submit" class="primary" disabled=reactive(move || entered.is_drawing.get())>
                        {dynamic(move || if replaces() { "Replace emoji" } else { "Add emoji" })}
                    </button>
                </div>
            </div>
        </form>
    }
}

/// As it will look beside a line of text, and alone.
#[component]
fn Preview(entered: Entered) -> impl IntoView {
    dynamic(move || {
        let inside = match entered.drawn.get() {
            Some(Drawn { address, .. }) => view! {
                <img class="custom-emoji large" src=address.clone() alt="How it looks alone"/>
                <p>"Hello " <img class="custom-emoji" src=address alt="How it looks in a line"/></p>
            }
            .into_any(),
            None if entered.is_drawing.get() => {
                view! { <p class="hint" role="status">"Making it small…"</p> }.into_any()
            }
            None => view! { <Icon name=IconName::Smile/> }.into_any(),
        };
        view! { <div class="emoji-preview">{inside}</div> }
    })
}

fn said(fault: Fault) -> &'static str {
    match fault {
        Fault::NoPicture => text::NO_PICTURE,
        Fault::TooLarge => text::TOO_LARGE,
    }
}
