//! Settings: how Parley looks, what one hears and speaks with, and this device.

use leptos::prelude::*;

use super::appearance::Appearance;
use super::privacy::Privacy;
use crate::shell::store::Dialog;
use crate::shell::store::ShellIntent;
use crate::stores::stores;
use crate::ui::icon::{Icon, IconName};
use crate::ui::modal::Modal;
use crate::ui::reactive::show_when;

/// Three parts, one below the other.
#[component]
pub fn SettingsDialog(
    on_close: Callback<()>,
    /// Choosing and trying out microphone and loudspeaker, which is the call's.
    children: Children,
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
                    {children()}
                    <Privacy/>
                </section>
                <section class="settings-part">
                    <h3>"This device"</h3>
                    <div class="settings-buttons">
                        {show_when(move || stores.session.installable.get(), move || view! {
                            <button type="button" class="quiet" on:click=move |_| stores.actions.send(ShellIntent::InstallApp)>
                                <Icon name=IconName::Install/>
                                "Install Parley as an app"
                            </button>
    })}
                        <button type="button" class="quiet" on:click=move |_| dialog.set(Some(Dialog::Security))>
                            <Icon name=IconName::Lock/>
                            "How this is protected"
                        </button>
                        <button type="button" class="quiet" on:click=move |_| dialog.set(Some(Dialog::Shortcuts))>
                            <Icon name=IconName::Keyboard/>
                            "Keyboard shortcuts"
                        </button>
                        <button type="button" class="quiet" on:click=move |_| dialog.set(Some(Dialog::SignOut))>
                            <Icon name=IconName::Leave/>
                            "Sign out"
                        </button>
                    </div>
                </section>
            </Modal>
        }
}
