//! A name inside a message: a person's or a role's stands out, one's own most of all; a channel's leads there.

use leptos::prelude::*;

use super::names;
use crate::roles::store::EVERYONE;
use crate::stores::stores;
use crate::ui::reactive::dynamic;

/// What the author of a message may do by naming.
#[derive(Clone, Copy)]
pub(super) struct Calls {
    pub(super) everyone: bool,
}

/// A text that may begin with a name. Names are looked up as they are now.
#[component]
pub fn Mention(
    /// Begins with `@` or `#`.
    text: String,
) -> impl IntoView {
    let calls = use_context::<Calls>();
    let everyone = calls.is_some_and(|calls| calls.everyone);
    dynamic(move || {
        let (named, rest) = if text.starts_with('@') {
            person(&text, everyone)
        } else {
            channel(&text)
        };
        view! { {named} {rest} }
    })
}

/// `everyone`: all members can be called.
fn person(text: &str, everyone: bool) -> (AnyView, String) {
    let stores = stores();
    let me = stores
        .community
        .me
        .with(|me| me.as_ref().map(|me| me.id.clone()));
    let is_me = |name: &str| {
        let by_name = stores.people.by_name;
        let user = by_name.with(|all| all.get(name).cloned());
        match user {
            Some(user) => Some(me.as_ref() == Some(&user)),
            None if name == EVERYONE => everyone.then_some(true),
            None => stores.roles.is_mine(name, me.as_ref()),
        }
    };
    let Some((length, is_me)) = names::at_beginning(text, is_me) else {
        return (().into_any(), text.to_owned());
    };
    let (name, rest) = text.split_at_checked(length).unwrap_or((text, ""));
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
