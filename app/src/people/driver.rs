//! Removing a member, showing the members with their roles and how they are here, and saying how one is here oneself.

mod idle;
mod renaming;
mod status;

pub use self::idle::{Idle, IdleInput};

use leptos::prelude::{GetUntracked, Set, WithUntracked};
use parley_client::Engine;
use parley_client::engine::{ConnectionState, Habit as OwnHabit};
use parley_client::sorted;
use parley_protocol::community::{Community, Member as LogMember};
use parley_protocol::entry::{Action, Permission};
use parley_protocol::error::ErrorCode;
use parley_protocol::frame::PresenceState;
use parley_protocol::ids::{EntryId, UserId};
use parley_protocol::names;

use super::store::{Ends, Habit, Member, Own, PeopleIntent, Presence};
use crate::driver::appends::{not_asked, refusal};
use crate::driver::convert::user_id;
use crate::ids;
use crate::platform::clock;
use crate::stores::Stores;
use crate::ui::direction::isolated;

/// What the log was asked for.
pub enum Asked {
    /// With the member's name.
    Removal(String),
    /// With the new name.
    Renaming(String),
}

/// Does what is asked. The entry that waits for its answer, if there is one.
pub fn handle_intent(
    intent: PeopleIntent,
    stores: Stores,
    engine: &mut Engine,
    now: u64,
) -> Option<(EntryId, Asked)> {
    let asked = match intent {
        PeopleIntent::RemoveMember(user) => remove(&user, engine, now),
        PeopleIntent::Rename(name) => rename(&name, engine, now),
        PeopleIntent::Choose(presence) => {
            // Such a small value always has room.
            let _ = engine.choose_presence(state(presence), now);
            return None;
        }
        PeopleIntent::SetStatus { emoji, text, ends } => {
            status::set((emoji, text), ends, stores, engine, now);
            return None;
        }
        PeopleIntent::TypeStatus(text) => {
            status::set(status::typed(&text), Ends::Never, stores, engine, now);
            return None;
        }
        PeopleIntent::SetHabit(habit, on) => {
            let _ = engine.set_habit(own_habit(habit), on, now);
            return None;
        }
    };
    match asked {
        Ok(asked) => Some(asked),
        Err(why) => {
            stores.view.notify_problem(why);
            None
        }
    }
}

/// The log took an entry, or refused it.
pub fn handle_answer(asked: Asked, refused: Option<&ErrorCode>, stores: Stores) {
    match (asked, refused) {
        (Asked::Removal(name), None) => {
            stores
                .view
                .notify(format!("{} was removed", isolated(&name)));
        }
        (Asked::Renaming(name), None) => {
            let said = format!("You are called {} here now", isolated(&name));
            stores.view.notify(said);
        }
        (Asked::Removal(_), Some(code)) => stores.view.notify_problem(refusal(code)),
        (Asked::Renaming(_), Some(code)) => stores.view.notify_problem(renaming::refused(code)),
    }
}

fn rename(typed: &str, engine: &mut Engine, now: u64) -> Result<(EntryId, Asked), &'static str> {
    let (name, action) = renaming::wanted(typed, engine)?;
    let entry = engine.append(action, now).map_err(not_asked)?;
    Ok((entry, Asked::Renaming(name)))
}

fn remove(
    id: &ids::UserId,
    engine: &mut Engine,
    now: u64,
) -> Result<(EntryId, Asked), &'static str> {
    let user = user_id(id).ok_or("That person is not here.")?;
    let member = engine.community().members().get(&user);
    let name = member
        .map(|member| member.display_name().to_owned())
        .unwrap_or_default();
    let entry = engine
        .append(Action::MemberRemoved { user }, now)
        .map_err(not_asked)?;
    Ok((entry, Asked::Removal(name)))
}

/// Shows who has which name, to find those that messages name.
pub fn show_names(engine: &Engine, stores: Stores) {
    let members = engine.community().members().iter();
    let active = members.filter(|(_, member)| member.is_active());
    let named = active.flat_map(|(user, member)| {
        let user = ids::UserId::from(user.to_string());
        [member.display_name(), &member.name].map(|name| (names::fold(name), user.clone()))
    });
    let named = sorted::map(named);
    let known = stores.people.by_name;
    if known.with_untracked(|known| *known != named) {
        known.set(named);
    }
}

/// Shows all members.
pub fn show(engine: &Engine, stores: Stores) {
    let now = clock::now();
    show_own(engine, stores, now);
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
            name: member.display_name().to_owned(),
            roles: roles(community, member),
            owner: *user == community.owner(),
            presence: presence(engine, *user),
            status: status::shown(engine, user, now),
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
        _ if user == engine.me().0 => shown(engine.own_presence()),
        None => Presence::Unknown,
        Some(_) => engine.presence_of(&user).map_or(Presence::Offline, shown),
    }
}

fn shown(state: PresenceState) -> Presence {
    match state {
        PresenceState::Online => Presence::Online,
        PresenceState::Away => Presence::Away,
        PresenceState::DoNotDisturb => Presence::DoNotDisturb,
        PresenceState::Hidden => Presence::Hidden,
    }
}

fn state(presence: Presence) -> PresenceState {
    match presence {
        Presence::Away => PresenceState::Away,
        Presence::DoNotDisturb => PresenceState::DoNotDisturb,
        Presence::Online | Presence::Hidden | Presence::Offline | Presence::Unknown => {
            PresenceState::Online
        }
    }
}

fn own_habit(habit: Habit) -> OwnHabit {
    match habit {
        Habit::ShowTyping => OwnHabit::ShowTyping,
        Habit::ShowPresence => OwnHabit::ShowPresence,
        Habit::GoAway => OwnHabit::GoAway,
        Habit::SendReceipts => OwnHabit::SendReceipts,
    }
}

/// Shows how this person is here.
fn show_own(engine: &Engine, stores: Stores, now: u64) {
    let me = engine.me().0;
    let own = Own {
        presence: presence(engine, me),
        chosen: shown(engine.chosen_presence()),
        status: status::shown(engine, &me, now),
        shows_typing: engine.has_habit(OwnHabit::ShowTyping),
        shows_presence: engine.has_habit(OwnHabit::ShowPresence),
        goes_away: engine.has_habit(OwnHabit::GoAway),
        sends_receipts: engine.has_habit(OwnHabit::SendReceipts),
    };
    if stores.people.own.get_untracked() != own {
        stores.people.own.set(own);
    }
}
