//! One person in a voice channel: a ring while they speak, a sign when they are muted or deafened.

use leptos::prelude::*;

use crate::call::store::Participant;
use crate::ids::ChannelId;
use crate::shell::store::Dialog;
use crate::stores::stores;
use crate::ui::avatar::Avatar;
use crate::ui::direction::isolated;
use crate::ui::icon::{Icon, IconName};
use crate::ui::reactive::{dynamic, reactive};

/// A row under the voice channel.
#[component]
pub fn VoicePerson(person: Participant, channel: ChannelId) -> impl IntoView {
    let stores = stores();
    let call = stores.call;
    let Participant {
        device,
        user,
        name,
        muted,
        deafened,
        hand,
        standing,
        ..
    } = person;
    let moderate = (standing.moderated || standing.lettable).then(|| {
        let label = format!("Moderate {}", isolated(&name));
        let device = device.clone();
        view! {
            <button
                type="button"
                class="icon-button small"
                aria-label=label.clone()
                title=label
                on:click=move |_| stores.view.dialog.set(Some(Dialog::CallMember {
                    channel: channel.clone(),
                    device: device.clone(),
                }))
            >
                <Icon name=IconName::More/>
            </button>
        }
    });
    let speaking = Memo::new(move |_| !muted && call.speaking.with(|all| all.contains(&device)));
    view! {
        <li class="voice-person" class:speaking=reactive(move || speaking.get())>
            <Avatar user=user name=name.clone() size="small" speaking=speaking/>
            <span class="voice-name"><bdi>{name}</bdi></span>
            <span class="unseen">{dynamic(move || if speaking.get() { ", speaking" } else { "" })}</span>
            {hand.then(|| view! {
                <span class="voice-sign" title="Hand raised"><Icon name=IconName::Hand/><span class="unseen">", hand raised"</span></span>
            })}
            {(muted && !deafened).then(|| view! {
                <span class="voice-sign" title="Muted"><Icon name=IconName::MicOff/><span class="unseen">", muted"</span></span>
            })}
            {deafened.then(|| view! {
                <span class="voice-sign" title="Deafened"><Icon name=IconName::HearOff/><span class="unseen">", deafened"</span></span>
            })}
            {moderate}
        </li>
    }
}
