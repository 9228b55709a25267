//! The frame that holds the features together: the root component, the page of each phase, the columns of the
//! conversation, and the place where the drivers are started.

mod admin;
mod conversation;
mod dialogs;
#[cfg(not(feature = "gallery"))]
pub mod driver;
mod fatal;
mod finder;
mod guest;
mod keys;
mod loading;
mod me_bar;
mod notice;
mod other_tab;
mod page;
mod settings;
mod shortcut_sheet;
mod shortcuts;
pub mod store;
mod thumb_bar;
mod title;
mod topbar;
mod user_panel;

use leptos::prelude::*;

use self::notice::NoticePlace;
use self::page::Page;
use crate::settings::preferences;
use crate::stores::Stores;

/// Everything on the page.
#[component]
pub fn App() -> impl IntoView {
    let stores = Stores::new();
    provide_context(stores);
    preferences::follow(stores.prefs);
    title::follow(stores);
    start(stores);
    view! {
        <Page/>
        <NoticePlace/>
    }
}

#[cfg(feature = "gallery")]
fn start(stores: Stores) {
    crate::gallery::fill(stores);
}

#[cfg(not(feature = "gallery"))]
fn start(stores: Stores) {
    guess(stores);
    driver::start(stores);
}

/// Who opens a link in a browser that nobody was signed in on sees its form at once, and types while the rest of the
/// program comes. The driver says later what the link is worth.
#[cfg(not(feature = "gallery"))]
fn guess(stores: Stores) {
    use crate::enrolment::store::Phase;
    use crate::ui::hooks::{footprint, location};

    let address = location::read();
    if footprint::is_there() || address.fragment.is_empty() || !location::is_secure() {
        return;
    }
    match address.path.trim_end_matches('/') {
        "/join" => stores.session.phase.set(Phase::Join {
            community: None,
            inviter: None,
            readmits: None,
        }),
        "/setup" => stores.session.phase.set(Phase::SetUp),
        _ => {}
    }
}

#[cfg(test)]
mod contrast;
