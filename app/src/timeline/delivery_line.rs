//! How far a message of one's own has come, in words, and what can be done about one that was refused.

use leptos::prelude::*;

use super::store::Delivery;
use super::store::TimelineIntent;
use super::text;
use crate::ids::{ChannelId, ItemId};
use crate::stores::stores;
use crate::ui::icon::{Icon, IconName};

/// The line under a message that has not arrived. Nothing when it has.
#[component]
pub fn DeliveryLine(channel: ChannelId, item: ItemId, delivery: Memo<Delivery>) -> impl IntoView {
    move || {
        let delivery = delivery.get();
        let text = text::delivery(&delivery)?;
        let (icon, why) = match &delivery {
            Delivery::Waiting | Delivery::Sending | Delivery::Sent => (IconName::Clock, None),
            Delivery::AtRelay | Delivery::WithSome | Delivery::Arrived => (IconName::Check, None),
            Delivery::Failed(failure) => (IconName::Alert, Some(text::failure(*failure))),
        };
        let failed = why.is_some();
        Some(view! {
            <p class="delivery" class:failed=failed class:brief=delivery == Delivery::Sending>
                <Icon name=icon/>
                <span>{why.map_or_else(|| text.to_owned(), |why| format!("{text}. {why}"))}</span>
                {failed.then(|| view! { <Choices channel=channel.clone() item=item.clone()/> })}
            </p>
        })
    }
}

#[component]
fn Choices(channel: ChannelId, item: ItemId) -> impl IntoView {
    let actions = stores().actions;
    let retry = TimelineIntent::RetrySend {
        channel: channel.clone(),
        item: item.clone(),
    };
    let discard = TimelineIntent::DiscardFailed { channel, item };
    view! {
        <button type="button" class="text-button" on:click=move |_| actions.send(retry.clone())>"Try again"</button>
        <button type="button" class="text-button" on:click=move |_| actions.send(discard.clone())>"Discard"</button>
    }
}
