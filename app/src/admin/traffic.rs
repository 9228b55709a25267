//! Connections and calls: counts, and who is in which voice channel, which everybody here sees anyway.

use leptos::prelude::*;

use super::part::part;
use super::store::{AdminIntent, Page, Traffic};
use super::text::{bytes, grouped};
use crate::stores::stores;
use crate::ui::hooks::local_time;
use crate::ui::icon::{Icon, IconName};
use crate::ui::reactive::dynamic;

#[component]
pub fn TrafficPage() -> impl IntoView {
    let actions = stores().actions;
    let ask = move || actions.send(AdminIntent::Look(Page::Traffic));
    ask();
    view! {
        {part(Page::Traffic, |shown| &shown.traffic, traffic)}
        <section class="matter">
            <h4>"In calls"</h4>
            {dynamic(calls)}
        </section>
        <button type="button" class="quiet" on:click=move |_| ask()>
            <Icon name=IconName::Again/>
            "Count again"
        </button>
    }
}

fn traffic(traffic: Traffic) -> AnyView {
    let Traffic {
        started_at,
        connections,
        calls,
        in_calls,
        frames_in,
        frames_out,
        uploads,
        downloads,
        slow_readers,
        turn,
    } = traffic;
    view! {
        <section class="matter">
            <h4>"Right now"</h4>
            <dl class="figures">
                <dt>"Devices connected"</dt><dd>{grouped(connections)}</dd>
                <dt>"Calls"</dt><dd>{grouped(calls)}</dd>
                <dt>"Devices in calls"</dt><dd>{grouped(in_calls)}</dd>
                {turn.map(|(allocations, _)| view! { <dt>"Sent through the relay"</dt><dd>{grouped(allocations)}</dd> })}
            </dl>
        </section>
        <section class="matter">
            <h4>{format!("Since {}", local_time::full(started_at))}</h4>
            <dl class="figures">
                <dt>"Frames received"</dt><dd>{grouped(frames_in)}</dd>
                <dt>"Frames sent"</dt><dd>{grouped(frames_out)}</dd>
                <dt>"Pieces of files received"</dt><dd>{grouped(uploads)}</dd>
                <dt>"Pieces of files sent"</dt><dd>{grouped(downloads)}</dd>
                <dt>"Cut off because too slow"</dt><dd>{grouped(slow_readers)}</dd>
                {turn.map(|(_, relayed)| view! { <dt>"Sound passed on"</dt><dd>{bytes(relayed)}</dd> })}
            </dl>
        </section>
    }
    .into_any()
}

fn calls() -> AnyView {
    let stores = stores();
    let channels = stores.community.channels.get();
    let name = |id: &crate::ids::ChannelId| {
        let found = channels.iter().find(|channel| channel.id == *id);
        found
            .map(|channel| channel.name.clone())
            .unwrap_or_default()
    };
    let rows: Vec<(String, String)> = stores.call.rosters.with(|rosters| {
        rosters
            .iter()
            .filter(|(_, people)| !people.is_empty())
            .map(|(channel, people)| {
                let names: Vec<&str> = people.iter().map(|one| one.name.as_str()).collect();
                (name(channel), names.join(", "))
            })
            .collect()
    });
    if rows.is_empty() {
        return view! { <p class="list-empty">"Nobody is in a call that you may see."</p> }
            .into_any();
    }
    view! {
        <dl class="figures">
            {rows.into_iter().map(|(channel, people)| view! {
                <dt><bdi>{channel}</bdi></dt><dd><bdi>{people}</bdi></dd>
            }).collect_view()}
        </dl>
    }
    .into_any()
}
