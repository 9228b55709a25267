//! Shows the conversations, and does what is asked about them.

mod ringing;

use leptos::prelude::{GetUntracked, Update, WithUntracked};
use parley_client::Engine;
use parley_client::direct::{Conversation as Listed, DirectError, Standing as Known};
use parley_protocol::ids::{ChannelId, UserId};

use super::store::{Conversation, DirectIntent, Person, Standing};
use super::text;
use crate::channels::store::{Channel, ChannelKind};
use crate::driver::convert::{channel_id, user_id};
use crate::driver::set_changed::set_changed;
use crate::driver::unread::unread;
use crate::ids;
use crate::stores::Stores;

/// Shows all conversations, in their own list and among what can be on the screen.
pub fn show(engine: &Engine, stores: Stores) {
    show_blocked(engine, stores);
    let all = engine.conversations();
    let conversations: Vec<Conversation> = all
        .iter()
        .map(|listed| conversation(listed, engine, stores))
        .collect();
    let rows: Vec<Channel> = conversations.iter().map(row).collect();
    let is_direct = |it: &Channel| it.kind == ChannelKind::Direct;
    let channels = stores.community.channels;
    let is_shown = channels.with_untracked(|all| {
        let shown = all.iter().filter(|it| is_direct(it));
        shown.eq(rows.iter())
    });
    if !is_shown {
        channels.update(|all| {
            all.retain(|it| !is_direct(it));
            all.extend(rows);
        });
    }
    let store = stores.direct.conversations;
    set_changed(store, conversations);
    ringing::show(engine, stores);
}

fn show_blocked(engine: &Engine, stores: Stores) {
    let members = engine.community().members().keys();
    let blocked = members.filter(|user| engine.is_blocked(user));
    let blocked: Vec<ids::UserId> = blocked.map(user).collect();
    let store = stores.direct.blocked;
    set_changed(store, blocked);
}

fn conversation(listed: &Listed, engine: &Engine, stores: Stores) -> Conversation {
    let others: Vec<Person> = listed
        .others
        .iter()
        .map(|id| Person {
            id: user(id),
            name: name_of(id, engine),
        })
        .collect();
    let name = if listed.name.is_empty() {
        text::names(others.iter().map(|it| it.name.as_str()))
    } else {
        listed.name.clone()
    };
    let id = ids::ChannelId::from(listed.id.to_string());
    let is_wanted = listed.standing == Known::Accepted;
    let unread = if is_wanted {
        let marked = stores.timeline.read_soon(&id);
        // Whoever marks it as read means these too.
        let beside = if marked > 0 {
            0
        } else {
            listed.late + listed.missed
        };
        unread(engine, &listed.id, marked).0 + beside
    } else {
        0
    };
    Conversation {
        id,
        name,
        own_name: listed.name.clone(),
        others,
        is_group: listed.is_group,
        standing: match listed.standing {
            Known::Accepted => Standing::Accepted,
            Known::Request => Standing::Request,
            Known::Ignored => Standing::Ignored,
            Known::Blocked => Standing::Blocked,
        },
        invited_by: listed.invited_by.map(|by| name_of(&by, engine)),
        has_left: listed.has_left,
        writable: listed.writable,
        unread,
    }
}

/// As something that can be on the screen. What is written in one calls the person, as a name does in a channel.
fn row(conversation: &Conversation) -> Channel {
    Channel {
        id: conversation.id.clone(),
        name: conversation.name.clone(),
        kind: ChannelKind::Direct,
        topic: String::new(),
        expires_after: None,
        unread: conversation.unread,
        mentions_me: conversation.unread > 0,
        writable: conversation.writable && conversation.standing == Standing::Accepted,
    }
}

fn name_of(user: &UserId, engine: &Engine) -> String {
    let member = engine.community().members().get(user);
    let name = member.map(|member| member.display_name().to_owned());
    name.unwrap_or_default()
}

fn user(id: &UserId) -> ids::UserId {
    ids::UserId::from(id.to_string())
}

/// Does what is asked.
pub fn handle_intent(intent: DirectIntent, stores: Stores, engine: &mut Engine, now: u64) {
    let done = match intent {
        DirectIntent::Open(with) => {
            let with = user_id(&with).ok_or(DirectError::NoMember);
            let opened = with.and_then(|with| engine.open_direct(with, now));
            opened.map(|id| open(&id, stores, engine))
        }
        DirectIntent::Begin { with, name } => {
            let with: Vec<UserId> = with.iter().filter_map(user_id).collect();
            let begun = match with.as_slice() {
                [one] => engine.open_direct(*one, now),
                several => engine.begin_group(several, name, now),
            };
            begun.map(|id| open(&id, stores, engine))
        }
        DirectIntent::Add {
            conversation,
            users,
        } => {
            let users: Vec<UserId> = users.iter().filter_map(user_id).collect();
            let id = channel_id(&conversation).ok_or(DirectError::Unknown);
            id.and_then(|id| engine.add_to_group(id, &users, now))
        }
        DirectIntent::Leave(conversation) => {
            let id = channel_id(&conversation).ok_or(DirectError::Unknown);
            id.and_then(|id| engine.leave_group(id, now))
        }
        DirectIntent::Rename { conversation, name } => {
            let id = channel_id(&conversation).ok_or(DirectError::Unknown);
            id.and_then(|id| engine.rename_group(id, name, now))
        }
        DirectIntent::Answer {
            conversation,
            accept,
        } => {
            let id = channel_id(&conversation).ok_or(DirectError::Unknown);
            id.map(|id| {
                // Such a small value always has room.
                engine.answer_request(id, accept, now).ok();
            })
        }
        DirectIntent::Call(conversation) => {
            let id = channel_id(&conversation).ok_or(DirectError::Unknown);
            id.and_then(|id| engine.call_conversation(id, now))
        }
        DirectIntent::Pick { room, takes } => {
            if let Some(room) = channel_id(&room) {
                if !takes {
                    engine.decline_call(room, now);
                } else if engine.answer_call(room, now).is_err() {
                    stores.view.notify(text::CALL_OVER);
                }
            }
            Ok(())
        }
        DirectIntent::Block { user, on } => {
            let id = user_id(&user).ok_or(DirectError::NoMember);
            id.map(|id| {
                engine.set_blocked(id, on, now).ok();
                let name = name_of(&id, engine);
                stores.view.notify(text::blocked(&name, on));
            })
        }
    };
    if let Err(why) = done {
        stores.view.notify_problem(refusal(why));
    }
    show(engine, stores);
}

fn open(id: &ChannelId, stores: Stores, engine: &Engine) {
    show(engine, stores);
    let id = ids::ChannelId::from(id.to_string());
    let is_open = stores.timeline.open.get_untracked().as_ref() == Some(&id);
    if !is_open {
        stores.open_channel(&id);
    }
}

fn refusal(why: DirectError) -> &'static str {
    match why {
        DirectError::Unknown => text::UNKNOWN,
        DirectError::NoMember => text::NO_MEMBER,
        DirectError::TooMany { .. } => text::TOO_MANY,
        DirectError::TooFew => text::TOO_FEW,
        DirectError::Name => text::NAME,
        DirectError::NotPermitted => text::NOT_PERMITTED,
    }
}
