//! One voice channel in the list, with everybody who is in it, seen from inside and outside alike.

use leptos::prelude::*;

use super::store::Channel;
use super::voice_person::VoicePerson;
use crate::call::store::CallIntent;
use crate::shell::store::Dialog;
use crate::stores::stores;
use crate::ui::direction::isolated;
use crate::ui::icon::{Icon, IconName};
use crate::ui::reactive::{dynamic, keyed, reactive, show_when};

/// A row that joins the channel, or opens the call one is in.
#[component]
pub fn VoiceChannel(channel: Channel) -> impl IntoView {
    let stores = stores();
    let Channel { id, name, .. } = channel;
    let inside = Memo::new({
        let id = id.clone();
        move |_| stores.call.is_in(&id)
    });
    let roster = Memo::new({
        let id = id.clone();
        move |_| stores.call.roster(&id)
    });
    let elsewhere = Memo::new({
        let id = id.clone();
        move |_| {
            let me = stores.community.me.get();
            me.and_then(|me| stores.call.elsewhere(&me)).as_ref() == Some(&id)
        }
    });
    let label = {
        let name = name.clone();
        move || {
            if elsewhere.get() {
                format!("Continue here: {}", isolated(&name))
            } else if inside.get() {
                format!("Open the call in {}", isolated(&name))
            } else {
                format!("Join {}", isolated(&name))
            }
        }
    };
    let list_label = format!("In {}", isolated(&name));
    let (place, ruled) = (id.clone(), id.clone());
    let rules_label = format!("Rules for {}", isolated(&name));
    let press = move |_| {
        if inside.get_untracked() {
            stores.view.drawer.set(None);
            stores.call.stage_shown.set(true);
        } else {
            stores.actions.send(CallIntent::JoinVoice(id.clone()));
        }
    };
    let row = move || {
        if !stores.call.is_possible.get_untracked() {
            return view! {
                <div class="channel voice">
                    <Icon name=IconName::Voice/>
                    <span class="channel-name">{name}</span>
                </div>
            }
            .into_any();
        }
        view! {
                <button type="button" class="channel voice" class:inside=reactive(move || inside.get()) aria-label=label on:click=press>
                    <Icon name=IconName::Voice/>
                    <span class="channel-name"><bdi>{name}</bdi></span>
                    <span class="channel-join" aria-hidden="true">
                        {dynamic(move || match (elsewhere.get(), inside.get()) {
                            (true, _) => "Continue here",
                            (false, true) => "",
                            (false, false) => "Join",
                        })}
                    </span>
                </button>
        }
        .into_any()
    };
    view! {
        <li class="voice-row">
            {row()}
            {show_when(move || stores.community.powers.get().manage_channels, move || {
                let ruled = ruled.clone();
                view! {
                    <button
                        type="button"
                        class="icon-button small channel-rules"
                        aria-label=rules_label.clone()
                        title=rules_label.clone()
                        on:click=move |_| stores.view.dialog.set(Some(Dialog::CallRules(ruled.clone())))
                    >
                        <Icon name=IconName::Settings/>
                    </button>
                }
            })}
            {show_when(move || !roster.with(Vec::is_empty), move || {
                let place = place.clone();
                view! {
                    <ul class="voice-people" aria-label=list_label.clone()>
                        {keyed(move || roster.get(), Clone::clone, move |person| view! {
                            <VoicePerson person=person channel=place.clone()/>
                        })}
                    </ul>
                }
            })}
        </li>
    }
}
