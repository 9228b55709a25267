//! How the relay is, and whether the world reaches it: as the relay sees it, and as this browser does.

use leptos::prelude::*;

use super::findings;
use super::part::part;
use super::store::{AdminIntent, Overview, Page};
use super::text;
use crate::stores::stores;
use crate::ui::hooks::local_time;
use crate::ui::icon::{Icon, IconName};

#[component]
pub fn OverviewPage() -> impl IntoView {
    let actions = stores().actions;
    let again = move |_| actions.send(AdminIntent::Look(Page::Overview));
    actions.send(AdminIntent::Look(Page::Overview));
    view! {
        <section class="matter">
            <h4>"The relay"</h4>
            {part(Page::Overview, |shown| &shown.overview, overview)}
        </section>
        <section class="matter">
            <h4>"Can the world reach it?"</h4>
            <p class="hint">"As the relay sees it. It asks nobody else, so some things it can't tell."</p>
            {part(Page::Overview, |shown| &shown.findings, |all| findings::list(all, "As the relay sees it"))}
        </section>
        <section class="matter">
            <h4>"And this browser?"</h4>
            <p class="hint">"As seen from here. To see it as the world does, open this page on a phone that is not in the relay's Wi-Fi."</p>
            {part(Page::Overview, |shown| &shown.witnessed, |all| findings::list(all, "As this browser sees it"))}
            <button type="button" class="quiet" on:click=again>
                <Icon name=IconName::Again/>
                "Look again"
            </button>
        </section>
    }
}

fn overview(overview: Overview) -> AnyView {
    let Overview {
        version,
        origin,
        started_at,
        reached_on,
        members,
        log_entries,
        outgoing_hosts,
        findings: found,
    } = overview;
    let reached = reached_on.map_or_else(
        || "not since it started".to_owned(),
        |day| format!("yes, last on {}", local_time::day(day)),
    );
    let asks = if outgoing_hosts.is_empty() {
        "nobody".to_owned()
    } else {
        outgoing_hosts.join(", ")
    };
    view! {
        {findings::list(found, "How the relay is")}
        <dl class="figures">
            <dt>"Address"</dt><dd class="break">{origin}</dd>
            <dt>"Version"</dt><dd>{version}</dd>
            <dt>"Running since"</dt><dd>{local_time::full(started_at)}</dd>
            <dt>"Reached from outside"</dt><dd>{reached}</dd>
            <dt>"Members"</dt><dd>{text::grouped(members)}</dd>
            <dt>"Log entries"</dt><dd>{text::grouped(log_entries)}</dd>
            <dt>"It asks by itself"</dt><dd class="break">{asks}</dd>
        </dl>
    }
    .into_any()
}
