//! Above the conversation: somebody asks to be verified, or somebody who was verified has new keys. Both wait until the
//! person has time for them; neither opens anything by itself.

use leptos::prelude::*;

use super::store::{Somebody, VerificationIntent};
use crate::chunk::chunk;
use crate::shell::store::Dialog;
use crate::stores::stores;
use crate::ui::direction::isolated;
use crate::ui::icon::{Icon, IconName};
use crate::ui::lazy::{Draw, lazy};
use crate::ui::reactive::{dynamic, keyed, show_when};

chunk!(verification: fn notices() -> Draw = notices_view);

fn notices_view() -> Draw {
    || view! { <Notices/> }.into_any()
}

/// The notices, if there are any.
#[component]
pub fn VerificationNotices() -> impl IntoView {
    let store = stores().verification;
    let there_are_any = move || {
        store.asked_by.with(Option::is_some) || store.changed.with(|changed| !changed.is_empty())
    };
    view! {
        <div class="alerts">
            {show_when(there_are_any, || lazy(notices, || ().into_any()))}
        </div>
    }
}

#[component]
fn Notices() -> impl IntoView {
    let store = stores().verification;
    view! {
        {keyed(move || store.changed.get(), Clone::clone, |who| view! { <Changed who=who/> })}
        {dynamic(move || store.asked_by.get().map(|who| view! { <Asked who=who/> }))}
    }
}

#[component]
fn Asked(who: Somebody) -> impl IntoView {
    let stores = stores();
    let name = isolated(&who.name);
    let declined = who.id.clone();
    let compare = move |_| {
        stores.actions.send(VerificationIntent::Ask(who.id.clone()));
        stores.view.dialog.set(Some(Dialog::Verify {
            id: who.id.clone(),
            name: who.name.clone(),
        }));
    };
    view! {
        <div class="alert with-buttons" role="status">
            <Icon name=IconName::Shield/>
            <p class="alert-words">
                <strong>{name} " would like to compare emoji with you."</strong>
                " Do it while you are together or on the phone. It takes half a minute."
            </p>
            <div class="button-row">
                <button type="button" class="primary" on:click=compare>"Compare"</button>
                <button
                    type="button"
                    class="quiet"
                    on:click=move |_| stores.actions.send(VerificationIntent::Decline(declined.clone()))
                >
                    "Not now"
                </button>
            </div>
        </div>
    }
}

#[component]
fn Changed(who: Somebody) -> impl IntoView {
    let stores = stores();
    let name = isolated(&who.name);
    let (forgotten, again) = (who.id.clone(), who);
    let advice = format!(
        "You had verified {name}. New keys are normal when somebody lost all their devices and was let in again. Before you send anything private, ask {name} in person or on the phone whether that is so."
    );
    let verify = move |_| {
        stores.view.dialog.set(Some(Dialog::Verify {
            id: again.id.clone(),
            name: again.name.clone(),
        }));
    };
    view! {
        <div class="alert danger with-buttons" role="alert">
            <Icon name=IconName::Alert/>
            <p class="alert-words"><strong>{name.clone()} " has new keys."</strong> " " {advice}</p>
            <div class="button-row">
                <button type="button" class="primary" on:click=verify>"Verify again"</button>
                <button
                    type="button"
                    class="quiet"
                    on:click=move |_| stores.actions.send(VerificationIntent::Forget(forgotten.clone()))
                >
                    "Go on without"
                </button>
            </div>
        </div>
    }
}
