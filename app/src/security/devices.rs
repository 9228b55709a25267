//! The devices page of the settings: where one is signed in, when and roughly where each was last seen, and a way to
//! sign one out.

use leptos::prelude::*;

use super::store::{Device, SecurityIntent, Seen};
use crate::shell::store::Dialog;
use crate::stores::stores;
use crate::ui::hooks::local_time;
use crate::ui::reactive::{dynamic, keyed, reactive, show_when};

/// All of one's own.
#[component]
pub fn DevicesPage(
    /// The way to one more device, which is another feature's.
    #[prop(optional)]
    linking: Option<fn() -> AnyView>,
) -> impl IntoView {
    let stores = stores();
    stores.actions.send(SecurityIntent::Look);
    let devices = stores.security.devices;
    let dialog = stores.view.dialog;
    let others = Memo::new(move |_| devices.with(|all| all.len() > 1));
    view! {
        <p class="hint">"Each of these can read your messages. Signing one out takes that away: it reads nothing that comes after."</p>
        <ul class="own-devices" aria-label="Your devices">
            {keyed(move || devices.get(), key, |device| view! { <Row device=device/> })}
        </ul>
        {show_when(move || others.get(), move || view! {
            <p class="hint">
                "Don't know one of these? Sign it out, then "
                <button type="button" class="text-button" on:click=move |_| dialog.set(Some(Dialog::ChangePassword))>"change your password"</button>
            </p>
        })}
        {linking.map(|draw| draw())}
    }
}

fn key(device: &Device) -> (String, String, Option<u64>) {
    let at = device.seen.as_ref().map(|seen| seen.at.to_bits());
    (device.id.to_string(), device.name.clone(), at)
}

#[component]
fn Row(device: Device) -> impl IntoView {
    let stores = stores();
    let Device {
        id,
        name,
        fingerprint,
        this,
        seen,
    } = device;
    let name = if name.is_empty() {
        "A browser".to_owned()
    } else {
        name
    };
    let renaming = RwSignal::new(false);
    let end = {
        let (id, name) = (id.clone(), name.clone());
        move |_| {
            let (id, name) = (id.clone(), name.clone());
            stores.view.dialog.set(Some(Dialog::EndDevice { id, name }));
        }
    };
    let shown = name.clone();
    view! {
        <li>
            <div class="device-head">
                <strong>{name.clone()}</strong>
                {this.then(|| view! { <span class="role">"This one"</span> })}
            </div>
            <p class="hint">{last_seen(this, seen.as_ref())}</p>
            <details>
                <summary>"Fingerprint"</summary>
                <code class="break">{fingerprint}</code>
            </details>
            {dynamic(move || if renaming.get() {
                view! { <Rename id=id.clone() name=shown.clone() done=renaming/> }.into_any()
            } else {
                let end = end.clone();
                view! {
                    <div class="button-row">
                        <button type="button" class="quiet" aria-label=format!("Rename {shown}") on:click=move |_| renaming.set(true)>"Rename"</button>
                        {(!this).then(|| view! {
                            <button type="button" class="quiet" aria-label=format!("Sign out {shown}") on:click=end>"Sign out"</button>
                        })}
                    </div>
                }.into_any()
            })}
        </li>
    }
}

#[component]
fn Rename(id: crate::ids::DeviceId, name: String, done: RwSignal<bool>) -> impl IntoView {
    let actions = stores().actions;
    let typed = RwSignal::new(name);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let name = typed.get_untracked().trim().to_owned();
        if !name.is_empty() {
            let device = id.clone();
            actions.send(SecurityIntent::NameDevice { device, name });
        }
        done.set(false);
    };
    view! {
        <form class="device-name" on:submit=submit>
            <label class="field">
                <span class="field-label">"Name of this device"</span>
                <input
                    type="text"
                    dir="auto"
                    maxlength="48"
                    autofocus
                    prop:value=reactive(move || typed.get())
                    on:input=move |event| typed.set(event_target_value(&event))
                />
            </label>
            <button type="submit" class="primary">"Save"</button>
        </form>
    }
}

/// When and where, as far as the relay says.
fn last_seen(this: bool, seen: Option<&Seen>) -> String {
    let place = |seen: &Seen| match seen.network.as_str() {
        "" => String::new(),
        network => format!(", from the network {network}"),
    };
    match seen {
        Some(seen) if this => format!("In use now{}.", place(seen)),
        None if this => "In use now.".to_owned(),
        Some(seen) => {
            let state = match seen.signed_in_at {
                Some(_) => "",
                None => " Its session is over: it has to sign in again.",
            };
            let (at, place) = (local_time::full(seen.at), place(seen));
            format!("Last seen: {at}{place}.{state}")
        }
        None => "The relay does not say when it was last seen.".to_owned(),
    }
}
