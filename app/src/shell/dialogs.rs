//! The dialog that is open, if one is.

use leptos::prelude::*;

use super::admin::Administration;
use super::finder::Finder;
use super::settings::{OwnDialog, Settings};
use super::shortcut_sheet::ShortcutsDialog;
use super::store::Dialog;
use crate::call::dialog::CallDialog;
use crate::call::moderation::member_dialog::CallMemberDialog;
use crate::call::moderation::rules_dialog::CallRulesDialog;
use crate::channels::channel_settings::ChannelSettingsDialog;
use crate::channels::new_channel::NewChannelDialog;
use crate::chunk::chunk;
use crate::composer::new_poll::NewPollDialog;
use crate::composer::view::Composer;
use crate::direct::conversation_dialog::ConversationDialog;
use crate::direct::new_conversation::NewConversationDialog;
use crate::direct::requests_dialog::RequestsDialog;
use crate::doctor::dialog::DoctorDialog;
use crate::emoji::dialog::EmojiDialog;
use crate::invites::dialog::InviteDialog;
use crate::invites::let_back_in::LetBackInDialog;
use crate::linking::dialog::LinkDeviceDialog;
use crate::people::own_status::OwnStatusDialog;
use crate::people::remove_member::RemoveMemberDialog;
use crate::roles::dialog::RolesDialog;
use crate::security::dialog::SecurityDialog;
use crate::settings::sign_out::SignOutDialog;
use crate::stores::stores;
use crate::switcher::dialog::SwitcherDialog;
use crate::switcher::forward::ForwardDialog;
use crate::timeline::edits_dialog::EditsDialog;
use crate::timeline::pins_dialog::PinsDialog;
use crate::timeline::saved_dialog::SavedDialog;
use crate::timeline::thread_dialog::ThreadDialog;
use crate::timeline::threads_dialog::ThreadsDialog;
use crate::ui::lazy::{Draw, lazy};
use crate::ui::reactive::{dynamic, show_when};
use crate::verification::dialog::VerifyDialog;

chunk!(dialogs: fn dialogs() -> Draw = dialogs_view);

fn dialogs_view() -> Draw {
    || view! { <OpenDialog/> }.into_any()
}

/// Shows the dialog that `view.dialog` names; one at a time.
#[component]
pub fn Dialogs() -> impl IntoView {
    let stores = stores();
    let open = move || stores.view.dialog.with(Option::is_some);
    show_when(open, || lazy(dialogs, || ().into_any()))
}

#[component]
fn OpenDialog() -> impl IntoView {
    let stores = stores();
    let dialog = stores.view.dialog;
    let close = Callback::new(move |()| dialog.set(None));
    view! {
        {dynamic(move || dialog.get().map(|open| match open {
            Dialog::Invite => view! { <InviteDialog on_close=close/> }.into_any(),
            Dialog::Settings => view! { <Settings/> }.into_any(),
            Dialog::Security => view! { <SecurityDialog on_close=close/> }.into_any(),
            Dialog::Switcher => view! { <SwitcherDialog on_close=close/> }.into_any(),
            Dialog::Search => view! { <Finder/> }.into_any(),
            Dialog::Shortcuts => view! { <ShortcutsDialog on_close=close/> }.into_any(),
            Dialog::NewChannel(kind) => view! { <NewChannelDialog kind=kind on_close=close/> }.into_any(),
            Dialog::NewConversation => view! { <NewConversationDialog on_close=close/> }.into_any(),
            Dialog::Requests => view! { <RequestsDialog on_close=close/> }.into_any(),
            Dialog::Conversation => view! { <ConversationDialog on_close=close/> }.into_any(),
            Dialog::Channel => view! { <ChannelSettingsDialog on_close=close/> }.into_any(),
            Dialog::NewPoll(thread) => view! { <NewPollDialog thread=thread on_close=close/> }.into_any(),
            Dialog::Emoji => view! { <EmojiDialog on_close=close/> }.into_any(),
            Dialog::Admin => view! { <Administration/> }.into_any(),
            Dialog::Roles => view! { <RolesDialog on_close=close/> }.into_any(),
            Dialog::Thread => view! { <ThreadDialog write=|desk| view! { <Composer desk=desk/> }.into_any() on_close=close/> }.into_any(),
            Dialog::Pins => view! { <PinsDialog on_close=close/> }.into_any(),
            Dialog::Threads => view! { <ThreadsDialog on_close=close/> }.into_any(),
            Dialog::Saved => view! { <SavedDialog on_close=close/> }.into_any(),
            Dialog::Forward { text, of, files } => view! { <ForwardDialog text=text of=of files=files on_close=close/> }.into_any(),
            Dialog::Edits => view! { <EditsDialog on_close=close/> }.into_any(),
            Dialog::Call => view! { <CallDialog on_close=close/> }.into_any(),
            Dialog::CallMember { channel, device } => view! { <CallMemberDialog channel=channel device=device on_close=close/> }.into_any(),
            Dialog::CallRules(channel) => view! { <CallRulesDialog channel=channel on_close=close/> }.into_any(),
            Dialog::Doctor => view! { <DoctorDialog on_close=close/> }.into_any(),
            Dialog::OwnStatus => view! { <OwnStatusDialog on_close=close/> }.into_any(),
            Dialog::RemoveMember { id, name } => view! { <RemoveMemberDialog id=id name=name on_close=close/> }.into_any(),
            Dialog::LetBackIn { id, name } => view! { <LetBackInDialog id=id name=name on_close=close/> }.into_any(),
            Dialog::LinkDevice => view! { <LinkDeviceDialog on_close=close/> }.into_any(),
            Dialog::Verify { id, name } => view! { <VerifyDialog id=id name=name on_close=close/> }.into_any(),
            Dialog::SignOut => view! { <SignOutDialog on_close=close/> }.into_any(),
            Dialog::RecoveryKey
            | Dialog::SecondFactor
            | Dialog::EndSecondFactor
            | Dialog::AddPasskey
            | Dialog::RemovePasskey { .. }
            | Dialog::LinkProvider { .. }
            | Dialog::UnlinkProvider { .. }
            | Dialog::ChangePassword
            | Dialog::DeleteAccount
            | Dialog::EndDevice { .. } => view! { <OwnDialog/> }.into_any(),
        }))}
    }
}
