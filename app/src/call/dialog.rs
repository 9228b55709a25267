//! The call one is in: everybody in it, how loud they are here, how the connections are, and one's own devices.

use leptos::prelude::*;

use super::buttons::{DeafenButton, MuteButton};
use super::devices::AudioDevices;
use super::meter::LevelMeter;
use super::panel::duration::Lasted;
use super::panel::lock::CallLock;
use super::person::CallPerson;
use super::sound::options_button::VoiceOptionsButton;
use super::store::CallIntent;
use super::store::Participant;
use crate::shell::store::Dialog;
use crate::stores::stores;
use crate::ui::direction::isolated;
use crate::ui::icon::{Icon, IconName};
use crate::ui::modal::Modal;
use crate::ui::reactive::{keyed, show_when};

/// The call, larger.
#[component]
pub fn CallDialog(on_close: Callback<()>) -> impl IntoView {
    let stores = stores();
    let call = stores.call;
    let channel = Memo::new(move |_| {
        call.mine
            .with(|mine| mine.as_ref().map(|c| c.channel.clone()))
    });
    let people = Memo::new(move |_| channel.get().map(|id| call.roster(&id)).unwrap_or_default());
    let name = untrack(|| channel.get().and_then(|id| stores.community.channel(&id)))
        .map_or_else(|| "Call".to_owned(), |c| c.name);
    // The call may end while this is open.
    Effect::new(move || {
        if channel.get().is_none() {
            on_close.run(());
        }
    });
    let is_me = move |person: &Participant| {
        stores
            .community
            .me
            .with_untracked(|me| me.as_ref().is_some_and(|me| me.device == person.device))
    };
    let leave = move |_| {
        stores.actions.send(CallIntent::LeaveVoice);
        on_close.run(());
    };
    view! {
            <Modal title=isolated(&name) on_close=on_close>
                <p class="call-summary">
                    <Lasted/>
                    <button type="button" class="text-button" on:click=move |_| stores.view.dialog.set(Some(Dialog::Doctor))>
                        "Check calls"
                    </button>
                </p>
                <CallLock people=people/>
                <ul class="call-people">
                    {keyed(move || people.get(), Clone::clone, move |person| view! {
                        <CallPerson me=is_me(&person) person=person/>
    })}
                </ul>
                {show_when(move || people.with(|all| all.len() < 2), move || view! {
                    <p class="list-empty">"Nobody else is here yet. They can hear you as soon as they join."</p>
    })}
                <section class="settings-part">
                    <LevelMeter/>
                    <AudioDevices/>
                    <VoiceOptionsButton/>
                </section>
                <div class="modal-buttons call-dialog-buttons">
                    <MuteButton/>
                    <DeafenButton/>
                    <button type="button" class="danger" on:click=leave>
                        <Icon name=IconName::HangUp/>
                        "Leave call"
                    </button>
                </div>
            </Modal>
        }
}
