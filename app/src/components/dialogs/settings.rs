//! Settings: how Parley looks, what one hears and speaks with, and this device.

mod appearance;
mod privacy;

use leptos::prelude::*;

use self::appearance::Appearance;
use self::privacy::Privacy;
use crate::components::call::devices::AudioDevices;
use crate::components::call::meter::LevelMeter;
use crate::components::icon::{Icon, Sign};
use crate::components::live::when;
use crate::components::modal::Modal;
use crate::stores::view::Dialog;
use crate::stores::{Intent, stores};

/// Three parts, one below the other.
#[component]
pub fn SettingsDialog(
    /// Called when the dialog should go.
    on_close: Callback<()>,
) -> impl IntoView {
    let stores = stores();
    let dialog = stores.view.dialog;
    view! {
            <Modal title="Settings" on_close=on_close>
                <section class="settings-part">
                    <h3>"Appearance"</h3>
                    <Appearance/>
                </section>
                <section class="settings-part">
                    <h3>"Sound"</h3>
                    <AudioDevices/>
                    <LevelMeter/>
                    <Privacy/>
                </section>
                <section class="settings-part">
                    <h3>"This device"</h3>
                    <div class="settings-buttons">
                        {when(move || stores.session.installable.get(), move || view! {
                            <button type="button" class="quiet" on:click=move |_| stores.actions.send(Intent::InstallApp)>
                                <Icon sign=Sign::Install/>
                                "Install Parley as an app"
                            </button>
    })}
                        <button type="button" class="quiet" on:click=move |_| dialog.set(Some(Dialog::Security))>
                            <Icon sign=Sign::Lock/>
                            "How this is protected"
                        </button>
                        <button type="button" class="quiet" on:click=move |_| dialog.set(Some(Dialog::Shortcuts))>
                            <Icon sign=Sign::Keyboard/>
                            "Keyboard shortcuts"
                        </button>
                        <button type="button" class="quiet" on:click=move |_| dialog.set(Some(Dialog::SignOut))>
                            <Icon sign=Sign::Leave/>
                            "Sign out"
                        </button>
                    </div>
                </section>
            </Modal>
        }
}
