//! A name inside a message: a person's stands out, one's own most of all; a channel's leads there.

use leptos::prelude::*;

use super::names;
use crate::stores::stores;
use crate::ui::reactive::dynamic;

/// A text that may begin with a name. Names are looked up as they are now.
#[component]
pub fn Mention(
    /// Begins with `@` or `#`.
    text: String,
) -> impl IntoView {
    dynamic(move || {
        let (named, rest) = if text.starts_with('@') {
            person(&text)
        } else {
            channel(&text)
        };
        view! { {named} {rest} }
    })
}

fn person(text: &str) -> (AnyView, String) {
    let stores = stores();
    let find = |name: &str| stores.people.by_name.with(|all| all.get(name).cloned());
    let Some((length, user)) = names::at_beginning(text, find) else {
        return (().into_any(), text.to_owned());
    };
    let (name, rest) = text.split_at_checked(length).unwrap_or((text, ""));
    let is_me = stores
        .community
        .me
        .with(|me| me.as_ref().is_some_and(|me| me.id == user));
    let name = name.to_owned();
    let named = view! { <bdi class="mention" class:me=is_me>{name}</bdi> }.into_any();
    (named, rest.to_owned())
}

fn channel(text: &str) -> (AnyView, String) {
    let stores = stores();
    let find = |name: &str| stores.community.text_channel_named(name);
    let Some((length, channel)) = names::at_beginning(text, find) else {
        return (().into_any(), text.to_owned());
    };
    let (name, rest) = text.split_at_checked(length).unwrap_or((text, ""));
    let name = name.to_owned();
    let named = view! {
        <button type="button" class="mention" on:click=move |_| stores.open_channel(&channel)>
            <bdi>{name}</bdi>
        </button>
    };
    (named.into_any(), rest.to_owned())
}
