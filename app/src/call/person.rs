//! One person in the call dialog: speaking ring, volume, and how the connection to them is, with figures on request.

use leptos::prelude::*;

use super::moderation;
use super::panel::facts::Connection;
use super::signal_bars::SignalBars;
use super::store::{CallIntent, Participant};
use super::text;
use crate::ids::DeviceId;
use crate::shell::store::Dialog;
use crate::stores::stores;
use crate::ui::avatar::Avatar;
use crate::ui::direction::isolated;
use crate::ui::icon::{Icon, IconName};
use crate::ui::reactive::{dynamic, reactive};

/// A card in the call dialog.
#[component]
pub fn CallPerson(
    person: Participant,
    /// It is this browser.
    me: bool,
) -> impl IntoView {
    let call = stores().call;
    let Participant {
        device,
        user,
        name,
        muted,
        deafened,
        hand,
        standing,
        camera,
        screen,
    } = person;
    let may_act = standing.moderated || standing.lettable;
    let moderate =
        (may_act && !me).then(|| view! { <Moderate device=device.clone() name=name.clone()/> });
    let shows = text::shows(hand, camera, screen);
    let speaking = Memo::new({
        let device = device.clone();
        move |_| !muted && call.speaking.with(|all| all.contains(&device))
    });
    let peer = Memo::new(move |_| call.peers.with(|all| all.get(&device).cloned()));
    let silenced = moderation::text::standing(standing.muted, standing.deafened, standing.audience);
    let state = if !silenced.is_empty() {
        silenced
    } else if deafened {
        "Deafened"
    } else if muted {
        "Muted"
    } else {
        ""
    };
    view! {
        <li class="call-person">
            <Avatar user=user.clone() name=name.clone() size="large" speaking=speaking/>
            <div class="call-person-words">
                <strong><bdi>{name.clone()}</bdi> {me.then_some(" (you)")}</strong>
                <span class="hint">
                    {(!state.is_empty()).then(|| view! { <Icon name=if deafened { IconName::HearOff } else { IconName::MicOff }/> })}
                    {dynamic(move || match peer.get() {
                        _ if !state.is_empty() => state,
                        Some(peer) => text::peer_state(peer.state),
                        None if me => "This browser",
                        None => "",
                    })}
                </span>
                {shows.map(|shows| view! { <span class="hint">{shows}</span> })}
            </div>
            {moderate}
            {(!me).then(|| view! {
                <Volume user=user name=name/>
                <SignalBars bars=Signal::derive(move || peer.with(|p| p.as_ref().map_or(0, text::bars)))/>
                <Connection peer=peer/>
            })}
        </li>
    }
}

#[component]
fn Moderate(device: DeviceId, name: String) -> impl IntoView {
    let stores = stores();
    let label = format!("Moderate {}", isolated(&name));
    let open = move |_| {
        let channel = stores.call.mine.get_untracked().map(|call| call.channel);
        stores
            .view
            .dialog
            .set(channel.map(|channel| Dialog::CallMember {
                channel,
                device: device.clone(),
            }));
    };
    view! {
        <button type="button" class="icon-button small" aria-label=label.clone() title=label on:click=open>
            <Icon name=IconName::More/>
        </button>
    }
}

#[component]
fn Volume(user: crate::ids::UserId, name: String) -> impl IntoView {
    let stores = stores();
    let percent = Memo::new({
        let user = user.clone();
        move |_| {
            stores
                .call
                .volumes
                .with(|all| all.get(&user).copied().unwrap_or(100))
        }
    });
    let change = move |event| {
        if let Ok(percent) = event_target_value(&event).parse::<u16>() {
            stores.actions.send(CallIntent::SetVolume {
                user: user.clone(),
                percent: percent.min(200),
            });
        }
    };
    view! {
        <label class="volume">
            <span class="unseen">{format!("Volume of {}", isolated(&name))}</span>
            <input
                type="range"
                min="0"
                max="200"
                step="5"
                prop:value=reactive(move || percent.get().to_string())
                style:--fill=reactive(move || format!("{}%", percent.get() / 2))
                aria-valuetext=reactive(move || format!("{} percent", percent.get()))
                on:input=change
            />
            <span class="volume-figure" aria-hidden="true">{dynamic(move || format!("{}%", percent.get()))}</span>
        </label>
    }
}
