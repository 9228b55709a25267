//! A link that lets people into one voice channel for a time, by a name only: for a visit, not for joining.

use leptos::prelude::*;

use super::store::{InviteIntent, Making};
use crate::channels::store::{Channel, ChannelKind};
use crate::ids::ChannelId;
use crate::shell::store::ShellIntent;
use crate::stores::stores;
use crate::ui::reactive::{dynamic, reactive};

const HOUR: u32 = 3_600;
const LASTS: [(&str, u32); 4] = [
    ("an hour", HOUR),
    ("4 hours", 4 * HOUR),
    ("a day", 24 * HOUR),
    ("a week", 7 * 24 * HOUR),
];
const GUESTS: [(&str, u32); 4] = [
    ("one guest", 1),
    ("3 guests", 3),
    ("5 guests", 5),
    ("10 guests", 10),
];

/// Below the form for members. Nothing where there is no voice channel.
#[component]
pub(super) fn GuestLink() -> impl IntoView {
    let stores = stores();
    let channels = Memo::new(move |_| stores.community.of_kind(ChannelKind::Voice));
    dynamic(move || {
        let channels = channels.get();
        let first = channels.first().map(|it| it.id.clone())?;
        Some(view! { <Form channels=channels first=first/> })
    })
}

#[component]
fn Form(channels: Vec<Channel>, first: ChannelId) -> impl IntoView {
    let stores = stores();
    let making = stores.invites.for_guests;
    let into = RwSignal::new(first);
    let lasts = RwSignal::new(HOUR);
    let guests = RwSignal::new(1);
    let make = move |_| {
        stores.actions.send(InviteIntent::MakeGuestInvite {
            channel: into.get_untracked(),
            lasts: lasts.get_untracked(),
            guests: guests.get_untracked(),
        });
    };
    let working = Memo::new(move |_| making.get() == Making::Working);
    view! {
        <section class="guest-link">
            <h3>"Bring a guest into a call"</h3>
            <p class="hint">"A guest needs a name only, hears and is heard in one voice channel, and is gone afterwards. They read no messages. As with every invite, whoever has the link can read the names of members and channels."</p>
            <div class="invite-terms">
                <label class="field">
                    <span class="field-label">"Voice channel"</span>
                    <select on:change=move |event| into.set(ChannelId::from(event_target_value(&event)))>
                        {channels.into_iter().map(|it| view! {
                            <option value=it.id.to_string()>{it.name}</option>
                        }).collect_view()}
                    </select>
                </label>
                <Terms label="For how long" from=LASTS chosen=lasts/>
                <Terms label="For how many" from=GUESTS chosen=guests/>
            </div>
            {dynamic(move || match making.get() {
                Making::Made { link, .. } => Some(view! { <Made link=link/> }.into_any()),
                Making::Failed(text) => Some(view! { <p class="form-problem" role="alert">{text}</p> }.into_any()),
                Making::Idle | Making::Working => None,
            })}
            <button type="button" class="quiet" disabled=reactive(move || working.get()) on:click=make>
                "Make guest link"
            </button>
        </section>
    }
}

#[component]
fn Terms(
    label: &'static str,
    from: [(&'static str, u32); 4],
    chosen: RwSignal<u32>,
) -> impl IntoView {
    view! {
        <label class="field">
            <span class="field-label">{label}</span>
            <select on:change=move |event| {
                if let Ok(value) = event_target_value(&event).parse() {
                    chosen.set(value);
                }
            }>
                {from.into_iter().map(|(text, value)| view! {
                    <option value=value.to_string()>{text}</option>
                }).collect_view()}
            </select>
        </label>
    }
}

#[component]
fn Made(link: String) -> impl IntoView {
    let actions = stores().actions;
    let text = link.clone();
    let copy = move |_| {
        actions.send(ShellIntent::Copy {
            text: text.clone(),
            said: "Guest link copied",
        });
    };
    view! {
        <div class="invite-link">
            <label class="field-label" for="guest-link">"Guest link"</label>
            <input id="guest-link" type="text" readonly prop:value=link/>
            <button type="button" class="quiet" on:click=copy>"Copy guest link"</button>
        </div>
    }
}
