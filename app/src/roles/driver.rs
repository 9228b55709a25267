//! From the log's roles to the screen, and from the person to the log.

use leptos::prelude::Update;
use parley_client::Engine;
use parley_client::sorted;
use parley_protocol::entry::{Action, Permission};
use parley_protocol::error::ErrorCode;
use parley_protocol::ids::{EntryId, RoleId};
use parley_protocol::map::IdMap;
use parley_protocol::names;

use super::store::{Right, Role, RoleIntent, RoleStore};
use crate::driver::appends::{not_asked, refusal};
use crate::driver::convert::user_id;
use crate::driver::set_changed::set_changed;
use crate::ids;
use crate::platform::random;
use crate::stores::Stores;

/// Asks the log for it. The entry that waits for its answer.
pub fn handle_intent(
    intent: RoleIntent,
    stores: Stores,
    engine: &mut Engine,
    now: u64,
) -> Option<EntryId> {
    let action = match intent {
        RoleIntent::Define { role, name, rights } => Action::RoleDefined {
            role: match role {
                Some(role) => role_id(&role)?,
                None => new_role()?,
            },
            name: names::normalize(name.trim()),
            permissions: rights.into_iter().map(permission).collect(),
        },
        RoleIntent::Give { role, user, on } => {
            let (role, user) = (role_id(&role)?, user_id(&user)?);
            if on {
                Action::RoleGiven { user, role }
            } else {
                Action::RoleTaken { user, role }
            }
        }
    };
    match engine.append(action, now) {
        Ok(entry) => Some(entry),
        Err(error) => {
            stores.view.notify_problem(not_asked(error));
            None
        }
    }
}

/// The log took an entry, or refused it.
pub fn handle_answer(refused: Option<&ErrorCode>, stores: Stores) {
    if let Some(code) = refused {
        stores.view.notify_problem(refusal(code));
        stores.roles.refused.update(|refused| *refused += 1);
    }
}

/// Shows all roles, and who has them.
pub fn show(store: RoleStore, engine: &Engine) {
    let community = engine.community();
    let (me, _) = engine.me();
    let mine = community.permissions_of(&me);
    let may_change = mine.contains(&Permission::ManageRoles);
    let mut holders: IdMap<RoleId, Vec<ids::UserId>> = IdMap::new();
    let members = community.members().iter();
    for (user, member) in members.filter(|(_, member)| member.is_active()) {
        for role in &member.roles {
            let user = ids::UserId::from(user.to_string());
            holders.or_default(role).push(user);
        }
    }
    let given = community
        .roles()
        .iter()
        .filter(|(id, _)| **id != RoleId::EVERYONE);
    let roles = given.map(|(id, role)| Role {
        id: ids::RoleId::from(id.to_string()),
        name: role.name.clone(),
        rights: rights(|permission| role.permissions.contains(&permission)),
        holders: holders.get(id).cloned().unwrap_or_default(),
        changeable: may_change && role.permissions.is_subset(&mine),
    });
    let roles = sorted::by_text(roles.collect(), |role: &Role| &role.name);
    set_changed(store.all, roles);
    let mine = rights(|permission| mine.contains(&permission));
    set_changed(store.mine, mine);
}

fn role_id(id: &ids::RoleId) -> Option<RoleId> {
    id.as_str().parse().ok()
}

fn new_role() -> Option<RoleId> {
    random::bytes().ok().map(RoleId::from_bytes)
}

fn rights(has: impl Fn(Permission) -> bool) -> Vec<Right> {
    let all = Right::ALL.into_iter();
    all.filter(|right| has(permission(*right))).collect()
}

fn permission(right: Right) -> Permission {
    match right {
        Right::Write => Permission::SendMessages,
        Right::Speak => Permission::Speak,
        Right::Invite => Permission::Invite,
        Right::ManageChannels => Permission::ManageChannels,
        Right::ManageRoles => Permission::ManageRoles,
        Right::RemoveMembers => Permission::RemoveMembers,
        Right::Moderate => Permission::ModerateMessages,
        Right::ModerateCalls => Permission::ModerateCalls,
    }
}
