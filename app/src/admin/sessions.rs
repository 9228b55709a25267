//! Who is signed in, the newest sign-in first, and a way to sign a device out, asked once.

use leptos::prelude::*;

use super::part::part;
use super::store::{AdminIntent, Page, SessionRow, Sessions};
use super::text;
use crate::stores::stores;
use crate::ui::direction::isolated;
use crate::ui::hooks::local_time;
use crate::ui::reactive::dynamic;

#[component]
pub fn SessionsPage() -> impl IntoView {
    let actions = stores().actions;
    actions.send(AdminIntent::Look(Page::Sessions));
    view! {
        <p class="hint">"Signing a device out here takes it off the relay. Its member can sign in again with their password; to keep somebody out, remove them."</p>
        {part(Page::Sessions, |shown| &shown.sessions, sessions)}
    }
}

fn sessions(sessions: Sessions) -> AnyView {
    let actions = stores().actions;
    let Sessions {
        rows,
        total,
        has_more,
    } = sessions;
    view! {
        <p class="hint" role="status">{text::count(total, "sign-in", "sign-ins")}</p>
        <ul class="own-devices" aria-label="Sign-ins">
            {rows.into_iter().map(|row| view! { <Row row=row/> }).collect_view()}
        </ul>
        {has_more.then(|| view! {
            <button type="button" class="quiet" on:click=move |_| actions.send(AdminIntent::MoreSessions)>"Show more sign-ins"</button>
        })}
    }
    .into_any()
}

#[component]
fn Row(row: SessionRow) -> impl IntoView {
    let SessionRow {
        user,
        name,
        device,
        label,
        signed_in_on,
        seen_on,
        may_end,
        is_current,
    } = row;
    let what = match (&device, label.is_empty()) {
        (None, _) => "without a device yet".to_owned(),
        (Some(_), true) => "a browser".to_owned(),
        (Some(_), false) => label,
    };
    let when = format!(
        "Signed in {}, last seen {}.",
        local_time::day(signed_in_on),
        local_time::day(seen_on)
    );
    let whose = format!("{}: {what}", isolated(&name));
    let asking = RwSignal::new(false);
    let end = AdminIntent::EndSession {
        user,
        device,
        name: whose.clone(),
    };
    view! {
        <li>
            <div class="device-head">
                <strong><bdi>{name}</bdi></strong>
                <span>{what}</span>
                {is_current.then(|| view! { <span class="role">"This one"</span> })}
            </div>
            <p class="hint">{when}</p>
            {(may_end && !is_current).then(|| dynamic(move || if asking.get() {
                view! { <Question whose=whose.clone() end=end.clone() asking=asking/> }.into_any()
            } else {
                view! {
                    <div class="button-row">
                        <button
                            type="button"
                            class="quiet"
                            aria-label=format!("Sign out {whose}")
                            on:click=move |_| asking.set(true)
                        >
                            "Sign out"
                        </button>
                    </div>
                }.into_any()
            }))}
        </li>
    }
}

#[component]
fn Question(whose: String, end: AdminIntent, asking: RwSignal<bool>) -> impl IntoView {
    let actions = stores().actions;
    view! {
        <p role="alert">{format!("Sign out {whose}? It has to sign in anew.")}</p>
        <div class="button-row">
            <button type="button" class="danger" autofocus on:click=move |_| {
                asking.set(false);
                actions.send(end.clone());
            }>"Yes, end it"</button>
            <button type="button" class="quiet" on:click=move |_| asking.set(false)>"Keep it"</button>
        </div>
    }
}
