//! Members, as the relay knows them, in the order in which they joined. Found by name.

use leptos::prelude::*;

use super::part::part;
use super::store::{AdminIntent, MemberRow, Members, Page};
use super::text;
use crate::shell::store::Dialog;
use crate::stores::stores;
use crate::ui::direction::isolated;
use crate::ui::hooks::local_time;

#[component]
pub fn MembersPage() -> impl IntoView {
    let actions = stores().actions;
    actions.send(AdminIntent::Look(Page::Members));
    view! {
        <p class="hint">"When somebody was last seen is told by the day. Who is here right now, people show by themselves."</p>
        <label class="field">
            <span class="field-label">"Find by name"</span>
            <input
                type="search"
                dir="auto"
                maxlength="64"
                autocomplete="off"
                on:input=move |event| actions.send(AdminIntent::FindMembers(event_target_value(&event)))
            />
        </label>
        {part(Page::Members, |shown| &shown.members, members)}
    }
}

fn members(members: Members) -> AnyView {
    let actions = stores().actions;
    let Members {
        rows,
        total,
        has_more,
    } = members;
    if rows.is_empty() {
        return view! { <p class="list-empty">"Nobody by that name."</p> }.into_any();
    }
    view! {
        <p class="hint" role="status">{text::count(total, "member", "members")}</p>
        <ul class="own-devices" aria-label="Members">
            {rows.into_iter().map(|row| view! { <Row row=row/> }).collect_view()}
        </ul>
        {has_more.then(|| view! {
            <button type="button" class="quiet" on:click=move |_| actions.send(AdminIntent::MoreMembers)>"Show more members"</button>
        })}
    }
    .into_any()
}

#[component]
fn Row(row: MemberRow) -> impl IntoView {
    let stores = stores();
    let MemberRow {
        id,
        name,
        is_owner,
        roles,
        joined_at,
        seen_on,
        devices,
        sessions,
        bytes,
    } = row;
    let joined = joined_at.map_or_else(
        || "Joined at an unknown time".to_owned(),
        |at| format!("Joined {}", local_time::day(at)),
    );
    let seen = seen_on.map_or_else(
        || "not seen lately".to_owned(),
        |day| format!("last seen {}", local_time::day(day)),
    );
    let holds = format!(
        "{}, {}, {} stored",
        text::count(u64::from(devices), "device", "devices"),
        text::count(u64::from(sessions), "sign-in", "sign-ins"),
        text::bytes(bytes)
    );
    let removable = stores
        .people
        .members
        .with_untracked(|all| all.iter().any(|member| member.id == id && member.removable));
    let label = format!("Remove {}", isolated(&name));
    let asked = Dialog::RemoveMember {
        id,
        name: name.clone(),
    };
    view! {
        <li>
            <div class="device-head">
                <strong><bdi>{name}</bdi></strong>
                {is_owner.then(|| view! { <span class="role">"Owner"</span> })}
                {roles.into_iter().map(|role| view! { <span class="role"><bdi>{role}</bdi></span> }).collect_view()}
            </div>
            <p class="hint">{format!("{joined}, {seen}.")}</p>
            <p class="hint">{holds}</p>
            {removable.then(|| view! {
                <div class="button-row">
                    <button
                        type="button"
                        class="quiet"
                        aria-label=label
                        on:click=move |_| stores.view.dialog.set(Some(asked.clone()))
                    >
                        "Remove"
                    </button>
                </div>
            })}
        </li>
    }
}
