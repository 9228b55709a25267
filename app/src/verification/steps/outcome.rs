//! How a verification ended.

use leptos::prelude::*;

use crate::stores::stores;
use crate::ui::direction::isolated;
use crate::ui::icon::{Icon, IconName};
use crate::verification::store::{Failure, VerificationIntent};
use crate::verification::text;
use crate::verification::whom::Whom;

#[component]
pub fn Verified() -> impl IntoView {
    let Whom { name, on_close, .. } = expect_context();
    let who = isolated(&name);
    view! {
        <p class="verified-line big" role="status"><Icon name=IconName::Shield/> <strong>{format!("{who} is verified")}</strong></p>
        <p>{format!("You see a small shield beside {who} from now on, on all your devices. If {who}'s keys ever change, Parley tells you.")}</p>
        <div class="modal-buttons">
            <button type="button" class="primary" on:click=move |_| on_close.run(())>"Done"</button>
        </div>
    }
}

#[component]
pub fn Failed(failure: Failure) -> impl IntoView {
    let Whom {
        name,
        is_scanning,
        on_close,
        ..
    } = expect_context();
    let actions = stores().actions;
    let (headline, advice) = text::failure(failure, &name);
    let again = move |_| {
        is_scanning.set(false);
        actions.send(VerificationIntent::Close);
    };
    view! {
        <div role="alert">
            <p class:problem-line=failure == Failure::Mismatch><strong>{headline}</strong></p>
            <p>{advice}</p>
        </div>
        <div class="modal-buttons">
            <button type="button" class="quiet" on:click=again>"Try again"</button>
            <button type="button" class="primary" on:click=move |_| on_close.run(())>"Close"</button>
        </div>
    }
}
