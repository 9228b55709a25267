//! The call as a guest sees it: who is there, and the buttons. There is nothing else.

use leptos::prelude::*;

use super::buttons::{DeafenButton, MuteButton};
use super::store::{CallIntent, CallState, Participant};
use super::text;
use crate::enrolment::store::Visit;
use crate::stores::stores;
use crate::ui::avatar::Avatar;
use crate::ui::direction::isolated;
use crate::ui::hooks::local_time;
use crate::ui::icon::{Icon, IconName};
use crate::ui::reactive::{dynamic, keyed, reactive, show_when};

/// The page of a guest in a call.
#[component]
pub fn GuestCall(visit: Visit) -> impl IntoView {
    let stores = stores();
    let call = stores.call;
    let Visit {
        community,
        channel,
        place,
        until,
    } = visit;
    let join = {
        let channel = channel.clone();
        move || stores.actions.send(CallIntent::JoinVoice(channel.clone()))
    };
    if call.mine.with_untracked(Option::is_none) {
        join();
    }
    let in_call = Memo::new(move |_| call.mine.with(Option::is_some));
    let people = Memo::new(move |_| call.roster(&channel));
    let state = Memo::new(move |_| {
        call.mine
            .with(|mine| mine.as_ref().map(|it| it.state.clone()))
    });
    view! {
        <main class="form-page">
            <div class="form-card guest-call">
                <h1><bdi>{place}</bdi></h1>
                <p class="form-lead">
                    {format!("You are a guest of {} until {}.", isolated(&community), local_time::full(until))}
                </p>
                <p class="hint" role="status">
                    {dynamic(move || state.get().map(|state| match state {
                        CallState::Failed(problem) => text::problem(problem),
                        CallState::Joining | CallState::Connected | CallState::RelayAway => {
                            text::state(&state, call.listening.get().is_some())
                        }
                    }))}
                </p>
                <ul class="guest-people" aria-label="In the call">
                    {keyed(move || people.get(), Clone::clone, |person| view! { <Person person=person/> })}
                </ul>
                {show_when(move || call.playback_blocked.get(), move || view! {
                    <button type="button" class="primary big" on:click=move |_| stores.actions.send(CallIntent::AllowPlayback)>
                        "Let sound through"
                    </button>
                }.into_any())}
                {dynamic(move || if in_call.get() {
                    view! {
                        <div class="call-buttons">
                            <MuteButton/>
                            <DeafenButton/>
                            <button
                                type="button"
                                class="icon-button hang-up"
                                aria-label="Leave call"
                                title="Leave call"
                                on:click=move |_| stores.actions.send(CallIntent::LeaveVoice)
                            >
                                <Icon name=IconName::HangUp/>
                            </button>
                        </div>
                    }.into_any()
                } else {
                    let join = join.clone();
                    view! {
                        <button type="button" class="primary big" on:click=move |_| join()>"Come back in"</button>
                    }.into_any()
                })}
            </div>
        </main>
    }
}

#[component]
fn Person(person: Participant) -> impl IntoView {
    let call = stores().call;
    let Participant {
        device,
        user,
        name,
        muted,
        ..
    } = person;
    let speaking = Memo::new(move |_| !muted && call.speaking.with(|all| all.contains(&device)));
    view! {
        <li class="voice-person" class:speaking=reactive(move || speaking.get())>
            <Avatar user=user name=name.clone() size="small" speaking=speaking/>
            <span class="voice-name"><bdi>{name}</bdi></span>
            {muted.then(|| view! {
                <span class="voice-sign" title="Muted"><Icon name=IconName::MicOff/><span class="unseen">", muted"</span></span>
            })}
        </li>
    }
}
