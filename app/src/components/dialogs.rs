//! The dialog that is open, if one is.

mod call;
mod confirm;
mod invite;
mod invite_list;
mod new_channel;
mod qr_code;
mod recovery_key;
mod security;
mod settings;
mod shortcuts;
mod switcher;

use leptos::prelude::*;

use self::call::CallDialog;
use self::confirm::{RemoveMemberDialog, SignOutDialog};
use self::invite::InviteDialog;
use self::new_channel::NewChannelDialog;
use self::recovery_key::RecoveryKeyDialog;
use self::security::SecurityDialog;
use self::settings::SettingsDialog;
use self::shortcuts::ShortcutsDialog;
use self::switcher::SwitcherDialog;
use crate::components::live::part;
use crate::stores::stores;
use crate::stores::view::Dialog;

/// Shows the dialog that `view.dialog` names; one at a time.
#[component]
pub fn Dialogs() -> impl IntoView {
    let stores = stores();
    let dialog = stores.view.dialog;
    let close = Callback::new(move |()| dialog.set(None));
    view! {
        {part(move || dialog.get().map(|open| match open {
            Dialog::Invite => view! { <InviteDialog on_close=close/> }.into_any(),
            Dialog::Settings => view! { <SettingsDialog on_close=close/> }.into_any(),
            Dialog::Security => view! { <SecurityDialog on_close=close/> }.into_any(),
            Dialog::Switcher => view! { <SwitcherDialog on_close=close/> }.into_any(),
            Dialog::Shortcuts => view! { <ShortcutsDialog on_close=close/> }.into_any(),
            Dialog::NewChannel(kind) => view! { <NewChannelDialog kind=kind on_close=close/> }.into_any(),
            Dialog::Call => view! { <CallDialog on_close=close/> }.into_any(),
            Dialog::RemoveMember { id, name } => view! { <RemoveMemberDialog id=id name=name on_close=close/> }.into_any(),
            Dialog::SignOut => view! { <SignOutDialog on_close=close/> }.into_any(),
        }))}
        {part(move || stores.session.recovery_key.get().map(|key| view! { <RecoveryKeyDialog recovery_key=key/> }))}
    }
}
