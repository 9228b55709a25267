//! The call one is in: where, how it stands, and the three things one does most: mute, deafen, leave.

use leptos::prelude::*;

use super::buttons::{DeafenButton, MuteButton};
use super::elsewhere::ContinueHere;
use super::moderation::own::OwnStanding;
use super::panel::duration::Lasted;
use super::panel::quality::Quality;
use super::stage::toggles::{CameraButton, ScreenButton};
use super::store::pictures::{PictureKind, pictures};
use super::store::sound::sound;
use super::store::{CallIntent, CallProblem, CallState, MyCall, Peer, PeerState};
use super::text;
use crate::chunk::chunk;
use crate::ids::ChannelId;
use crate::shell::store::{Dialog, ShellIntent};
use crate::stores::{Stores, stores};
use crate::ui::icon::{Icon, IconName};
use crate::ui::lazy::{Draw, lazy};
use crate::ui::reactive::{dynamic, reactive, show_when};

chunk!(conversation_rest: fn bar() -> Draw = bar_view);

fn bar_view() -> Draw {
    || {
        let stores = stores();
        let elsewhere = Memo::new(move |_| elsewhere(stores));
        dynamic(move || match elsewhere.get() {
            Some(channel) => view! { <ContinueHere channel=channel/> }.into_any(),
            None => view! { <Bar/> }.into_any(),
        })
    }
}

fn elsewhere(stores: Stores) -> Option<ChannelId> {
    let me = stores.community.me.get()?;
    stores.call.elsewhere(&me)
}

/// The call bar. Nothing when there is no call.
#[component]
pub fn CallBar() -> impl IntoView {
    let stores = stores();
    let in_call =
        Memo::new(move |_| stores.call.mine.with(Option::is_some) || elsewhere(stores).is_some());
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
        let named = stores.community.channel(&channel).map(|c| c.name);
        named.or_else(|| stores.direct.my_ring(&channel).map(|it| it.name))
    });
    // A direct call that is not answered says how far it is.
    let ring = Memo::new(move |_| {
        let mine = stores
            .direct
            .ringing
            .with(|it| it.mine.as_ref().map(|it| it.state));
        mine.filter(|_| state.get() == CallState::Connected)
            .and_then(text::ring_state)
    });
    let whose = move |state: PeerState| {
        let channel = call
            .mine
            .with(|mine| mine.as_ref().map(|c| c.channel.clone()));
        let people = channel.map(|id| call.roster(&id)).unwrap_or_default();
        call.peers.with(|peers| {
            let is_so = |peer: &Peer| peer.state == state;
            let people = people.into_iter();
            let people = people.filter(|one| peers.get(&one.device).is_some_and(is_so));
            people.map(|one| one.name).collect::<Vec<_>>()
        })
    };
    let trouble = Memo::new(move |_| {
        let (refused, failed) = (whose(PeerState::Refused), whose(PeerState::Failed));
        match (refused.is_empty(), failed.is_empty()) {
            (false, _) => Some(text::impostor(&refused)),
            (true, false) => Some(text::cut_off(&failed)),
            (true, true) => None,
        }
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
                    {dynamic(move || ring.get().unwrap_or_else(|| text::state(&state.get(), call.listening.get().is_some())))}
                </span>
                <span class="call-meta">
                    {show_when(move || is_running(&state.get()), || view! {
                        <Quality/>
                        <span aria-hidden="true"><Lasted/></span>
                    })}
                </span>
                <span class="unseen">". Open the call"</span>
            </button>
            <div class="call-buttons">
                <MuteButton/>
                <DeafenButton/>
                <CameraButton/>
                <ScreenButton/>
                <StageButton/>
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
            <OwnStanding/>
            {show_when(move || hears_no_keys.get(), || view! {
                <p class="call-problem" role="status">"In the background Parley can't hear your key. Come back to this window to talk."</p>
            })}
            <WatchButton/>
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
                                <FindOutWhy/>
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
                    } else if let Some(trouble) = trouble.get() {
                        Some(view! {
                            <div class="call-problem" role="status">
                                <p>{trouble}</p>
                                <button type="button" class="quiet" on:click=move |_| stores.actions.send(CallIntent::RetryPeers)>
                                    "Try again"
                                </button>
                                <FindOutWhy/>
                            </div>
                        }.into_any())
                    } else {
                        call.listening.get().map(|why| view! {
                            <div class="call-problem" role="status">
                                <p>"You hear the others, they can't hear you. " {text::problem(why)}</p>
                                <button type="button" class="quiet" on:click=move |_| stores.actions.send(CallIntent::SetMuted(false))>
                                    "Try again"
                                </button>
                                <FindOutWhy/>
                            </div>
                        }.into_any())
                    }
                }
            })}
        </div>
    }
}

/// Leads to the connection doctor.
#[component]
fn FindOutWhy() -> impl IntoView {
    let dialog = stores().view.dialog;
    view! {
        <button type="button" class="text-button" on:click=move |_| dialog.set(Some(Dialog::Doctor))>
            "Find out why"
        </button>
    }
}

/// "Show the call" in the place of the conversation, or "Back to text".
#[component]
fn StageButton() -> impl IntoView {
    let shown = stores().call.stage_shown;
    let label = move || {
        if shown.get() {
            "Show text"
        } else {
            "Show the call"
        }
    };
    view! {
        <button
            type="button"
            class="icon-button toggle"
            class:on=reactive(move || shown.get())
            aria-label=label
            title=label
            on:click=move |_| shown.update(|it| *it = !*it)
        >
            <Icon name=IconName::Grid/>
        </button>
    }
}

/// Somebody shares a screen, and one reads text: a way there.
#[component]
fn WatchButton() -> impl IntoView {
    let stores = stores();
    let store = pictures();
    let who = Memo::new(move |_| {
        let me = stores.community.me.get().map(|me| me.device);
        let screen = store.all.with(|all| {
            let is_theirs = |device| me.as_ref() != Some(device);
            let mut all = all.iter().map(|it| &it.id);
            all.find(|it| it.kind == PictureKind::Screen && is_theirs(&it.device))
                .cloned()
        })?;
        let channel = stores
            .call
            .mine
            .with(|mine| mine.as_ref().map(|it| it.channel.clone()))?;
        let people = stores.call.roster(&channel);
        people
            .into_iter()
            .find(|it| it.device == screen.device)
            .map(|it| it.name)
    });
    let draw = move || {
        let name = who.get().filter(|_| !stores.call.stage_shown.get())?;
        Some(view! {
            <button type="button" class="call-watch" on:click=move |_| stores.call.stage_shown.set(true)>
                <Icon name=IconName::Screen/>
                <span><bdi>{name}</bdi>" shares a screen. Watch"</span>
            </button>
        })
    };
    view! { <div class="call-watch-place" role="status">{dynamic(draw)}</div> }
}

fn try_again(call: Option<MyCall>) {
    if let Some(call) = call {
        stores().actions.send(CallIntent::JoinVoice(call.channel));
    }
}

fn is_running(state: &CallState) -> bool {
    match state {
        CallState::Connected | CallState::RelayAway => true,
        CallState::Joining | CallState::Failed(_) => false,
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
