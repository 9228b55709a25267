//! Choosing members by name, some at once.

use leptos::prelude::*;
use parley_protocol::names::fold;

use crate::ids::UserId;
use crate::people::store::Member;
use crate::stores::stores;
use crate::ui::avatar::Avatar;
use crate::ui::field::text::TextField;
use crate::ui::reactive::{keyed, reactive, show_when};

/// Names that are listed at once; typing finds the others.
const SHOWN: usize = 50;

/// A field that narrows the list, and a box at each name.
#[component]
pub fn PeopleChoice(
    chosen: RwSignal<Vec<UserId>>,
    /// Who is not listed.
    without: Vec<UserId>,
) -> impl IntoView {
    let stores = stores();
    let typed = RwSignal::new(String::new());
    let me = stores
        .community
        .me
        .with_untracked(|me| me.as_ref().map(|me| me.id.clone()));
    let listed = Memo::new(move |_| {
        let typed = typed.with(|typed| fold(typed.trim()));
        stores.people.members.with(|all| {
            let found = all.iter().filter(|member| {
                Some(&member.id) != me.as_ref()
                    && !without.contains(&member.id)
                    && fold(&member.name).contains(&typed)
            });
            found.take(SHOWN).cloned().collect::<Vec<Member>>()
        })
    });
    let none = Signal::derive(|| None::<String>);
    view! {
        <TextField id="find-person" label="Find a person" value=typed problem=none first=true/>
        <ul class="people-choice">
            {keyed(move || listed.get(), |member| (member.id.to_string(), member.name.clone()), move |member| {
                let id = member.id.clone();
                let is_chosen = Memo::new({
                    let id = id.clone();
                    move |_| chosen.with(|all| all.contains(&id))
                });
                view! {
                    <li>
                        <label class="check">
                            <input
                                type="checkbox"
                                prop:checked=reactive(move || is_chosen.get())
                                on:change=move |event| {
                                    let on = event_target_checked(&event);
                                    chosen.update(|all| {
                                        all.retain(|it| *it != id);
                                        if on {
                                            all.push(id.clone());
                                        }
                                    });
                                }
                            />
                            <Avatar user=member.id.clone() name=member.name.clone() size="small"/>
                            <span><bdi>{member.name}</bdi></span>
                        </label>
                    </li>
                }
            })}
        </ul>
        {show_when(move || listed.with(Vec::is_empty), || view! { <p class="list-empty">"Nobody of that name."</p> })}
    }
}
