//! From where on somebody may read: the past of a channel is for those who could read it then, unless
//! somebody opens it.

use parley_protocol::community::Rejection;
use parley_protocol::entry::{Action, ChannelDetails, History, Permission, Readers};
use parley_protocol::ids::ChannelId;

use crate::support::{
    Person, TestCommunity, change_channel, create_channel, give, open_past, roles, take,
};

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
fn opening_a_private_channel_does_not_open_its_past() {
    let (mut test, ada) = TestCommunity::founded();
    let board = test.role(&ada, &[]);
    let bob = test.member(&ada, "Bob");
    let carol = test.member(&ada, "Carol");
    test.must(&ada, give(&bob, board));
    let channel = test.channel(&ada, roles(&[board]));
    let made = test.community.head().seq;
    test.must(&ada, change_channel(channel, Readers::Everyone));
    let opened = test.community.head().seq;
    let dave = test.member(&ada, "Dave");
    let joined = test.community.head().seq;

    let since = |person: &Person| test.community.reads_since(&person.user, &channel);
    assert_eq!(since(&ada), Some(1));
    assert!(since(&bob).is_some_and(|since| since <= made));
    assert_eq!(since(&carol), Some(opened));
    assert_eq!(since(&dave), Some(joined));
}

#[test]
fn other_roles_do_not_read_what_was_written_before_they_could() {
    let (mut test, ada) = TestCommunity::founded();
    let (board, guests) = (test.role(&ada, &[]), test.role(&ada, &[]));
    let bob = test.member(&ada, "Bob");
    test.must(&ada, give(&bob, guests));
    let channel = test.channel(&ada, roles(&[board]));
    test.must(&ada, change_channel(channel, roles(&[board, guests])));

    let changed = test.community.head().seq;
    let since = test.community.reads_since(&bob.user, &channel);
    assert_eq!(since, Some(changed));
}

#[test]
fn whoever_opens_the_past_says_so() {
    let (mut test, ada) = TestCommunity::founded();
    let board = test.role(&ada, &[]);
    let bob = test.member(&ada, "Bob");
    let channel = test.channel(&ada, roles(&[board]));
    test.must(&ada, open_past(channel, Readers::Everyone));
    let carol = test.member(&ada, "Carol");
    for person in [&bob, &carol] {
        let since = test.community.reads_since(&person.user, &channel);
        assert_eq!(since, Some(1));
    }

    test.must(&ada, change_channel(channel, roles(&[board])));
    test.must(&ada, give(&carol, board));
    let given = test.community.head().seq;
    test.must(&ada, change_channel(channel, Readers::Everyone));
    let again = test.community.head().seq;
    let since = |person: &Person| test.community.reads_since(&person.user, &channel);
    assert_eq!(
        since(&carol),
        Some(given),
        "what was private since is not open"
    );
    assert_eq!(since(&bob), Some(again));
}

#[test]
fn what_was_written_before_a_channel_became_private_stays_open_to_those_who_were_there() {
    let (mut test, ada) = TestCommunity::founded();
    let board = test.role(&ada, &[]);
    let channel = test.channel(&ada, Readers::Everyone);
    let bob = test.member(&ada, "Bob");
    test.must(&ada, give(&bob, board));
    test.must(&ada, change_channel(channel, roles(&[board])));

    assert_eq!(test.community.reads_since(&bob.user, &channel), Some(1));
    test.must(&ada, take(&bob, board));
    test.must(&ada, give(&bob, board));
    let again = test.community.head().seq;
    let since = test.community.reads_since(&bob.user, &channel);
    assert_eq!(since, Some(again), "the break counts");
}

#[test]
fn nobody_opens_a_past_that_they_may_not_read() {
    let (mut test, ada) = TestCommunity::founded();
    let board = test.role(&ada, &[]);
    let channel = test.channel(&ada, roles(&[board]));
    let bob = test.member_with(&ada, "Bob", &[Permission::ManageChannels]);
    test.must(&ada, give(&bob, board));

    let open = open_past(channel, Readers::Everyone);
    assert_eq!(test.refused(&bob, open.clone()), Rejection::AboveAuthor);
    test.must(&bob, change_channel(channel, Readers::Everyone));
    test.must(&ada, open);
}
