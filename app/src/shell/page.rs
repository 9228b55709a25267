//! What fills the window: one page for each phase of the session. The phase comes from the drivers, which read the
//! address; so there is no router, and no page for an address that leads nowhere.

use leptos::prelude::*;

use super::conversation::Conversation;
use super::fatal::Fatal;
use super::guest::GuestPage;
use super::loading::Loading;
use super::other_tab::OtherTab;
use crate::chunk::chunk;
use crate::enrolment::join::Join;
use crate::enrolment::join_by_provider::JoinByProvider;
use crate::enrolment::keep_key::KeepKey;
use crate::enrolment::link_refused::LinkRefused;
use crate::enrolment::no_community::NoCommunity;
use crate::enrolment::open_vault::OpenVault;
use crate::enrolment::recover::Recover;
use crate::enrolment::second_factor::SecondFactor;
use crate::enrolment::set_up::SetUp;
use crate::enrolment::sign_in::SignIn;
use crate::enrolment::store::Phase;
use crate::linking::page::LinkPage;
use crate::stores::stores;
use crate::ui::hooks::boot_frame;
use crate::ui::lazy::{Draw, lazy};

chunk!(enrolment: fn enrolment() -> Draw = enrolment_view);
chunk!(enrolment_rest: fn enrolment_rest() -> Draw = enrolment_rest_view);
chunk!(guest: fn guest_page() -> Draw = guest_view);
chunk!(linking: fn link_page() -> Draw = link_view);
chunk!(conversation: fn conversation() -> Draw = conversation_view);

fn enrolment_view() -> Draw {
    draw_enrolment
}

fn draw_enrolment() -> AnyView {
    match stores().session.phase.get_untracked() {
        Phase::NoCommunity => view! { <NoCommunity/> }.into_any(),
        Phase::SetUp => view! { <SetUp/> }.into_any(),
        Phase::Join { .. } => view! { <Join/> }.into_any(),
        Phase::LinkRefused(problem) => view! { <LinkRefused problem=problem/> }.into_any(),
        Phase::SignIn { name, lost, .. } => view! { <SignIn name=name lost=lost/> }.into_any(),
        Phase::JoinByProvider { .. }
        | Phase::KeepKey { .. }
        | Phase::OpenVault { .. }
        | Phase::SecondFactor { .. }
        | Phase::Recover { .. }
        | Phase::Link { .. }
        | Phase::Guest(_)
        | Phase::Loading
        | Phase::OtherTab
        | Phase::Ready
        | Phase::Fatal { .. } => ().into_any(),
    }
}

/// Pages that few people see, and none of them first.
fn enrolment_rest_view() -> Draw {
    draw_enrolment_rest
}

fn draw_enrolment_rest() -> AnyView {
    match stores().session.phase.get_untracked() {
        Phase::JoinByProvider { name, .. } => view! { <JoinByProvider name=name/> }.into_any(),
        Phase::KeepKey { key } => view! { <KeepKey recovery_key=key/> }.into_any(),
        Phase::OpenVault {
            passkey,
            recovery,
            is_back,
            ..
        } => view! { <OpenVault passkey=passkey recovery=recovery is_back=is_back/> }.into_any(),
        Phase::SecondFactor { .. } => view! { <SecondFactor/> }.into_any(),
        Phase::Recover { name, .. } => view! { <Recover name=name/> }.into_any(),
        Phase::NoCommunity
        | Phase::SetUp
        | Phase::Join { .. }
        | Phase::LinkRefused(_)
        | Phase::SignIn { .. }
        | Phase::Link { .. }
        | Phase::Guest(_)
        | Phase::Loading
        | Phase::OtherTab
        | Phase::Ready
        | Phase::Fatal { .. } => ().into_any(),
    }
}

fn link_view() -> Draw {
    || {
        let phase = stores().session.phase;
        let code = phase.with_untracked(Phase::link_code);
        view! { <LinkPage code=code/> }.into_any()
    }
}

fn guest_view() -> Draw {
    || view! { <GuestPage/> }.into_any()
}

fn conversation_view() -> Draw {
    || view! { <Conversation/> }.into_any()
}

/// The page of the current phase.
#[component]
pub fn Page() -> impl IntoView {
    let phase = stores().session.phase;
    // A page stays as long as the phase is of one kind: what is learnt meanwhile must not empty a form.
    let kind = Memo::new(move |_| phase.with(std::mem::discriminant));
    move || {
        // Read, not only tracked: a memo that nobody reads hears of no change.
        kind.with(|_| ());
        match phase.get_untracked() {
            Phase::Loading => view! { <Loading/> }.into_any(),
            Phase::NoCommunity
            | Phase::SetUp
            | Phase::Join { .. }
            | Phase::LinkRefused(_)
            | Phase::SignIn { .. } => lazy(enrolment, || view! { <Loading/> }.into_any()),
            Phase::JoinByProvider { .. }
            | Phase::KeepKey { .. }
            | Phase::OpenVault { .. }
            | Phase::SecondFactor { .. }
            | Phase::Recover { .. } => lazy(enrolment_rest, || view! { <Loading/> }.into_any()),
            Phase::Guest(_) => lazy(guest_page, || view! { <Loading/> }.into_any()),
            Phase::Link { .. } => lazy(link_page, || view! { <Loading/> }.into_any()),
            Phase::OtherTab => {
                boot_frame::remove();
                view! { <OtherTab/> }.into_any()
            }
            Phase::Ready => lazy(conversation, || view! { <Loading/> }.into_any()),
            Phase::Fatal {
                text,
                detail,
                way_on,
            } => {
                boot_frame::remove();
                view! { <Fatal text=text detail=detail way_on=way_on/> }.into_any()
            }
        }
    }
}
