//! Who may read and write where, since when, and who decides it.

use parley_protocol::community::Rejection;
use parley_protocol::entry::{Action, ChannelDetails, ChannelKind, Permission, Readers};
use parley_protocol::ids::{ChannelId, DeviceId, RoleId};
use parley_protocol::limits::{MAX_CHANNELS, MAX_TOPIC_CHARS};

use crate::support::{TestCommunity, change_channel, create_channel, details, give, roles};

fn archive(channel: ChannelId) -> Action {
    Action::ChannelArchived { channel }
}

#[test]
fn channels_are_a_matter_of_those_who_manage_them() {
    let (mut test, ada) = TestCommunity::founded();
    let bob = test.member(&ada, "Bob");
    let channel = test.channel(&ada, Readers::Everyone);
    let fresh = test.numbers.id();

    let permission = Permission::ManageChannels;
    let actions = [
        create_channel(fresh, Readers::Everyone),
        change_channel(channel, Readers::Everyone),
        archive(channel),
    ];
    for action in actions {
        let rejection = test.refused(&bob, action);
        assert_eq!(rejection, Rejection::NotPermitted { permission });
    }
}

#[test]
fn who_may_speak_may_join_the_call() {
    let (mut test, ada) = TestCommunity::founded_with(&[]);
    let bob = test.member(&ada, "Bob");
    let carol = test.member_with(&ada, "Carol", &[Permission::Speak]);
    let channel_of_kind = |test: &mut TestCommunity, kind, readers| {
        let channel = test.numbers.id();
        let details = details(readers);
        test.must(
            &ada,
            Action::ChannelCreated {
                channel,
                kind,
                details,
            },
        );
        channel
    };
    let lounge = channel_of_kind(&mut test, ChannelKind::Voice, Readers::Everyone);
    let private = channel_of_kind(&mut test, ChannelKind::Voice, roles(&[]));
    let written = channel_of_kind(&mut test, ChannelKind::Text, Readers::Everyone);

    assert!(test.community.may_join(&carol.user, &lounge));
    assert!(test.community.may_join(&ada.user, &private));
    assert!(!test.community.may_join(&bob.user, &lounge));
    assert!(!test.community.may_join(&carol.user, &private));
    assert!(!test.community.may_join(&carol.user, &written));
    test.must(&ada, archive(lounge));
    assert!(!test.community.may_join(&carol.user, &lounge));
}

#[test]
fn a_private_channel_is_for_its_roles_and_the_owner() {
    let (mut test, ada) = TestCommunity::founded();
    let bob = test.member(&ada, "Bob");
    let carol = test.member(&ada, "Carol");
    let board = test.role(&ada, &[]);
    let channel = test.channel(&ada, roles(&[board]));
    test.must(&ada, give(&bob, board));

    let community = &test.community;
    assert!(community.may_read(&ada.user, &channel));
    assert!(community.may_read(&bob.user, &channel));
    assert!(community.may_write(&bob.user, &channel));
    assert!(!community.may_read(&carol.user, &channel));
    assert!(!community.may_write(&carol.user, &channel));
    let mut expected = [ada.device.id, bob.device.id];
    expected.sort();
    let mut readers: Vec<DeviceId> = community
        .reader_devices(&channel)
        .map(|(id, _)| id)
        .collect();
    readers.sort();
    assert_eq!(readers, expected);
}

#[test]
fn who_cannot_see_a_channel_cannot_manage_it() {
    let (mut test, ada) = TestCommunity::founded();
    let bob = test.member_with(&ada, "Bob", &[Permission::ManageChannels]);
    let board = test.role(&ada, &[]);
    let channel = test.channel(&ada, roles(&[board]));

    let open_it = change_channel(channel, Readers::Everyone);
    assert_eq!(test.refused(&bob, open_it), Rejection::UnknownChannel);
    assert_eq!(
        test.refused(&bob, archive(channel)),
        Rejection::UnknownChannel
    );
}

#[test]
fn readers_are_roles_that_some_have() {
    let (mut test, ada) = TestCommunity::founded();
    let (fresh, unknown) = (test.numbers.id(), test.numbers.id());

    for role in [unknown, RoleId::EVERYONE] {
        let rejection = test.refused(&ada, create_channel(fresh, roles(&[role])));
        assert_eq!(rejection, Rejection::UnknownRole);
    }
    test.must(&ada, create_channel(fresh, roles(&[])));
    let rejection = test.refused(&ada, change_channel(fresh, roles(&[unknown])));
    assert_eq!(rejection, Rejection::UnknownRole);
}

#[test]
fn an_archived_channel_is_read_and_nothing_more() {
    let (mut test, ada) = TestCommunity::founded();
    let channel = test.channel(&ada, Readers::Everyone);
    test.must(&ada, archive(channel));

    assert!(test.community.may_read(&ada.user, &channel));
    assert!(!test.community.may_write(&ada.user, &channel));
    assert_eq!(
        test.refused(&ada, archive(channel)),
        Rejection::UnknownChannel
    );
    let change = change_channel(channel, Readers::Everyone);
    assert_eq!(test.refused(&ada, change), Rejection::UnknownChannel);
}

#[test]
fn a_channel_id_is_used_once() {
    let (mut test, ada) = TestCommunity::founded();
    let channel = test.channel(&ada, Readers::Everyone);

    let again = create_channel(channel, Readers::Everyone);
    assert_eq!(test.refused(&ada, again), Rejection::IdTaken);
}

#[test]
fn a_topic_is_a_line() {
    let (mut test, ada) = TestCommunity::founded();
    let channel = test.channel(&ada, Readers::Everyone);
    for topic in [
        "x".repeat(MAX_TOPIC_CHARS + 1),
        "a\nb".to_owned(),
        "\u{202e}".to_owned(),
        " \u{200b}".to_owned(),
    ] {
        let details = ChannelDetails {
            topic,
            ..details(Readers::Everyone)
        };
        let rejection = test.refused(
            &ada,
            Action::ChannelChanged {
                channel,
                details,
                opens_past: false,
            },
        );
        assert_eq!(rejection, Rejection::BadText);
    }
}

#[test]
fn there_are_so_many_channels() {
    let (mut test, ada) = TestCommunity::founded();
    for _ in 0..MAX_CHANNELS {
        test.channel(&ada, Readers::Everyone);
    }
    let fresh = test.numbers.id();

    let rejection = test.refused(&ada, create_channel(fresh, Readers::Everyone));
    assert_eq!(rejection, Rejection::TooMany);
}
