//! Removing a member, and showing the members with their roles and whether they are here.

use leptos::prelude::{Set, WithUntracked};
use parley_client::Engine;
use parley_client::engine::ConnectionState;
use parley_client::sorted;
use parley_protocol::community::{Community, Member as LogMember};
use parley_protocol::entry::{Action, Permission};
use parley_protocol::error::ErrorCode;
use parley_protocol::ids::{EntryId, UserId};
use parley_protocol::names;

use super::store::{Member, PeopleIntent, Presence};
use crate::driver::appends::{Appends, not_asked, refusal};
use crate::driver::convert::user_id;
use crate::ids;
use crate::stores::Stores;
use crate::ui::direction::isolated;

/// The removals that were asked for, with the members' names.
pub struct People {
    stores: Stores,
    asked: Appends<String>,
}

impl People {
    pub fn new(stores: Stores) -> Self {
        Self {
            stores,
            asked: Appends::default(),
        }
    }

    pub fn handle_intent(&mut self, intent: PeopleIntent, engine: &mut Engine, now: u64) {
        match intent {
            PeopleIntent::RemoveMember(user) => self.remove(&user, engine, now),
        }
    }

    /// The log took an entry.
    pub fn handle_appended(&mut self, entry: EntryId) {
        if let Some(name) = self.asked.take(entry) {
            let said = format!("{} was removed", isolated(&name));
            self.stores.view.notify(said);
        }
    }

    /// The log refused an entry.
    pub fn handle_refused(&mut self, entry: EntryId, code: &ErrorCode) {
        if self.asked.take(entry).is_some() {
            self.stores.view.notify_problem(refusal(code));
        }
    }

    fn remove(&mut self, id: &ids::UserId, engine: &mut Engine, now: u64) {
        let Some(user) = user_id(id) else { return };
        let member = engine.community().members().get(&user);
        let name = member.map(|member| member.name.clone()).unwrap_or_default();
        match engine.append(Action::MemberRemoved { user }, now) {
            Ok(entry) => self.asked.ask(entry, name),
            Err(error) => self.stores.view.notify_problem(not_asked(error)),
        }
    }
}

/// Shows who has which name, to find those that messages name.
pub fn show_names(engine: &Engine, stores: Stores) {
    let members = engine.community().members().iter();
    let active = members.filter(|(_, member)| member.is_active());
    let named = active.map(|(user, member)| {
        let user = ids::UserId::from(user.to_string());
        (names::fold(&member.name), user)
    });
    let named = sorted::map(named);
    let known = stores.people.by_name;
    if known.with_untracked(|known| *known != named) {
        known.set(named);
    }
}

/// Shows all members.
pub fn show(engine: &Engine, stores: Stores) {
    let community = engine.community();
    let (me, _) = engine.me();
    let mine = community.permissions_of(&me);
    let active = community
        .members()
        .iter()
        .filter(|(_, member)| member.is_active());
    let members: Vec<Member> = active
        .map(|(user, member)| Member {
            id: ids::UserId::from(user.to_string()),
            name: member.name.clone(),
            roles: roles(community, member),
            owner: *user == community.owner(),
            presence: presence(engine, *user),
            removable: mine.contains(&Permission::RemoveMembers)
                && *user != me
                && *user != community.owner()
                && community.permissions_of(user).is_subset(&mine),
            readmittable: *user != me && community.may_readmit(me, *user),
        })
        .collect();
    if stores
        .people
        .members
        .with_untracked(|shown| *shown != members)
    {
        stores.people.members.set(members);
    }
}

/// Names of the roles, those that permit most first.
fn roles(community: &Community, member: &LogMember) -> Vec<String> {
    let roles = member
        .roles
        .iter()
        .filter_map(|role| community.roles().get(&role));
    let roles = sorted::by_number(roles, |role| u64::MAX - role.permissions.len() as u64);
    roles.into_iter().map(|role| role.name.clone()).collect()
}

fn presence(engine: &Engine, user: UserId) -> Presence {
    if *engine.connection() != ConnectionState::Online {
        return Presence::Unknown;
    }
    match engine.online() {
        _ if user == engine.me().0 => Presence::Online,
        None => Presence::Unknown,
        Some(online) if online.contains(&user) => Presence::Online,
        Some(_) => Presence::Offline,
    }
}
