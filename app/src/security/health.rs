//! Encryption health: what could not be read and what is being done, the state of what keeps keys, and a report without
//! secrets.

use leptos::prelude::*;

use super::report::report;
use super::store::{SavedText, SecurityIntent, Stored, Unread, Vault, VaultTrouble};
use super::text;
use crate::shell::store::ShellIntent;
use crate::stores::stores;
use crate::ui::hooks::device_label;
use crate::ui::icon::{Icon, IconName};
use crate::ui::reactive::dynamic;

/// All of it.
#[component]
pub fn HealthPage() -> impl IntoView {
    let stores = stores();
    stores.actions.send(SecurityIntent::Look);
    stores.actions.send(SecurityIntent::Watch(true));
    on_cleanup(move || stores.actions.send(SecurityIntent::Watch(false)));
    let health = stores.security.health;
    // Each part changes by itself: what somebody is at in another one stays.
    let written = Memo::new(move |_| health.with(|it| (it.readable, it.unread.clone(), it.unsent)));
    let kept = Memo::new(move |_| health.with(|it| (it.storage, it.kept, it.all)));
    let vault_state = Memo::new(move |_| health.with(|it| it.vault));
    let logged = Memo::new(move |_| {
        health.with(|it| (it.is_held, it.warnings, it.log_entries, it.one_time_keys))
    });
    let shows_report = RwSignal::new(false);
    view! {
        <section class="matter">
            <h4>"Messages"</h4>
            {dynamic(move || messages(written.get()))}
        </section>
        <section class="matter">
            <h4>"Your vault"</h4>
            {dynamic(move || vault(vault_state.get()))}
        </section>
        <section class="matter">
            <h4>"What this browser keeps"</h4>
            {dynamic(move || storage(kept.get()))}
        </section>
        <section class="matter">
            <h4>"Log and keys"</h4>
            {dynamic(move || log(logged.get()))}
        </section>
        <section class="matter">
            <h4>"Report"</h4>
            <p class="hint">"For whoever helps you: numbers and states, and no name, message, key or address."</p>
            {dynamic(move || if shows_report.get() {
                view! { <Report text=report(&health.get_untracked(), &device_label::read())/> }.into_any()
            } else {
                view! { <button type="button" class="quiet" on:click=move |_| shows_report.set(true)>"Make a report"</button> }.into_any()
            })}
        </section>
    }
}

fn messages((readable, unread, unsent): (u32, Vec<Unread>, u32)) -> AnyView {
    let total: u32 = unread.iter().map(|it| it.count).sum();
    let state = if total == 0 {
        let words = match readable {
            0 => "Nothing was written here yet.".to_owned(),
            1 => "The one message here can be read.".to_owned(),
            _ => format!("All {readable} messages here can be read."),
        };
        view! { <p class="matter-state good"><Icon name=IconName::Check/>{words}</p> }.into_any()
    } else {
        view! {
            <p class="matter-state">{format!("{readable} messages here can be read, {total} can't.")}</p>
            <dl class="figures reasons">
                {unread.into_iter().map(|Unread { why, count }| {
                    let (what, done) = text::unread(why);
                    view! { <dt>{count}</dt><dd><strong>{what}". "</strong>{done}</dd> }
                }).collect_view()}
            </dl>
        }
        .into_any()
    };
    let unsent = match unsent {
        0 => None,
        1 => Some("1 message of yours waits for the relay.".to_owned()),
        number => Some(format!("{number} messages of yours wait for the relay.")),
    };
    view! { {state} {unsent.map(|text| view! { <p class="hint">{text}</p> })} }.into_any()
}

fn vault(vault: Option<Vault>) -> AnyView {
    let hint = view! { <p class="hint">"Your keys, locked for you alone, at the relay. It brings your messages to a new device."</p> };
    let state = match vault {
        None => view! { <p class="matter-state">"Not known yet."</p> }.into_any(),
        Some(Vault {
            trouble: Some(VaultTrouble::Full),
            ..
        }) => view! { <p class="matter-state wanting"><Icon name=IconName::Alert/>"The relay keeps no more for you. Whoever runs it can allow more."</p> }.into_any(),
        Some(Vault {
            trouble: Some(VaultTrouble::Refused),
            ..
        }) => view! { <p class="matter-state wanting"><Icon name=IconName::Alert/>"The relay does not take new keys at the moment. Parley tries again by itself."</p> }.into_any(),
        Some(Vault { exists: false, .. }) => view! { <p class="matter-state wanting"><Icon name=IconName::Alert/>"You have none yet. Sign out and in again on this browser to make it."</p> }.into_any(),
        Some(Vault { waiting: 0, .. }) => view! { <p class="matter-state good"><Icon name=IconName::Check/>"Every key that is here is in it."</p> }.into_any(),
        Some(Vault { waiting: 1, .. }) => view! { <p class="matter-state">"1 key is on its way into it."</p> }.into_any(),
        Some(Vault { waiting, .. }) => view! { <p class="matter-state">{format!("{waiting} keys are on their way into it.")}</p> }.into_any(),
    };
    view! { {state} {hint} }.into_any()
}

