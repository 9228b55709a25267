//! Who may read and write where, since when, and who decides it.

use parley_protocol::community::Rejection;
use parley_protocol::entry::{Action, ChannelDetails, ChannelKind, History, Permission, Readers};
use parley_protocol::ids::{ChannelId, DeviceId, RoleId};
use parley_protocol::limits::{MAX_CHANNELS, MAX_TOPIC_CHARS};

use crate::support::{
    Person, TestCommunity, change_channel, create_channel, define, details, give, remove, roles,
    take,
};

fn archive(channel: ChannelId) -> Action {
    Action::ChannelArchived { channel }
}

fn shrank_now(test: &TestCommunity, channel: &ChannelId) -> bool {
    test.community.readers_shrank_at(channel) == test.community.head().seq
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
fn who_may_speak_is_in_the_call() {
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

    assert!(test.community.may_speak(&carol.user, &lounge));
    assert!(test.community.may_speak(&ada.user, &private));
    assert!(!test.community.may_speak(&bob.user, &lounge));
    assert!(!test.community.may_speak(&carol.user, &private));
    assert!(!test.community.may_speak(&carol.user, &written));
    test.must(&ada, archive(lounge));
    assert!(!test.community.may_speak(&carol.user, &lounge));
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
fn sessions_retire_when_a_reader_is_lost() {
    let (mut test, ada) = TestCommunity::founded();
    let bob = test.member(&ada, "Bob");
    let carol = test.member(&ada, "Carol");
    let (board, guests) = (test.role(&ada, &[]), test.role(&ada, &[]));
    let public = test.channel(&ada, Readers::Everyone);
    let private = test.channel(&ada, roles(&[board, guests]));
    test.must(&ada, give(&bob, board));
    test.must(&ada, give(&bob, guests));
    assert!(!shrank_now(&test, &private));

    test.must(&ada, take(&bob, board));
    assert!(!shrank_now(&test, &private), "Bob reads by the other role");
    test.must(&ada, take(&bob, guests));
    assert!(shrank_now(&test, &private));
    assert!(!shrank_now(&test, &public));

    test.must(&ada, remove(&carol));
    assert!(shrank_now(&test, &public));
    assert!(!shrank_now(&test, &private), "Carol never read it");
}

#[test]
fn sessions_retire_when_a_channel_gets_narrower() {
    let (mut test, ada) = TestCommunity::founded();
    let board = test.role(&ada, &[]);
    let channel = test.channel(&ada, Readers::Everyone);

    test.must(&ada, change_channel(channel, roles(&[board])));
    assert!(shrank_now(&test, &channel));
    test.must(&ada, change_channel(channel, Readers::Everyone));
    assert!(!shrank_now(&test, &channel));
    test.must(&ada, define(board, &[Permission::Invite]));
    assert!(!shrank_now(&test, &channel));
}

#[test]
fn a_session_is_over_once_somebody_writes_who_knew_of_the_loss() {
    let (mut test, ada) = TestCommunity::founded();
    let channel = test.channel(&ada, Readers::Everyone);
    let bob = test.member(&ada, "Bob");
    let carol = test.member(&ada, "Carol");
    let announced = test.community.head().seq;
    test.must(&ada, remove(&bob));
    let removed_at = test.community.head().seq;
    let stranger = test.numbers.id();

    let over = |device, announced, seen| {
        test.community
            .is_session_over(&channel, device, announced, seen)
    };
    for device in [&bob.device.id, &carol.device.id] {
        assert!(
            !over(device, announced, announced),
            "nobody here knew of it"
        );
        assert!(over(device, announced, removed_at));
    }
    assert!(!over(&carol.device.id, removed_at, removed_at));
    assert!(
        over(&bob.device.id, removed_at, announced),
        "Bob cannot have seen that"
    );
    assert!(over(&stranger, announced, announced));
}

#[test]
fn a_message_counts_only_from_where_its_author_could_write() {
    let (mut test, ada) = TestCommunity::founded();
    let channel = test.channel(&ada, Readers::Everyone);
    let bob = test.member(&ada, "Bob");
    let device = bob.device.id;
    let spoken = test.community.head().seq;
    test.must(&ada, define(RoleId::EVERYONE, &[]));
    let muted = test.community.head().seq;

    let could =
        |test: &TestCommunity, seen| test.community.could_write(&channel, &device, spoken, seen);
    assert!(could(&test, spoken), "the relay took it before");
    assert!(!could(&test, muted));
    assert!(
        test.community
            .could_write(&channel, &ada.device.id, spoken, muted)
    );

    test.must(&ada, define(RoleId::EVERYONE, &[Permission::SendMessages]));
    assert!(could(&test, muted), "the relay took it later");
    test.must(&ada, archive(channel));
    let archived = test.community.head().seq;
    assert!(could(&test, archived - 1));
    assert!(!could(&test, archived));
    assert!(
        !test
            .community
            .could_write(&channel, &ada.device.id, spoken, archived)
    );
}

#[test]
fn a_message_counts_only_from_where_its_author_could_read() {
    let (mut test, ada) = TestCommunity::founded();
    let board = test.role(&ada, &[]);
    let channel = test.channel(&ada, roles(&[board]));
    let bob = test.member(&ada, "Bob");
    let outside = test.community.head().seq;
    let could = |test: &TestCommunity, announced, seen| {
        test.community
            .could_write(&channel, &bob.device.id, announced, seen)
    };
    assert!(!could(&test, outside, outside));

    test.must(&ada, give(&bob, board));
    let inside = test.community.head().seq;
    assert!(could(&test, inside, inside));
    test.must(&ada, take(&bob, board));
    let taken = test.community.head().seq;
    assert!(could(&test, inside, inside), "the relay took it before");
    assert!(!could(&test, inside, taken));
    test.must(&ada, give(&bob, board));
    let again = test.community.head().seq;
    assert!(!could(&test, inside, taken), "the session was over by then");
    assert!(could(&test, again, taken));

    test.must(&ada, remove(&bob));
    let removed = test.community.head().seq;
    assert!(!could(&test, again, removed));
    assert!(!could(&test, removed, again), "Bob cannot have seen that");
}

fn since_joined(test: &mut TestCommunity, ada: &Person, readers: Readers) -> ChannelId {
    let channel = test.numbers.id();
    let Action::ChannelCreated { kind, details, .. } = create_channel(channel, readers) else {
        unreachable!()
    };
    let details = ChannelDetails {
        history: History::SinceJoined,
        ..details
    };
    test.must(
        ada,
        Action::ChannelCreated {
            channel,
            kind,
            details,
        },
    );
    channel
}

#[test]
fn a_newcomer_reads_all_or_what_came_since() {
    let (mut test, ada) = TestCommunity::founded();
    let shared = test.channel(&ada, Readers::Everyone);
    let since = since_joined(&mut test, &ada, Readers::Everyone);
    let bob = test.member(&ada, "Bob");
    let joined_at = test.community.head().seq;

    assert_eq!(test.community.reads_since(&bob.user, &shared), Some(1));
    assert_eq!(
        test.community.reads_since(&bob.user, &since),
        Some(joined_at)
    );
    assert_eq!(test.community.reads_since(&ada.user, &since), Some(1));
}

#[test]
fn who_gets_a_role_late_reads_a_private_channel_from_there() {
    let (mut test, ada) = TestCommunity::founded();
    let bob = test.member(&ada, "Bob");
    let board = test.role(&ada, &[]);
    let channel = since_joined(&mut test, &ada, roles(&[board]));
    assert_eq!(test.community.reads_since(&bob.user, &channel), None);

    test.must(&ada, give(&bob, board));
    let given_at = test.community.head().seq;
    test.must(&ada, give(&bob, board));
    assert_eq!(
        test.community.reads_since(&bob.user, &channel),
        Some(given_at)
    );
    test.must(&ada, take(&bob, board));
    assert_eq!(test.community.reads_since(&bob.user, &channel), None);
    test.must(&ada, give(&bob, board));
    let again_at = test.community.head().seq;
    assert_eq!(
        test.community.reads_since(&bob.user, &channel),
        Some(again_at)
    );
    assert_eq!(test.community.reads_since(&ada.user, &channel), Some(1));
}

#[test]
fn a_topic_is_a_line() {
    let (mut test, ada) = TestCommunity::founded();
    let channel = test.channel(&ada, Readers::Everyone);
    for topic in [
        "x".repeat(MAX_TOPIC_CHARS + 1),
        "a\nb".to_owned(),
        "\u{202e}".to_owned(),
    ] {
        let details = ChannelDetails {
            topic,
            ..details(Readers::Everyone)
        };
        let rejection = test.refused(&ada, Action::ChannelChanged { channel, details });
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
