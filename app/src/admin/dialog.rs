//! The administration: pages, and a list of them. On a phone one sees the list first, then the page with a way back.

use leptos::prelude::*;

use super::audit::AuditPage;
use super::members::MembersPage;
use super::overview::OverviewPage;
use super::sessions::SessionsPage;
use super::storage::StoragePage;
use super::store::Page;
use super::text;
use super::traffic::TrafficPage;
use crate::stores::stores;
use crate::ui::hooks::focus;
use crate::ui::icon::{Icon, IconName};
use crate::ui::modal::Modal;
use crate::ui::reactive::{dynamic, keyed, reactive};

/// For those who may administer.
#[component]
pub fn AdminDialog(
    on_close: Callback<()>,
    /// The open invites, which are another feature's.
    invites: fn() -> AnyView,
) -> impl IntoView {
    let chosen = RwSignal::new(None);
    let shown = Memo::new(move |_| chosen.get().unwrap_or(Page::Overview));
    let may = stores().community.powers;
    let may = Memo::new(move |_| may.get().administer);
    view! {
        <Modal title="Administration" class="settings" on_close=on_close>
            {dynamic(move || if may.get() {
                view! { <Frame chosen=chosen shown=shown invites=invites/> }.into_any()
            } else {
                view! { <p class="list-empty">"Only the owner sees this, and those who may give roles and remove members."</p> }.into_any()
            })}
        </Modal>
    }
}

#[component]
fn Frame(
    chosen: RwSignal<Option<Page>>,
    shown: Memo<Page>,
    invites: fn() -> AnyView,
) -> impl IntoView {
    view! {
        <div
            class="settings-frame"
            data-shows=reactive(move || if chosen.with(Option::is_some) { "page" } else { "list" })
        >
            <List chosen=chosen shown=shown/>
            <section class="settings-page" aria-labelledby="admin-page">
                <header class="settings-head">
                    <button
                        type="button"
                        class="icon-button settings-back"
                        aria-label="All pages"
                        on:click=move |_| {
                            chosen.set(None);
                            focus::on(".settings-list button");
                        }
                    >
                        <Icon name=IconName::Back/>
                    </button>
                    <h3 id="admin-page" tabindex="-1">{dynamic(move || text::page(shown.get()))}</h3>
                </header>
                {dynamic(move || page(shown.get(), invites))}
            </section>
        </div>
    }
}

fn page(page: Page, invites: fn() -> AnyView) -> AnyView {
    match page {
        Page::Overview => view! { <OverviewPage/> }.into_any(),
        Page::Members => view! { <MembersPage/> }.into_any(),
        Page::Invites => invites(),
        Page::Sessions => view! { <SessionsPage/> }.into_any(),
        Page::Storage => view! { <StoragePage/> }.into_any(),
        Page::Traffic => view! { <TrafficPage/> }.into_any(),
        Page::Audit => view! { <AuditPage/> }.into_any(),
    }
}

#[component]
fn List(chosen: RwSignal<Option<Page>>, shown: Memo<Page>) -> impl IntoView {
    let open = move |page| {
        chosen.set(Some(page));
        focus::on("#admin-page");
    };
    view! {
        <nav class="settings-list" aria-label="Pages of the administration">
            <ul>
                {keyed(|| Page::ALL.to_vec(), |page| *page as u8, move |page| view! {
                    <li>
                        <button
                            type="button"
                            aria-current=reactive(move || (shown.get() == page).then_some("page"))
                            on:click=move |_| open(page)
                        >
                            <Icon name=icon(page)/>
                            {text::page(page)}
                        </button>
                    </li>
                })}
            </ul>
        </nav>
    }
}

fn icon(page: Page) -> IconName {
    match page {
        Page::Overview => IconName::Check,
        Page::Members => IconName::People,
        Page::Invites => IconName::Invite,
        Page::Sessions => IconName::Tabs,
        Page::Storage => IconName::Install,
        Page::Traffic => IconName::Poll,
        Page::Audit => IconName::Clock,
    }
}
