//! One row of the list, and how far one's own messages have come.

use leptos::prelude::*;
use litemap::LiteMap;

use super::day_line::DayLine;
use super::event_line::EventLine;
use super::gap_line::GapLine;
use super::locked_line::LockedLine;
use super::message::MessageLine;
use super::rows::{Row, RowKind};
use super::store::{Delivery, Item, ItemKind};
use super::unread_line::UnreadLine;
use crate::ids::{ChannelId, ItemId};

/// Messages of mine that have not arrived. Few, so looking them up is cheap.
pub(super) fn unfinished(items: &[Item]) -> LiteMap<ItemId, Delivery> {
    // Not `collect`, which brings a sort of its own into the page.
    let mut unfinished = LiteMap::new();
    for item in items {
        if let ItemKind::Message(message) = &item.kind
            && message.delivery != Delivery::Sent
        {
            unfinished.insert(item.id.clone(), message.delivery.clone());
        }
    }
    unfinished
}

pub(super) fn line(
    channel: &ChannelId,
    row: Row,
    deliveries: Memo<LiteMap<ItemId, Delivery>>,
) -> AnyView {
    match row.kind {
        RowKind::Day => view! { <DayLine at=row.at/> }.into_any(),
        RowKind::Unread => view! { <UnreadLine/> }.into_any(),
        RowKind::Gap(gap) => view! { <GapLine gap=gap/> }.into_any(),
        RowKind::Locked(locked) => view! { <LockedLine locked=locked/> }.into_any(),
        RowKind::Event(event) => view! { <EventLine at=row.at event=event/> }.into_any(),
        RowKind::Message {
            author,
            author_name,
            body,
            head,
            extras,
        } => {
            let id = row.item.clone();
            let delivery = Memo::new(move |_| {
                deliveries
                    .with(|all| all.get(&id).cloned())
                    .unwrap_or(Delivery::Sent)
            });
            view! {
                <MessageLine
                    channel=channel.clone()
                    item=row.item
                    at=row.at
                    author=author
                    author_name=author_name
                    body=body
                    head=head
                    delivery=delivery
                    extras=*extras
                />
            }
            .into_any()
        }
    }
}
