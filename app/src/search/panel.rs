//! Finding messages: a field, and below it what can be typed or what was found. At the side of the page; on a phone, all of
//! it. What was typed stays there for the next time.

use leptos::prelude::*;

use super::field::SearchField;
use super::hints::{Hint, hints};
use super::results::ResultList;
use super::store::{Line, PAGE, SearchIntent};
use super::text;
use crate::stores::stores;
use crate::ui::hooks::{focus, line, local_time};
use crate::ui::modal::Modal;
use crate::ui::reactive::{dynamic, reactive};

const LIST: &str = "search-list";

/// The panel. Shown as long as it is on the page.
#[component]
pub fn SearchPanel(on_close: Callback<()>) -> impl IntoView {
    let stores = stores();
    let search = stores.search;
    let limit = RwSignal::new(PAGE);
    let ask = move || {
        stores.actions.send(SearchIntent::Ask {
            typed: search.typed.get_untracked(),
            limit: limit.get_untracked(),
        });
    };
    stores.actions.send(SearchIntent::Open);
    ask();
    on_cleanup(move || stores.actions.send(SearchIntent::Close));
    focus::select("#search-field");
    let today = local_time::today();
    let offered = Memo::new(move |_| {
        search.typed.with(|typed| {
            stores.community.channels.with(|channels| {
                let members = stores.people.members;
                members.with(|members| hints(typed, today, channels, members))
            })
        })
    });
    let typed = Callback::new(move |typed: String| {
        search.typed.set(typed);
        search.at.set(0);
        limit.set(PAGE);
        ask();
    });
    let take = Callback::new(move |hint: Hint| {
        typed.run(hint.typed);
        focus::at_once("#search-field");
    });
    let go = Callback::new(move |line: Line| {
        on_close.run(());
        stores.show_message(&line.channel, line.item);
    });
    let take_chosen = move || {
        let at = search.at.get_untracked();
        let hint = offered.with_untracked(|all| all.get(at).cloned());
        hint.map(|hint| take.run(hint)).is_some()
    };
    let enter = Callback::new(move |()| {
        let has_hints = offered.with_untracked(|all| !all.is_empty());
        if has_hints && (take_chosen() || search.typed.with_untracked(String::is_empty)) {
            return;
        }
        let at = search.at.get_untracked();
        let chosen = search
            .results
            .with_untracked(|it| it.lines.get(at).cloned());
        if let Some(line) = chosen {
            go.run(line);
        }
    });
    let tab = Callback::new(move |()| take_chosen());
    let more = Callback::new(move |()| {
        limit.update(|limit| *limit += PAGE);
        ask();
    });
    let count = Memo::new(move |_| match offered.with(Vec::len) {
        0 => search.results.with(|it| it.lines.len()),
        hints => hints,
    });
    Effect::new(move |_| {
        line::show(&format!("{LIST}-{}", search.at.get()));
    });
    view! {
        <Modal title="Find messages" class="search" on_close=on_close>
            <SearchField list=LIST count=count on_type=typed on_enter=enter on_tab=tab/>
            {dynamic(move || text::state(search.state.get()).map(|said| view! {
                <p class="search-state" role="status">{said}</p>
            }))}
            {dynamic(move || if offered.with(Vec::is_empty) {
                view! { <ResultList list=LIST on_go=go on_more=more/> }.into_any()
            } else {
                offers(offered.get(), take)
            })}
        </Modal>
    }
}

fn offers(all: Vec<Hint>, take: Callback<Hint>) -> AnyView {
    let at = stores().search.at;
    let rows = all.into_iter().enumerate().map(|(index, hint)| {
        let chosen = hint.clone();
        let Hint { name, says, .. } = hint;
        view! {
            <li
                id=format!("{LIST}-{index}")
                role="option"
                aria-selected=reactive(move || if at.get() == index { "true" } else { "false" })
                on:click=move |_| take.run(chosen.clone())
            >
                <bdi>{name}</bdi>
                <span class="hint">{says}</span>
            </li>
        }
    });
    let rows = rows.collect_view();
    view! { <ul id=LIST class="switcher-list" role="listbox" aria-label="What you can type">{rows}</ul> }
        .into_any()
}
