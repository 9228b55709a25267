//! The call one is in: where, how it stands, and the three things one does most: mute, deafen, leave.

use leptos::prelude::*;

use super::buttons::{DeafenButton, MuteButton};
use super::store::sound::sound;
use super::store::{CallIntent, CallProblem, CallState, MyCall};
use super::text;
use crate::chunk::chunk;
use crate::shell::store::{Dialog, ShellIntent};
use crate::stores::stores;
use crate::ui::icon::{Icon, IconName};
use crate::ui::lazy::{Draw, lazy};
use crate::ui::reactive::{dynamic, reactive, show_when};

chunk!(conversation_rest: fn bar() -> Draw = bar_view);

fn bar_view() -> Draw {
    || view! { <Bar/> }.into_any()
}

/// The call bar. Nothing when there is no call.
#[component]
pub fn CallBar() -> impl IntoView {
    let call = stores().call;
    let in_call = Memo::new(move |_| call.mine.with(Option::is_some));
    view! {
        {show_when(move || in_call.get(), || lazy(bar, || ().into_any()))}
    }
}

#[component]
fn Bar() -> impl IntoView {
    let stores = stores();
    let call = stores.call;
    let state = Memo::new(move |_| {
        call.mine.with(|mine| {
            mine.as_ref()
                .map_or(CallState::Joining, |c| c.state.clone())
        })
    });
    let hears_no_keys = sound().hears_no_keys;
    let place = Memo::new(move |_| {
        let channel = call
            .mine
            .with(|mine| mine.as_ref().map(|c| c.channel.clone()))?;
        stores.community.channel(&channel).map(|c| c.name)
    });
    view! {
        <div class="call-bar" role="group" aria-label="Call">
            <button
                type="button"
                class="call-where"
                title="Open the call"
                on:click=move |_| stores.view.dialog.set(Some(Dialog::Call))
            >
                <span class="call-place"><bdi>{dynamic(move || place.get())}</bdi></span>
                <span class="call-state" data-state=reactive(move || look(&state.get())) role="status">
                    {dynamic(move || text::state(&state.get(), call.listening.get().is_some()))}
                </span>
                <span class="unseen">". Open the call"</span>
            </button>
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
            {show_when(move || hears_no_keys.get(), || view! {
                <p class="call-problem" role="status">"In the background Parley can't hear your key. Come back to this window to talk."</p>
            })}
            {dynamic(move || match state.get() {
                CallState::Failed(problem) => Some(view! {
                    <div class="call-problem" role="alert">
                        <p>{text::problem(problem)}</p>
                        {if problem == CallProblem::Outdated {
                            view! {
                                <button type="button" class="primary" on:click=move |_| stores.actions.send(ShellIntent::Reload)>
                                    "Load the new version"
                                </button>
                            }.into_any()
                        } else {
                            view! {
                                <button type="button" class="quiet" on:click=move |_| try_again(stores.call.mine.get_untracked())>
                                    "Try again"
                                </button>
                            }.into_any()
                        }}
                    </div>
                }.into_any()),
                CallState::Joining | CallState::Connected | CallState::RelayAway => {
                    if call.playback_blocked.get() {
                        Some(view! {
                            <div class="call-problem">
                                <p>"There is no sound yet: the browser holds it back, or there is no loudspeaker."</p>
                                <button type="button" class="primary" on:click=move |_| stores.actions.send(CallIntent::AllowPlayback)>
                                    "Let sound through"
                                </button>
                            </div>
                        }.into_any())
                    } else {
                        call.listening.get().map(|why| view! {
                            <div class="call-problem" role="status">
                                <p>"You hear the others, they can't hear you. " {text::problem(why)}</p>
                                <button type="button" class="quiet" on:click=move |_| stores.actions.send(CallIntent::SetMuted(false))>
                                    "Try again"
                                </button>
                            </div>
                        }.into_any())
                    }
                }
            })}
        </div>
    }
}

fn try_again(call: Option<MyCall>) {
    if let Some(call) = call {
        stores().actions.send(CallIntent::JoinVoice(call.channel));
    }
}

fn look(state: &CallState) -> &'static str {
    match state {
        CallState::Joining => "joining",
        CallState::Connected => "connected",
        CallState::RelayAway => "away",
        CallState::Failed(_) => "failed",
    }
}
