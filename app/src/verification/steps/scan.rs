//! The camera, looking for the other person's code.

use leptos::prelude::*;

use crate::stores::stores;
use crate::ui::direction::isolated;
use crate::ui::reactive::dynamic;
use crate::ui::scanner::Scanner;
use crate::verification::store::VerificationIntent;
use crate::verification::text;
use crate::verification::whom::Whom;

#[component]
pub fn Scan() -> impl IntoView {
    let Whom {
        id,
        name,
        is_scanning,
        ..
    } = expect_context();
    let stores = stores();
    let hint = stores.verification.hint;
    hint.set(None);
    let who = isolated(&name);
    let found = Callback::new(move |code| {
        stores.actions.send(VerificationIntent::Scanned {
            user: id.clone(),
            code,
        });
    });
    view! {
        <p>{format!("Hold the camera to {who}'s screen. {who} finds the code under \"Show my code\".")}</p>
        <Scanner on_code=found/>
        {dynamic(move || hint.get().map(|hint| view! {
            <p class="form-problem" role="alert">{text::hint(hint, &name)}</p>
        }))}
        <div class="modal-buttons">
            <button type="button" class="quiet" on:click=move |_| is_scanning.set(false)>"Back"</button>
        </div>
    }
}
