//! The members with their roles, and whether they are here.

use leptos::prelude::{Set, WithUntracked};
use parley_client::Engine;
use parley_client::engine::ConnectionState;
use parley_client::sorted;
use parley_protocol::community::{Community, Member as LogMember};
use parley_protocol::entry::Permission;
use parley_protocol::ids::UserId;

use super::store::{Member, Presence};
use crate::ids;
use crate::stores::Stores;

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
        .filter_map(|role| community.roles().get(role));
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
