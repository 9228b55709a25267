//! What can be done about somebody in a call: let speak, mute, deafen, move, disconnect.

use leptos::prelude::*;

use super::text;
use crate::call::store::Participant;
use crate::call::store::moderation::{ModerationIntent, Standing};
use crate::channels::store::ChannelKind;
use crate::ids::{ChannelId, DeviceId};
use crate::stores::stores;
use crate::ui::direction::isolated;
use crate::ui::icon::{Icon, IconName};
use crate::ui::modal::Modal;
use crate::ui::reactive::{dynamic, reactive};

/// Goes when the person does.
#[component]
pub fn CallMemberDialog(
    channel: ChannelId,
    device: DeviceId,
    on_close: Callback<()>,
) -> impl IntoView {
    let call = stores().call;
    let place = channel.clone();
    let person = Memo::new(move |_| {
        let roster = call.roster(&place);
        roster.into_iter().find(|one| one.device == device)
    });
    Effect::new(move || {
        if person.with(Option::is_none) {
            on_close.run(());
        }
    });
    untrack(|| person.get()).map(|found| {
        let title = isolated(&found.name);
        view! {
            <Modal title=title class="narrow" on_close=on_close>
                <Acts found=found person=person channel=channel on_close=on_close/>
            </Modal>
        }
    })
}

#[component]
fn Acts(
    found: Participant,
    person: Memo<Option<Participant>>,
    channel: ChannelId,
    on_close: Callback<()>,
) -> impl IntoView {
    let standing = Memo::new(move |_| {
        person.with(|person| person.as_ref().map(|it| it.standing).unwrap_or_default())
    });
    let Participant {
        user,
        device,
        standing: at_first,
        ..
    } = found;
    let says = move || {
        let Standing {
            muted,
            deafened,
            audience,
            ..
        } = standing.get();
        text::standing(muted, deafened, audience)
    };
    view! {
        <p class="hint">{dynamic(says)}</p>
        {dynamic({
            let (user, channel) = (user.clone(), channel.clone());
            move || {
                let Standing { audience, speaker, lettable, .. } = standing.get();
                (lettable && (audience || speaker)).then(|| view! {
                    <LetSpeak channel=channel.clone() user=user.clone() speaks=audience/>
                })
            }
        })}
        {at_first.moderated.then(|| view! {
            <Restrict user=user standing=standing/>
            <Move from=channel device=device on_close=on_close/>
        })}
    }
}

#[component]
fn LetSpeak(channel: ChannelId, user: crate::ids::UserId, speaks: bool) -> impl IntoView {
    let actions = stores().actions;
    let let_speak = move |_| {
        actions.send(ModerationIntent::LetSpeak {
            channel: channel.clone(),
            user: user.clone(),
            speaks,
        });
    };
    view! {
        <button type="button" class="primary" on:click=let_speak>
            {if speaks { "Let speak" } else { "Back to the listeners" }}
        </button>
    }
}

#[component]
fn Restrict(user: crate::ids::UserId, standing: Memo<Standing>) -> impl IntoView {
    let actions = stores().actions;
    let flip = move |mute: bool| {
        let user = user.clone();
        move |_| {
            let Standing {
                muted, deafened, ..
            } = standing.get_untracked();
            actions.send(ModerationIntent::Restrict {
                user: user.clone(),
                muted: if mute { !muted } else { muted },
                deafened: if mute { deafened } else { !deafened },
            });
        }
    };
    view! {
        <fieldset class="switches">
            <legend class="field-label">"In all calls, until you switch it off"</legend>
            <label class="switch">
                <input type="checkbox" role="switch" prop:checked=reactive(move || standing.get().muted) on:change=flip(true)/>
                <span>"Nobody hears them"</span>
            </label>
            <label class="switch">
                <input type="checkbox" role="switch" prop:checked=reactive(move || standing.get().deafened) on:change=flip(false)/>
                <span>"They hear nobody either"</span>
            </label>
        </fieldset>
    }
}

#[component]
fn Move(from: ChannelId, device: DeviceId, on_close: Callback<()>) -> impl IntoView {
    let stores = stores();
    let others = untrack(|| stores.community.of_kind(ChannelKind::Voice));
    let others: Vec<_> = others.into_iter().filter(|it| it.id != from).collect();
    let chosen = RwSignal::new(others.first().map(|it| it.id.clone()));
    let end = move |to: Option<ChannelId>| {
        stores.actions.send(ModerationIntent::End {
            device: device.clone(),
            to,
        });
        on_close.run(());
    };
    let (disconnect, go) = (end.clone(), end);
    let options = others
        .iter()
        .map(|it| view! { <option value=it.id.to_string()>{it.name.clone()}</option> });
    let options = options.collect_view();
    view! {
        {(!others.is_empty()).then(|| view! {
            <div class="call-move">
                <label class="field">
                    <span class="field-label">"Another voice channel"</span>
                    <select on:change=move |event| chosen.set(Some(event_target_value(&event).into()))>
                        {options}
                    </select>
                </label>
                <button type="button" class="quiet" on:click=move |_| go(chosen.get_untracked())>"Move there"</button>
            </div>
        })}
        <div class="modal-buttons">
            <button type="button" class="danger" on:click=move |_| disconnect(None)>
                <Icon name=IconName::HangUp/>
                "Disconnect"
            </button>
        </div>
    }
}
