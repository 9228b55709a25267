//! A round sign for a person: their initials on a colour that is always theirs. With a ring while they speak.

use leptos::prelude::*;

use crate::components::live::live;
use crate::stores::ids::UserId;
use crate::words::people::{colour, initials};

/// A person's round sign. A screen reader hears the name beside it instead.
#[component]
pub fn Avatar(
    /// Whose; decides the colour.
    user: UserId,
    /// Their name; gives the letters.
    #[prop(into)]
    name: String,
    /// Extra class for the size: `small`, `large`.
    #[prop(optional)]
    size: &'static str,
    /// Whether the ring is shown.
    #[prop(optional, into)]
    speaking: Signal<bool>,
) -> impl IntoView {
    let class = format!("avatar {size} tint-{}", colour(user.as_str()));
    view! {
        <span class=class class:speaking=live(move || speaking.get()) aria-hidden="true">{initials(&name)}</span>
    }
}
