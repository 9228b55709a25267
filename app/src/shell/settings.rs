//! The pages of the settings, each of its own feature.

use leptos::prelude::*;

use crate::call::sound::page::VoicePage;
use crate::chunk::chunk;
use crate::connection::store::Link;
use crate::linking::dialog::link_button;
use crate::people::own_name::OwnName;
use crate::security::account::change_password::ChangePasswordDialog;
use crate::security::account::delete::DeleteAccountDialog;
use crate::security::account::page::AccountPage;
use crate::security::devices::DevicesPage;
use crate::security::end_device::EndDeviceDialog;
use crate::security::health::HealthPage;
use crate::security::page::SecurityPage;
use crate::security::passkeys::{AddPasskeyDialog, PasskeyList, RemovePasskeyDialog};
use crate::security::providers::{LinkProviderDialog, ProviderList, UnlinkProviderDialog};
use crate::security::recovery_key::RecoveryKeyDialog;
use crate::security::reminder::RecoveryReminder;
use crate::security::second_factor::{EndSecondFactorDialog, SecondFactorDialog};
use crate::security::store;
use crate::settings::appearance::Appearance;
use crate::settings::dialog::SettingsDialog;
use crate::settings::privacy::{CallPrivacy, CheckCalls, Privacy};
use crate::settings::store::Section;
use crate::shell::store::Dialog;
use crate::stores::stores;
use crate::ui::lazy::{Draw, lazy};
use crate::ui::reactive::show_when;

chunk!(settings: fn settings() -> Draw = settings_view);

fn settings_view() -> Draw {
    draw_settings
}

fn draw_settings() -> AnyView {
    let dialog = stores().view.dialog;
    let close = Callback::new(move |()| dialog.set(None));
    view! { <SettingsDialog on_close=close draw=page/> }.into_any()
}

/// The settings, once they are loaded.
#[component]
pub fn Settings() -> impl IntoView {
    lazy(settings, || ().into_any())
}

fn page(section: Section) -> AnyView {
    match section {
        Section::Appearance => view! { <Appearance/> }.into_any(),
        Section::Privacy => view! { <Privacy/> }.into_any(),
        Section::Sound => lazy(voice, || ().into_any()),
        Section::Account => view! { <OwnName/><AccountPage/> }.into_any(),
        Section::Security => {
            view! { <SecurityPage passkeys=draw_passkeys providers=draw_providers/> }.into_any()
        }
        Section::Devices => {
            view! { <DevicesPage linking={link_button as fn() -> AnyView}/> }.into_any()
        }
        Section::Health => view! { <HealthPage/> }.into_any(),
    }
}

chunk!(voice_settings: fn voice() -> Draw = voice_view);

fn voice_view() -> Draw {
    || view! { <VoicePage/><CallPrivacy/><CheckCalls/> }.into_any()
}

fn draw_passkeys() -> AnyView {
    view! { <PasskeyList/> }.into_any()
}

fn draw_providers() -> AnyView {
    view! { <ProviderList/> }.into_any()
}

chunk!(settings: fn own_dialogs() -> Draw = own_dialogs_view);

fn own_dialogs_view() -> Draw {
    draw_own_dialog
}

/// A dialog that a page of the settings leads to, and leads back to.
#[component]
pub fn OwnDialog() -> impl IntoView {
    lazy(own_dialogs, || ().into_any())
}

fn draw_own_dialog() -> AnyView {
    let view = stores().view;
    let back_to = |section| Callback::new(move |()| view.open_settings(Some(section)));
    match view.dialog.get_untracked() {
        Some(Dialog::RecoveryKey) => {
            view! { <RecoveryKeyDialog on_close=back_to(Section::Security)/> }.into_any()
        }
        Some(Dialog::SecondFactor) => {
            view! { <SecondFactorDialog on_close=back_to(Section::Security)/> }.into_any()
        }
        Some(Dialog::EndSecondFactor) => {
            view! { <EndSecondFactorDialog on_close=back_to(Section::Security)/> }.into_any()
        }
        Some(Dialog::AddPasskey) => {
            view! { <AddPasskeyDialog on_close=back_to(Section::Security)/> }.into_any()
        }
        Some(Dialog::RemovePasskey { id, name }) => {
            view! { <RemovePasskeyDialog id=id name=name on_close=back_to(Section::Security)/> }
                .into_any()
        }
        Some(Dialog::LinkProvider { id, name }) => {
            view! { <LinkProviderDialog id=id name=name on_close=back_to(Section::Security)/> }
                .into_any()
        }
        Some(Dialog::UnlinkProvider { id, name }) => {
            view! { <UnlinkProviderDialog id=id name=name on_close=back_to(Section::Security)/> }
                .into_any()
        }
        Some(Dialog::ChangePassword) => {
            view! { <ChangePasswordDialog on_close=back_to(Section::Account)/> }.into_any()
        }
        Some(Dialog::DeleteAccount) => {
            view! { <DeleteAccountDialog on_close=back_to(Section::Account)/> }.into_any()
        }
        Some(Dialog::EndDevice { id, name }) => {
            view! { <EndDeviceDialog id=id name=name on_close=back_to(Section::Devices)/> }
                .into_any()
        }
        Some(_) | None => ().into_any(),
    }
}

/// Above the conversation, as long as a recovery key is missing and was not put off.
#[component]
pub fn Reminder() -> impl IntoView {
    let stores = stores();
    let (reminder, link) = (stores.security.reminder, stores.connection.link);
    show_when(
        move || reminder.get() == store::Reminder::Make && link.get() != Link::Out,
        || lazy(reminder_card, || ().into_any()),
    )
}

chunk!(conversation_rest: fn reminder_card() -> Draw = reminder_view);

fn reminder_view() -> Draw {
    || view! { <RecoveryReminder/> }.into_any()
}
