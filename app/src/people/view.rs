//! The right column: everybody in the community, those who are here first, and who is in a voice channel.

use leptos::prelude::*;

use super::groups::{Group, groups};
use super::person::Person;
use crate::channels::store::Load;
use crate::chunk::chunk;
use crate::shell::store::Drawer;
use crate::stores::stores;
use crate::ui::icon::{Icon, IconName};
use crate::ui::lazy::{Draw, lazy};
use crate::ui::reactive::{dynamic, keyed, reactive};
use crate::ui::skeleton::Length::{Middle, Short};
use crate::ui::skeleton::Skeleton;

/// Rows of one group that are drawn at most. More would cost memory that nobody looks at; the switcher finds the rest.
const SHOWN: usize = 300;

chunk!(conversation_rest: fn lists() -> Draw = lists_view);

fn lists_view() -> Draw {
    || view! { <Lists/> }.into_any()
}

/// The column of people. A drawer on a narrow screen.
#[component]
pub fn People() -> impl IntoView {
    let stores = stores();
    let view_store = stores.view;
    let open = move || view_store.drawer.get() == Some(Drawer::People);
    view! {
        <aside
            class="people"
            class:open=open
            class:folded=reactive(move || !view_store.people_shown.get())
            aria-label="People"
            data-region="people"
            tabindex="-1"
        >
            <header class="people-head">
                <h2>"People"</h2>
                <button
                    type="button"
                    class="icon-button only-narrow"
                    aria-label="Close people"
                    on:click=move |_| view_store.drawer.set(None)
                >
                    <Icon name=IconName::Close/>
                </button>
            </header>
            <div class="people-lists">
                {lazy(lists, || view! { <PeopleSkeleton/> }.into_any())}
            </div>
        </aside>
    }
}

#[component]
fn Lists() -> impl IntoView {
    let stores = stores();
    let grouped = Memo::new(move |_| stores.people.members.with(|all| groups(all)));
    let label = |group: Group| match group {
        Group::Here => "Here",
        Group::Gone => "Not here",
        Group::Unknown => "Members",
    };
    dynamic(move || {
        match stores.community.load.get() {
        Load::Loading => view! { <PeopleSkeleton/> }.into_any(),
        Load::Failed(text) => {
            view! { <p class="list-problem" role="alert">{text}</p> }.into_any()
        }
        Load::Loaded => view! {
            {keyed(move || grouped.get(), Clone::clone, move |part| view! {
                <section class="people-group">
                    <h3>{label(part.group)} " – " {part.members.len()}</h3>
                    <ul>
                        {part.members.iter().take(SHOWN).cloned().map(|m| view! { <Person member=m/> }).collect_view()}
                    </ul>
                    {(part.members.len() > SHOWN).then(|| view! {
                        <p class="list-empty">{format!("and {} more", part.members.len() - SHOWN)}</p>
                    })}
                </section>
            })}
        }
        .into_any(),
    }
    })
}

#[component]
fn PeopleSkeleton() -> impl IntoView {
    view! {
        <Skeleton label="Loading people" lines=&[Middle, Short, Middle]/>
    }
}
