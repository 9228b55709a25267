//! The administration: its pages come in a chunk of their own, which only those load who open it.

use leptos::prelude::*;

use super::store::Dialog;
use crate::admin::dialog::AdminDialog;
use crate::chunk::chunk;
use crate::invites::list::InviteList;
use crate::invites::store::InviteIntent;
use crate::stores::stores;
use crate::ui::lazy::{Draw, lazy};

chunk!(admin: fn admin() -> Draw = admin_view);

fn admin_view() -> Draw {
    draw_admin
}

fn draw_admin() -> AnyView {
    let dialog = stores().view.dialog;
    let close = Callback::new(move |()| dialog.set(None));
    view! { <AdminDialog on_close=close invites=draw_invites/> }.into_any()
}

/// The administration, once it is loaded.
#[component]
pub fn Administration() -> impl IntoView {
    lazy(admin, || ().into_any())
}

fn draw_invites() -> AnyView {
    let stores = stores();
    stores.actions.send(InviteIntent::ListInvites);
    view! {
        <p class="hint">"Every link that still lets somebody in. What became of the others is in the audit."</p>
        <InviteList/>
        <button type="button" class="quiet" on:click=move |_| stores.view.dialog.set(Some(Dialog::Invite))>"Make an invite"</button>
    }
    .into_any()
}
