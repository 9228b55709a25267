//! The community's name, its channels, who I am and what I may do.

use leptos::prelude::{Set, Update, WithUntracked};
use parley_client::Engine;
use parley_client::engine::ConnectionState;
use parley_client::sorted;
use parley_protocol::entry::{ChannelKind as LogChannelKind, Permission};
use parley_protocol::ids::ChannelId;

use crate::channels::store::{Channel, ChannelKind, Load, Me, Powers};
use crate::driver::readable::is_shown;
use crate::driver::set_changed::set_changed;
use crate::driver::unread::unread;
use crate::ids;
use crate::stores::Stores;

/// Shows all of it.
pub fn show(engine: &Engine, stores: Stores) {
    let community = engine.community();
    let (user, device) = engine.me();
    let store = stores.community;
    store.name.set(community.name().to_owned());
    store
        .me
        .set(community.members().get(&user).map(|member| Me {
            id: ids::UserId::from(user.to_string()),
            name: member.display_name().to_owned(),
            login: member.name.clone(),
            device: ids::DeviceId::from(device.to_string()),
        }));
    let may = |permission| community.may(&user, permission);
    store.powers.set(Powers {
        invite: may(Permission::Invite),
        manage_channels: may(Permission::ManageChannels),
        remove_members: may(Permission::RemoveMembers),
        manage_roles: may(Permission::ManageRoles),
        administer: community.may_administer(&user),
        call_everyone: may(Permission::ModerateMessages) || may(Permission::ManageChannels),
    });
    let mut channels = channels(engine, stores);
    let of_direct = |all: &Vec<Channel>| {
        let direct = all.iter().filter(|it| it.kind == ChannelKind::Direct);
        direct.cloned().collect::<Vec<_>>()
    };
    channels.extend(store.channels.with_untracked(of_direct));
    set_changed(store.channels, channels);
    show_load(engine, stores);
}

/// Until one's own entry is here, nobody knows what there is for this member: an empty list would be no truth.
pub fn show_load(engine: &Engine, stores: Stores) {
    let (user, _) = engine.me();
    let load = match engine.connection() {
        _ if engine.community().members().contains_key(&user) => Load::Loaded,
        ConnectionState::Online | ConnectionState::Connecting => Load::Loading,
        ConnectionState::Offline { .. } | ConnectionState::SignedOut(_) => {
            Load::Failed("This comes when the relay is back.".to_owned())
        }
    };
    set_changed(stores.community.load, load);
}

/// Shows what is new in one channel, in the list of channels.
pub fn show_unread(engine: &Engine, stores: Stores, channel: ChannelId) {
    // Those of conversations are shown with these.
    if engine.is_conversation(&channel) {
        return;
    }
    let (unread, mentions_me) = unread(engine, &channel, marked(stores, &channel));
    let id = ids::ChannelId::from(channel.to_string());
    let is_shown = |shown: &Channel| {
        shown.id != id || (shown.unread == unread && shown.mentions_me == mentions_me)
    };
    if stores
        .community
        .channels
        .with_untracked(|all| all.iter().all(is_shown))
    {
        return;
    }
    stores.community.channels.update(|all| {
        for shown in all.iter_mut().filter(|shown| shown.id == id) {
            shown.unread = unread;
            shown.mentions_me = mentions_me;
        }
    });
}

/// In the order in which they were made.
fn channels(engine: &Engine, stores: Stores) -> Vec<Channel> {
    let community = engine.community();
    let found = community
        .channels()
        .iter()
        .filter(|(id, channel)| !channel.archived && is_shown(engine, id));
    let found = sorted::by_number(found, |(_, channel)| channel.created_at);
    let shown = found.into_iter().map(|(id, channel)| {
        let (unread, mentions_me) = unread(engine, id, marked(stores, id));
        Channel {
            id: ids::ChannelId::from(id.to_string()),
            name: channel.details.name.clone(),
            kind: match channel.kind {
                LogChannelKind::Text => ChannelKind::Text,
                LogChannelKind::Voice => ChannelKind::Voice,
            },
            topic: channel.details.topic.clone(),
            expires_after: channel.details.expires_after,
            unread,
            mentions_me,
            writable: community.may_write(&engine.me().0, id),
        }
    });
    shown.collect()
}

fn marked(stores: Stores, channel: &ChannelId) -> u64 {
    let id = ids::ChannelId::from(channel.to_string());
    stores.timeline.read_soon(&id)
}
