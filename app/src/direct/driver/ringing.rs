//! Shows who calls, makes the sound, and brings this browser into the room of its direct call and out of it: what the
//! engine says of calls is followed, whoever changed it.

use std::cell::RefCell;

use leptos::prelude::WithUntracked;
use parley_client::Engine;
use parley_client::ringing::{Ended, MineState, WhyEnded};
use parley_protocol::ids::ChannelId;

use super::name_of;
use crate::call::store::CallIntent;
use crate::direct::store::{Conversation, Incoming, MyRing, RingState, Ringing};
use crate::direct::text;
use crate::driver::set_changed::set_changed;
use crate::ids;
use crate::platform::ringer::Ringer;
use crate::stores::Stores;

/// What was done about the calls that were shown last.
#[derive(Default)]
struct Done {
    ringer: Option<Ringer>,
    rings: bool,
    room: Option<ChannelId>,
    ended: Option<Ended>,
}

thread_local! {
    static DONE: RefCell<Done> = RefCell::new(Done::default());
}

/// Shows all calls, and follows them.
pub(super) fn show(engine: &Engine, stores: Stores) {
    let view = engine.ringing();
    let incoming = view.incoming.iter().map(|it| Incoming {
        room: shown(&it.room),
        conversation: shown(&it.conversation),
        by: ids::UserId::from(it.by.to_string()),
        name: name_of(&it.by, engine),
        group: conversation(&it.conversation, stores)
            .filter(|it| it.is_group)
            .map(|it| it.name),
    });
    let mine = view.mine.map(|it| MyRing {
        room: shown(&it.room),
        name: conversation(&it.conversation, stores).map_or_else(String::new, |it| it.name),
        conversation: shown(&it.conversation),
        state: match it.state {
            MineState::Calling => RingState::Calling,
            MineState::Rings => RingState::Rings,
            MineState::Taken => RingState::Taken,
            MineState::Talking { .. } => RingState::Talking,
        },
    });
    let ringing = Ringing {
        incoming: incoming.collect(),
        mine,
    };
    let rings = !ringing.incoming.is_empty();
    set_changed(stores.direct.ringing, ringing);
    DONE.with_borrow_mut(|done| {
        if rings != done.rings {
            done.rings = rings;
            done.ringer = rings.then(Ringer::start).flatten();
        }
        if view.ended != done.ended {
            done.ended = view.ended;
            if let Some(ended) = view.ended {
                say(&ended, stores);
            }
        }
        follow(done, view.mine.map(|it| it.room), stores);
    });
}

/// Into the room of the call, or out of it.
fn follow(done: &mut Done, wanted: Option<ChannelId>, stores: Stores) {
    if wanted == done.room {
        return;
    }
    let left = std::mem::replace(&mut done.room, wanted);
    let here = stores.call.mine.with_untracked(|mine| {
        let mine = mine.as_ref();
        mine.map(|it| it.channel.clone())
    });
    match wanted.map(|room| shown(&room)) {
        Some(room) if here.as_ref() == Some(&room) => {}
        Some(room) => stores.actions.send(CallIntent::JoinVoice(room)),
        None if here.is_some() && here == left.map(|room| shown(&room)) => {
            stores.actions.send(CallIntent::LeaveVoice);
        }
        None => {}
    }
}

fn say(ended: &Ended, stores: Stores) {
    let name = conversation(&ended.conversation, stores).map_or_else(String::new, |it| it.name);
    let words = match ended.why {
        WhyEnded::ILeft => return,
        WhyEnded::TheyLeft => text::CALL_OVER.to_owned(),
        WhyEnded::Declined => text::declined(&name),
        WhyEnded::Busy => text::busy(&name),
        WhyEnded::NoAnswer => text::no_answer(&name),
        WhyEnded::Elsewhere => text::ELSEWHERE.to_owned(),
        WhyEnded::Lost => text::LOST.to_owned(),
    };
    stores.view.notify(words);
}

fn conversation(id: &ChannelId, stores: Stores) -> Option<Conversation> {
    stores.direct.conversation_untracked(&shown(id))
}

fn shown(id: &ChannelId) -> ids::ChannelId {
    ids::ChannelId::from(id.to_string())
}
