//! The emoji at a message: how many people, who, and mine. A press adds or takes away one's own.

use leptos::prelude::*;

use super::about;
use crate::timeline::custom;
use crate::timeline::store::{Panel, Reaction, TimelineIntent};
use crate::timeline::text;
use crate::ui::icon::{Icon, IconName};

/// A row of emoji.
#[component]
pub(super) fn Reactions(reactions: Vec<Reaction>) -> impl IntoView {
    let (about, stores) = about();
    let can_answer = about.extras.can.answer;
    let (channel, item) = (about.channel.clone(), about.item.clone());
    let one = move |reaction: Reaction| {
        let label = text::reaction(&reaction.emoji, &reaction.names);
        let intent = TimelineIntent::React {
            channel: channel.clone(),
            item: item.clone(),
            emoji: reaction.emoji.clone(),
            on: !reaction.mine,
        };
        let sign = custom::emoji(reaction.emoji.clone());
        view! {
            <li>
                <button
                    type="button"
                    class="reaction"
                    aria-pressed=if reaction.mine { "true" } else { "false" }
                    aria-label=label.clone()
                    title=label
                    disabled=!can_answer
                    on:click=move |_| stores.actions.send(intent.clone())
                >
                    <span class="reaction-emoji" aria-hidden="true">{sign}</span>
                    <span aria-hidden="true">{reaction.names.len()}</span>
                </button>
            </li>
        }
    };
    let open = {
        let item = about.item.clone();
        move |_| {
            stores.timeline.active.set(Some(item.clone()));
            stores.timeline.panel.set(Some(Panel::Emoji));
        }
    };
    view! {
        <ul class="reactions" aria-label="Reactions">
            {reactions.into_iter().map(one).collect_view()}
            {can_answer.then(|| view! {
                <li>
                    <button type="button" class="reaction add" aria-label="Add a reaction" title="Add a reaction" on:click=open>
                        <Icon name=IconName::React/>
                    </button>
                </li>
            })}
        </ul>
    }
}
