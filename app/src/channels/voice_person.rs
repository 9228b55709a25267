//! One person in a voice channel: a ring while they speak, a sign when they are muted or deafened.

use leptos::prelude::*;

use crate::call::store::Participant;
use crate::stores::stores;
use crate::ui::avatar::Avatar;
use crate::ui::icon::{Icon, IconName};
use crate::ui::reactive::{dynamic, reactive};

/// A row under the voice channel.
#[component]
pub fn VoicePerson(person: Participant) -> impl IntoView {
    let call = stores().call;
    let Participant {
        device,
        user,
        name,
        muted,
        deafened,
        ..
    } = person;
    let speaking = Memo::new(move |_| !muted && call.speaking.with(|all| all.contains(&device)));
    view! {
        <li class="voice-person" class:speaking=reactive(move || speaking.get())>
            <Avatar user=user name=name.clone() size="small" speaking=speaking/>
            <span class="voice-name"><bdi>{name}</bdi></span>
            <span class="unseen">{dynamic(move || if speaking.get() { ", speaking" } else { "" })}</span>
            {(muted && !deafened).then(|| view! {
                <span class="voice-sign" title="Muted"><Icon name=IconName::MicOff/><span class="unseen">", muted"</span></span>
            })}
            {deafened.then(|| view! {
                <span class="voice-sign" title="Deafened"><Icon name=IconName::HearOff/><span class="unseen">", deafened"</span></span>
            })}
        </li>
    }
}
