//! The ways to verify somebody.

use leptos::prelude::*;

use crate::stores::stores;
use crate::ui::direction::isolated;
use crate::ui::icon::{Icon, IconName};
use crate::ui::reactive::show_when;
use crate::verification::store::{Mark, VerificationIntent};
use crate::verification::whom::Whom;

#[component]
pub fn Choose() -> impl IntoView {
    let Whom {
        id,
        name,
        is_scanning,
        ..
    } = expect_context();
    let stores = stores();
    let who = isolated(&name);
    let (asked, shown) = (id.clone(), id.clone());
    let ask = move |_| stores.actions.send(VerificationIntent::Ask(asked.clone()));
    let show = move |_| {
        stores
            .actions
            .send(VerificationIntent::ShowCode(shown.clone()));
    };
    let is_verified = move || stores.verification.mark_of(&id) == Some(Mark::Verified);
    let verified = format!("{who} is verified. You can do it again at any time.");
    view! {
        {show_when(is_verified, move || view! { <p class="verified-line"><Icon name=IconName::Shield/> {verified.clone()}</p> })}
        <p>{format!("Make sure that you are talking to {who} and nobody in between. You both do this at the same time, together or on a call.")}</p>
        <div class="ways">
            <button type="button" class="primary big" autofocus on:click=ask>"Compare emoji"</button>
            <p class="hint">"You both see seven pictures and tell each other whether they are the same."</p>
            <button type="button" class="quiet big" on:click=show>"Show my code"</button>
            <button type="button" class="quiet big" on:click=move |_| is_scanning.set(true)>{format!("Scan {who}'s code")}</button>
            <p class="hint">"If you are in one place: one shows a code, the other scans it."</p>
        </div>
    }
}
