//! One message: who and when on the first of a group, the text, and how far it has come.

use leptos::prelude::*;

use super::delivery_line::DeliveryLine;
use super::extras::{About, around};
use super::mention::Calls;
use super::rich_text::RichText;
use super::store::{Body, Delivery, Extras, Unreadable};
use super::text;
use crate::files::store::{Part, part};
use crate::ids::{ChannelId, ItemId, UserId};
use crate::stores::stores;
use crate::ui::avatar::Avatar;
use crate::ui::hooks::local_time;
use crate::ui::icon::{Icon, IconName};
use crate::ui::reactive::dynamic;
use crate::ui::trust_mark::TrustMark;
use crate::verification::store::Mark;

/// A message in the list.
#[component]
pub fn MessageLine(
    channel: ChannelId,
    item: ItemId,
    /// When, in milliseconds since 1970.
    at: f64,
    author: UserId,
    author_name: String,
    body: Body,
    /// First of its group.
    head: bool,
    /// How far it has come.
    delivery: Memo<Delivery>,
    extras: Extras,
) -> impl IntoView {
    let verification = stores().verification;
    let full = local_time::full(at);
    let time = view! {
        <time class="message-time" datetime=local_time::machine(at) title=full>{local_time::clock(at)}</time>
    };
    let line = item.as_str().to_owned();
    let forwarded = extras.forwarded;
    let unsent = move || {
        let is_unsent = |it: &Delivery| {
            matches!(
                it,
                Delivery::Waiting | Delivery::Sending | Delivery::Failed(_)
            )
        };
        delivery.with(is_unsent)
    };
    let marked = author.clone();
    let name = author_name.clone();
    let beside = if head {
        view! { <Avatar user=author name=author_name.clone()/> }.into_any()
    } else {
        ().into_any()
    };
    // Every message says who and when to a screen reader; the eye sees it on the first of a group.
    let head_line = if head {
        let mark = dynamic(move || {
            let mark = verification.mark_of(&marked)?;
            Some(view! { <TrustMark changed=mark == Mark::Changed/> })
        });
        view! { <p class="message-head"><strong class="message-author"><bdi>{author_name}</bdi></strong> {mark} {time}</p> }.into_any()
    } else {
        view! { <span class="unseen"><bdi>{author_name}</bdi> ": "</span> {time} }.into_any()
    };
    let text = match &body {
        Body::Text(text) => Some(text.clone()),
        Body::Removed | Body::Unreadable(_) => None,
    };
    provide_context(Calls {
        everyone: extras.calls_everyone,
    });
    let files = (!extras.files.is_empty()).then(|| part(Part::OfMessage(extras.files.clone())));
    let (above, below, bar) = around(About {
        channel: channel.clone(),
        item: item.clone(),
        text,
        author_name: name,
        extras,
    });
    view! {
        <article class="message" class:head=head class:forwarded=forwarded class:unsent=unsent data-line=line tabindex="-1">
            <div class="message-side" aria-hidden="true">{beside}</div>
            <div class="message-main">
                {head_line}
                {above}
                {match body {
                    Body::Text(text) if text.is_empty() => ().into_any(),
                    Body::Text(text) => view! { <RichText text=text/> }.into_any(),
                    Body::Removed => view! { <p class="message-locked">{text::REMOVED}</p> }.into_any(),
                    Body::Unreadable(why) => view! { <Locked why=why/> }.into_any(),
                }}
                {files}
                {below}
                <DeliveryLine channel=channel item=item delivery=delivery/>
            </div>
            {bar}
        </article>
    }
}

#[component]
fn Locked(why: Unreadable) -> impl IntoView {
    let icon = if matches!(why, Unreadable::Damaged | Unreadable::TakenAway) {
        IconName::Alert
    } else {
        IconName::Lock
    };
    view! {
        <p class="message-locked">
            <Icon name=icon/>
            {text::unreadable(why)}
        </p>
    }
}
