//! Who has a role: given and taken with a switch at each name.

use leptos::prelude::*;

use super::store::RoleIntent;
use crate::ids::RoleId;
use crate::people::store::Member;
use crate::stores::stores;
use crate::ui::avatar::Avatar;
use crate::ui::reactive::{dynamic, keyed, reactive};

/// More are found by typing.
const SHOWN: usize = 50;

#[component]
pub(super) fn Holders(role: RoleId) -> impl IntoView {
    let stores = stores();
    let typed = RwSignal::new(String::new());
    let found = move || {
        let typed = typed.with(|typed| typed.trim().to_lowercase());
        stores.people.members.with(|all| {
            let fits = |it: &&Member| it.name.to_lowercase().contains(&typed);
            let mut found: Vec<Member> = all.iter().filter(fits).cloned().collect();
            found.sort_unstable_by(|a, b| a.name.cmp(&b.name));
            found
        })
    };
    let shown = Memo::new(move |_| found());
    let more = move || {
        let count = shown.with(Vec::len);
        (count > SHOWN).then(|| {
            view! {
                <p class="hint">{format!("And {} more: type a name.", count - SHOWN)}</p>
            }
        })
    };
    view! {
        <section class="role-holders" aria-labelledby="role-holders">
            <h3 id="role-holders">"Who has it"</h3>
            <input
                type="text"
                role="searchbox"
                aria-label="Find a person"
                placeholder="Find a person"
                autocomplete="off"
                prop:value=reactive(move || typed.get())
                on:input=move |event| typed.set(event_target_value(&event))
            />
            <ul>
                {keyed(
                    move || shown.with(|all| all.iter().take(SHOWN).cloned().collect()),
                    |member: &Member| member.id.clone(),
                    move |member| view! { <Holder role=role.clone() member=member/> },
                )}
            </ul>
            {dynamic(more)}
        </section>
    }
}

#[component]
fn Holder(role: RoleId, member: Member) -> impl IntoView {
    let stores = stores();
    let Member { id, name, .. } = member;
    let has = {
        let (role, id) = (role.clone(), id.clone());
        Memo::new(move |_| {
            stores.roles.all.with(|all| {
                let found = all.iter().find(|it| it.id == role);
                found.is_some_and(|it| it.holders.contains(&id))
            })
        })
    };
    // What was asked shows at once, until the community has answered.
    let asked = RwSignal::new(None::<bool>);
    Effect::new(move || {
        has.track();
        stores.roles.refused.track();
        asked.set(None);
    });
    let give = {
        let id = id.clone();
        move |event: leptos::ev::Event| {
            let on = event_target_checked(&event);
            asked.set(Some(on));
            let (role, user) = (role.clone(), id.clone());
            stores.actions.send(RoleIntent::Give { role, user, on });
        }
    };
    view! {
        <li>
            <label class="switch">
                <Avatar user=id name=name.clone()/>
                <bdi>{name}</bdi>
                <input
                    type="checkbox"
                    role="switch"
                    prop:checked=reactive(move || asked.get().unwrap_or_else(|| has.get()))
                    on:change=give
                />
            </label>
        </li>
    }
}