fn storage((stored, kept, all): (Option<Stored>, u64, u64)) -> AnyView {
    let actions = stores().actions;
    let Some(stored) = stored else {
        return view! { <p class="matter-state">"Asking the browser…"</p> }.into_any();
    };
    let state = if stored.is_persistent {
        view! { <p class="matter-state good"><Icon name=IconName::Check/>"The browser promised not to throw it away."</p> }.into_any()
    } else {
        view! {
            <p class="matter-state wanting"><Icon name=IconName::Alert/>"The browser may throw it away when it needs room. Your keys then come back from your vault when you sign in again."</p>
            <button type="button" class="quiet" on:click=move |_| actions.send(SecurityIntent::KeepStorage)>"Ask the browser to keep it"</button>
        }
        .into_any()
    };
    let full = (stored.quota > 0.0).then(|| {
        let share = (stored.used / stored.quota * 100.0).clamp(0.0, 100.0);
        let words = format!(
            "{} of {} in use.",
            text::bytes(stored.used),
            text::bytes(stored.quota)
        );
        view! {
            <div class="meter-line" aria-hidden="true"><span style:width=format!("{share:.1}%")></span></div>
            <p class="hint">{words}</p>
        }
    });
    let is_full = stored.quota > 0.0 && stored.used / stored.quota > 0.7;
    view! { {state} {full} {past(kept, all, is_full)} }.into_any()
}

fn past(kept: u64, all: u64, is_full: bool) -> AnyView {
    if kept >= all {
        return view! { <p class="hint">"All messages that you may read are in this browser."</p> }
            .into_any();
    }
    let share = kept.saturating_mul(100) / all.max(1);
    let words = if is_full {
        format!(
            "{share} % of the messages that you may read are in this browser. There is no room for more: older ones come when you scroll to them."
        )
    } else {
        format!(
            "{share} % of the messages that you may read are in this browser. Older ones come by themselves."
        )
    };
    view! {
        <progress class="past-progress" max="100" value=share.to_string() aria-label="Messages in this browser"></progress>
        <p class="hint">{words}</p>
    }
    .into_any()
}

fn log((is_held, warnings, entries, one_time_keys): (bool, u32, u64, Option<u32>)) -> AnyView {
    let state = match (is_held, warnings) {
        (true, _) => view! { <p class="matter-state wanting"><Icon name=IconName::Alert/>"Nothing is sent at the moment, because the relay may show others another log. The line above the conversation says more."</p> }.into_any(),
        (false, 0) => view! { <p class="matter-state good"><Icon name=IconName::Check/>"Everybody who wrote to you sees the same log."</p> }.into_any(),
        (false, _) => view! { <p class="matter-state wanting"><Icon name=IconName::Alert/>"There are warnings above the conversation."</p> }.into_any(),
    };
    let keys = one_time_keys.map(|keys| match keys {
        0 => "The relay has no one-time keys of this browser: others begin with its fallback key until it has.".to_owned(),
        1 => "The relay has 1 one-time key of this browser, for others to begin with.".to_owned(),
        _ => format!("The relay has {keys} one-time keys of this browser, for others to begin with."),
    });
    view! {
        {state}
        <p class="hint">{format!("{entries} entries, all of them checked in this browser.")}</p>
        {keys.map(|keys| view! { <p class="hint">{keys}</p> })}
    }
    .into_any()
}

#[component]
fn Report(text: String) -> impl IntoView {
    let actions = stores().actions;
    let (copied, saved) = (text.clone(), text.clone());
    view! {
        <pre class="report" tabindex="0" aria-label="Report">{text}</pre>
        <div class="button-row">
            <button
                type="button"
                class="quiet"
                on:click=move |_| actions.send(ShellIntent::Copy { text: copied.clone(), said: "Report copied" })
            >
                <Icon name=IconName::Copy/>
                "Copy report"
            </button>
            <button
                type="button"
                class="quiet"
                on:click=move |_| actions.send(SecurityIntent::Save(SavedText { file: "parley-report.txt", text: saved.clone() }))
            >
                <Icon name=IconName::Install/>
                "Save report"
            </button>
        </div>
    }
}
