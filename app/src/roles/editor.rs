//! One role: its name, what it lets people do, and who has it.

use leptos::prelude::*;
use parley_protocol::names::fold;

use super::holders::Holders;
use super::store::{EVERYONE, Right, Role, RoleIntent};
use super::text;
use crate::ids::RoleId;
use crate::stores::stores;
use crate::ui::field::text::TextField;
use crate::ui::icon::{Icon, IconName};
use crate::ui::reactive::reactive;

/// A form for a role that there is, or for a new one.
#[component]
pub(super) fn Editor(role: Option<RoleId>, on_back: Callback<()>) -> impl IntoView {
    let stores = stores();
    let find = |id: &RoleId| {
        let all = stores.roles.all;
        all.with_untracked(|all| all.iter().find(|it| it.id == *id).cloned())
    };
    let before: Option<Role> = role.as_ref().and_then(find);
    let name = RwSignal::new(
        before
            .as_ref()
            .map(|it| it.name.clone())
            .unwrap_or_default(),
    );
    let rights = RwSignal::new(before.map(|it| it.rights).unwrap_or_default());
    let tried = RwSignal::new(false);
    let own = role.clone();
    let problem = Signal::derive(move || {
        let typed = name.with(|name| fold(name.trim()));
        let is_taken = stores.roles.all.with(|all| {
            let others = all.iter().filter(|it| own.as_ref() != Some(&it.id));
            others.into_iter().any(|it| fold(&it.name) == typed)
        });
        let is_person = stores.people.by_name.with(|all| all.get(&typed).is_some());
        match typed.as_str() {
            "" => tried.get().then_some(text::NO_NAME),
            EVERYONE => Some(text::RESERVED),
            _ if is_taken => Some(text::TAKEN),
            _ => is_person.then_some(text::A_PERSON),
        }
        .map(str::to_owned)
    });
    let id = role.clone();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        if problem.get_untracked().is_some() {
            return;
        }
        stores.actions.send(RoleIntent::Define {
            role: id.clone(),
            name: name.get_untracked(),
            rights: rights.get_untracked(),
        });
        on_back.run(());
    };
    let is_new = role.is_none();
    view! {
        <div class="role-head">
            <button type="button" class="icon-button" aria-label="All roles" title="All roles" on:click=move |_| on_back.run(())>
                <Icon name=IconName::Back/>
            </button>
            <h3>{if is_new { "A new role" } else { "Change this role" }}</h3>
        </div>
        <form novalidate on:submit=submit>
            <TextField id="role-name" label="Role name" value=name max=48 problem=problem first=true/>
            <fieldset class="switches">
                <legend class="field-label">"People with it may also"</legend>
                {Right::ALL.into_iter().map(|right| view! { <Switch right=right rights=rights/> }).collect_view()}
            </fieldset>
            <div class="modal-buttons">
                <button type="button" class="quiet" on:click=move |_| on_back.run(())>"Cancel"</button>
                <button type="submit" class="primary">{if is_new { "Make role" } else { "Save role" }}</button>
            </div>
        </form>
        {role.map(|role| view! { <Holders role=role/> })}
    }
}

/// Something that the role lets people do, or not. What I may not do myself is not mine to give.
#[component]
fn Switch(right: Right, rights: RwSignal<Vec<Right>>) -> impl IntoView {
    let mine = stores().roles.mine;
    let is_on = move || rights.with(|rights| rights.contains(&right));
    let flip = move |_| {
        rights.update(|rights| {
            if rights.contains(&right) {
                rights.retain(|it| *it != right);
            } else {
                rights.push(right);
            }
        });
    };
    view! {
        <label class="switch">
            <input
                type="checkbox"
                role="switch"
                prop:checked=reactive(is_on)
                disabled=reactive(move || !mine.with(|mine| mine.contains(&right)))
                on:change=flip
            />
            <span>{text::right(right)}</span>
        </label>
    }
}
