//! The root: makes the stores, keeps the document in step with them, starts the drivers, shows the page.

use leptos::prelude::*;

use crate::behaviour::{appearance, title};
use crate::components::notice::NoticePlace;
use crate::pages::Page;
use crate::stores::Stores;

/// Everything on the page.
#[component]
pub fn App() -> impl IntoView {
    let stores = Stores::new();
    provide_context(stores);
    appearance::follow(stores.prefs);
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
    crate::drivers::start(stores);
}

#[cfg(test)]
mod contrast;
