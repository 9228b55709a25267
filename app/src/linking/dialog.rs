//! On the device that is there already: the code, the digits to compare, and how far the new device is.

use leptos::prelude::*;

use super::store::{LinkFailure, LinkingIntent, OldStage, Shown};
use super::text;
use crate::chunk::chunk;
use crate::shell::store::Dialog;
use crate::stores::stores;
use crate::ui::icon::{Icon, IconName};
use crate::ui::lazy::{Draw, lazy};
use crate::ui::modal::Modal;
use crate::ui::qr_code::QrCode;
use crate::ui::reactive::dynamic;

chunk!(linking: fn steps() -> Draw = steps_view);

fn steps_view() -> Draw {
    || view! { <Steps/> }.into_any()
}

/// The way here, on the page of one's devices.
pub fn link_button() -> AnyView {
    let dialog = stores().view.dialog;
    view! {
        <div class="link-device">
            <button type="button" class="primary" on:click=move |_| dialog.set(Some(Dialog::LinkDevice))>
                <Icon name=IconName::Plus/>
                "Link a device"
            </button>
            <p class="hint">"Sign in on another browser or phone without typing your password. Your messages come along."</p>
        </div>
    }
    .into_any()
}

/// The dialog. Closing it ends what is under way.
#[component]
pub fn LinkDeviceDialog(on_close: Callback<()>) -> impl IntoView {
    let actions = stores().actions;
    actions.send(LinkingIntent::ShowCode);
    on_cleanup(move || actions.send(LinkingIntent::Close));
    provide_context(on_close);
    view! {
        <Modal title="Link a device" on_close=on_close>
            {lazy(steps, || view! { <p class="hint">"One moment…"</p> }.into_any())}
        </Modal>
    }
}

#[component]
fn Steps() -> impl IntoView {
    let stage = stores().linking.old;
    dynamic(move || match stage.get() {
        None | Some(OldStage::Opening) => view! { <Wait text="Making a code…"/> }.into_any(),
        Some(OldStage::Showing(shown)) => view! { <Code shown=shown/> }.into_any(),
        Some(OldStage::Comparing { digits, label }) => {
            view! { <Compare digits=digits label=label/> }.into_any()
        }
        Some(OldStage::Registering) => {
            view! { <Wait text="Your new device is signing in…"/> }.into_any()
        }
        Some(OldStage::Sending { sent, of }) => view! { <Sending sent=sent of=of/> }.into_any(),
        Some(OldStage::Done) => view! { <Done/> }.into_any(),
        Some(OldStage::Failed(failure)) => view! { <Failed failure=failure/> }.into_any(),
    })
}

#[component]
fn Code(shown: Shown) -> impl IntoView {
    view! {
        <p>"Scan this with the camera of your phone. Or open Parley on the new device, choose \"Use another device instead\", and type the code."</p>
        <QrCode text=shown.link label="QR code for the new device"/>
        <p class="link-code"><code aria-label="Code to type">{shown.letters}</code></p>
        <p class="hint">"It is good for five minutes. Show it to nobody else."</p>
    }
}

#[component]
fn Compare(digits: u8, label: String) -> impl IntoView {
    let actions = stores().actions;
    let label = if label.is_empty() {
        "A device".to_owned()
    } else {
        label
    };
    view! {
        <p><strong><bdi>{label}</bdi></strong> " has read the code. Is this the number on its screen?"</p>
        <p class="link-digits" role="status">{digits}</p>
        <p class="hint">"If your new device shows another number, or none, somebody else has read the code."</p>
        <div class="modal-buttons">
            <button type="button" class="danger" on:click=move |_| actions.send(LinkingIntent::Decide(false))>"No, it's different"</button>
            <button type="button" class="primary" on:click=move |_| actions.send(LinkingIntent::Decide(true))>"Yes, it's the same"</button>
        </div>
    }
}

#[component]
fn Wait(text: &'static str) -> impl IntoView {
    view! { <p class="waiting" role="status">{text}</p> }
}

#[component]
fn Sending(sent: u64, of: u64) -> impl IntoView {
    view! {
        <p role="status">"Your new device is signed in. Its history is on the way; keep this open until it is there."</p>
        <progress max=of.max(1).to_string() value=sent.to_string() aria-label="Sent to the new device"></progress>
    }
}

#[component]
fn Done() -> impl IntoView {
    let on_close = expect_context::<Callback<()>>();
    view! {
        <p class="verified-line big" role="status"><Icon name=IconName::Check/> <strong>"Your new device is ready"</strong></p>
        <p>"It has all your messages. You find it in the list of your devices."</p>
        <div class="modal-buttons">
            <button type="button" class="primary" on:click=move |_| on_close.run(())>"Done"</button>
        </div>
    }
}

#[component]
fn Failed(failure: LinkFailure) -> impl IntoView {
    let actions = stores().actions;
    let on_close = expect_context::<Callback<()>>();
    view! {
        <p role="alert">{text::failure(failure)}</p>
        <div class="modal-buttons">
            <button type="button" class="quiet" on:click=move |_| on_close.run(())>"Close"</button>
            <button type="button" class="primary" on:click=move |_| actions.send(LinkingIntent::ShowCode)>"Make a new code"</button>
        </div>
    }
}
