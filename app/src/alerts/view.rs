//! What must not be missed: a forked history, a relay that breaks the rules, a store that was lost, a new version.
//! Each stays until it is dismissed.

use leptos::prelude::*;

use super::store::Alert;
use super::store::AlertIntent;
use super::text;
use crate::chunk::chunk;
use crate::shell::store::ShellIntent;
use crate::stores::stores;
use crate::ui::icon::{Icon, IconName};
use crate::ui::lazy::{Draw, lazy};
use crate::ui::reactive::{keyed, show_when};

chunk!(conversation_rest: fn cards() -> Draw = cards_view);

fn cards_view() -> Draw {
    || view! { <Cards/> }.into_any()
}

/// All alerts, and the notice of a new version, above the conversation.
#[component]
pub fn Alerts() -> impl IntoView {
    let stores = stores();
    let there_are_any =
        move || stores.session.update_ready.get() || stores.alerts.all.with(|all| !all.is_empty());
    view! {
        <div class="alerts">
            {show_when(there_are_any, || lazy(cards, || ().into_any()))}
        </div>
    }
}

#[component]
fn Cards() -> impl IntoView {
    let stores = stores();
    view! {
                {keyed(move || stores.alerts.all.get(), Clone::clone, move |alert| view! {
                    <AlertCard alert=alert/>
    })}
                {show_when(move || stores.session.update_ready.get(), move || view! {
                    <div class="alert" role="status">
                        <Icon name=IconName::Again/>
                        <p class="alert-words"><strong>"A new version is ready."</strong></p>
                        <button type="button" class="quiet" on:click=move |_| stores.actions.send(ShellIntent::ApplyUpdate)>
                            "Reload"
                        </button>
                    </div>
    })}
    }
}

#[component]
fn AlertCard(alert: Alert) -> impl IntoView {
    let actions = stores().actions;
    let (headline, advice, danger) = text::alert(&alert);
    let detail = text::alert_detail(&alert).map(str::to_owned);
    let icon = if danger {
        IconName::Alert
    } else {
        IconName::Lock
    };
    view! {
        <div class="alert" class:danger=danger role="alert">
            <Icon name=icon/>
            <div class="alert-words">
                <p><strong>{headline}</strong> ". " {advice}</p>
                {detail.map(|detail| view! {
                    <details>
                        <summary>"Technical detail"</summary>
                        <code class="break">{detail}</code>
                    </details>
                })}
            </div>
            <button
                type="button"
                class="icon-button"
                aria-label="Dismiss"
                title="Dismiss"
                on:click=move |_| actions.send(AlertIntent::DismissAlert(alert.clone()))
            >
                <Icon name=IconName::Close/>
            </button>
        </div>
    }
}
