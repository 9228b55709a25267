//! The list of what was found, newest first. Where the channel changes, its name stands above.

use leptos::prelude::*;

use super::store::{Line, PAGE, Results};
use super::text;
use crate::stores::stores;
use crate::ui::hooks::local_time;
use crate::ui::icon::{Icon, IconName};
use crate::ui::reactive::{dynamic, reactive};

/// What was found, how many there are, and what of the question says nothing. `on_go`: that line was chosen.
#[component]
pub(super) fn ResultList(
    list: &'static str,
    on_go: Callback<Line>,
    on_more: Callback<()>,
) -> impl IntoView {
    let search = stores().search;
    dynamic(move || {
        search.results.with(|results| {
            if !results.is_asked {
                return ().into_any();
            }
            view! {
                <p class="search-count" role="status">{text::count(results)}</p>
                {problems(results)}
                {if results.lines.is_empty() { nothing().into_any() } else { lines(list, results, on_go).into_any() }}
                {more(results, on_more)}
            }
            .into_any()
        })
    })
}

fn problems(results: &Results) -> impl IntoView + use<> {
    let lines = results.problems.iter().cloned();
    lines
        .map(|problem| view! { <p class="search-problem">{problem}</p> })
        .collect_view()
}

fn nothing() -> impl IntoView {
    let is_past_coming = stores().search.is_past_coming;
    view! {
        <div class="list-empty">
            <p>"Try fewer or shorter words. All of them must be in a message; only the last one may go on."</p>
            {dynamic(move || is_past_coming.get().then(|| view! {
                <p>"Older messages are still on their way to this device. What is in them can be found once they are here."</p>
            }))}
        </div>
    }
}

fn lines(list: &'static str, results: &Results, on_go: Callback<Line>) -> impl IntoView + use<> {
    let mut channel = None;
    let rows: Vec<AnyView> = results
        .lines
        .iter()
        .cloned()
        .enumerate()
        .map(|(index, line)| {
            let is_new = channel.as_ref() != Some(&line.channel);
            channel = Some(line.channel.clone());
            row(list, index, line, is_new, on_go)
        })
        .collect();
    view! { <ul id=list class="search-list" role="listbox" aria-label="Messages found">{rows}</ul> }
}

fn row(
    list: &'static str,
    index: usize,
    line: Line,
    is_new: bool,
    on_go: Callback<Line>,
) -> AnyView {
    let at = stores().search.at;
    let pieces = line.pieces.iter().cloned().map(|(text, is_mark)| {
        if is_mark {
            view! { <mark>{text}</mark> }.into_any()
        } else {
            text.into_any()
        }
    });
    let pieces = pieces.collect_view();
    let has = line.has.join(", ");
    let chosen = line.clone();
    let place = if line.is_direct {
        IconName::People
    } else {
        IconName::Hash
    };
    let Line {
        channel_name,
        author_name,
        at: written,
        ..
    } = line;
    view! {
        <li
            id=format!("{list}-{index}")
            role="option"
            class:first=is_new
            aria-selected=reactive(move || if at.get() == index { "true" } else { "false" })
            on:click=move |_| on_go.run(chosen.clone())
        >
            <span class="search-place"><Icon name=place/><bdi>{channel_name}</bdi></span>
            <span class="search-head">
                <strong><bdi>{author_name}</bdi></strong>
                " "
                <time class="message-time" datetime=local_time::machine(written) title=local_time::full(written)>{local_time::ago(written)}</time>
                {(!has.is_empty()).then(|| view! { <span class="search-has">{has}</span> })}
            </span>
            <span class="search-text" dir="auto">{pieces}</span>
        </li>
    }
    .into_any()
}

fn more(results: &Results, on_more: Callback<()>) -> Option<impl IntoView + use<>> {
    let shown = results.lines.len();
    let is_more = shown >= PAGE && results.all.is_none_or(|all| all > shown);
    is_more.then(|| {
        view! { <button type="button" class="quiet" on:click=move |_| on_more.run(())>"Show more"</button> }
    })
}
