//! How hard a new password is to guess, as four steps. The words stand under the field.

use leptos::prelude::*;

use super::text::{Strength, strength};

/// Four steps that fill.
#[component]
pub fn StrengthSteps(password: RwSignal<String>) -> impl IntoView {
    let level = move || match password.with(|p| strength(p)) {
        Strength::TooShort => "0",
        Strength::Weak => "1",
        Strength::Good => "2",
        Strength::Strong => "3",
    };
    view! {
        <div class="strength" data-level=level aria-hidden="true">
            <span></span>
            <span></span>
            <span></span>
        </div>
    }
}
