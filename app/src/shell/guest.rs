//! What somebody sees who came by a guest's link: a name to choose, then the call and nothing else, then that it is over.

use leptos::prelude::*;

use crate::call::visit::GuestCall;
use crate::enrolment::guest_form::{GuestForm, VisitOver};
use crate::enrolment::store::{GuestPage as Page, Phase};
use crate::stores::stores;
use crate::ui::reactive::dynamic;

/// The page of the moment.
#[component]
pub fn GuestPage() -> impl IntoView {
    let phase = stores().session.phase;
    let page = Memo::new(move |_| match phase.get() {
        Phase::Guest(page) => Some(page),
        Phase::Loading
        | Phase::NoCommunity
        | Phase::SetUp
        | Phase::Join { .. }
        | Phase::LinkRefused(_)
        | Phase::SignIn { .. }
        | Phase::JoinByProvider { .. }
        | Phase::KeepKey { .. }
        | Phase::OpenVault { .. }
        | Phase::SecondFactor { .. }
        | Phase::Recover { .. }
        | Phase::Link { .. }
        | Phase::OtherTab
        | Phase::Ready
        | Phase::Fatal { .. } => None,
    });
    dynamic(move || {
        Some(match page.get()? {
            Page::Form(visit) => view! { <GuestForm visit=visit/> }.into_any(),
            Page::Call(visit) => view! { <GuestCall visit=visit/> }.into_any(),
            Page::Over => view! { <VisitOver/> }.into_any(),
        })
    })
}
