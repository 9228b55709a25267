//! Until when a session may be used, and from where on a message counts.

use parley_protocol::entry::{Action, Permission, Readers};
use parley_protocol::ids::{ChannelId, RoleId};

use crate::support::{TestCommunity, change_channel, define, give, remove, roles, take};

fn archive(channel: ChannelId) -> Action {
    Action::ChannelArchived { channel }
}

fn shrank_now(test: &TestCommunity, channel: &ChannelId) -> bool {
    test.community.readers_shrank_at(channel) == test.community.head().seq
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

#[test]
fn the_first_loss_retires_a_session_not_only_the_last() {
    let (mut test, ada) = TestCommunity::founded();
    let board = test.role(&ada, &[]);
    let public = test.channel(&ada, Readers::Everyone);
    let private = test.channel(&ada, roles(&[board]));
    let [bob, carol, dave] = ["Bob", "Carol", "Dave"].map(|name| {
        let person = test.member(&ada, name);
        test.must(&ada, give(&person, board));
        person
    });
    let announced = test.community.head().seq;
    test.must(&ada, remove(&bob));
    let first = test.community.head().seq;
    let invite = test.invite_by(&ada);
    let between = test.community.head().seq;
    test.must(&ada, remove(&carol));
    let last = test.community.head().seq;
    assert!(invite.id != test.new_invite().id && first < between && between < last);

    let community = &test.community;
    for channel in [public, private] {
        let over =
            |announced, seen| community.is_session_over(&channel, &dave.device.id, announced, seen);
        assert!(!over(announced, announced));
        assert!(over(announced, first));
        assert!(over(announced, between), "a reader was lost before that");
        assert!(!over(first, between));
        assert!(over(first, last));
        let could =
            |announced, seen| community.could_write(&channel, &dave.device.id, announced, seen);
        assert!(could(announced, announced));
        assert!(!could(announced, between));
        assert!(could(first, between));
        assert_eq!(community.readers_shrank_at(&channel), last);
    }
}

#[test]
fn a_loss_counts_where_the_channel_was_open_to_the_lost() {
    let (mut test, ada) = TestCommunity::founded();
    let board = test.role(&ada, &[]);
    let bob = test.member(&ada, "Bob");
    let carol = test.member(&ada, "Carol");
    let channel = test.channel(&ada, roles(&[board]));
    let announced = test.community.head().seq;
    test.must(&ada, remove(&bob));
    let removed = test.community.head().seq;
    test.must(&ada, change_channel(channel, Readers::Everyone));
    let over = |test: &TestCommunity, seen| {
        let device = &ada.device.id;
        test.community
            .is_session_over(&channel, device, announced, seen)
    };
    assert!(!over(&test, removed), "Bob never read it");
    assert_eq!(test.community.readers_shrank_at(&channel), 0);

    test.must(&ada, remove(&carol));
    let removed = test.community.head().seq;
    assert!(over(&test, removed));
    assert_eq!(test.community.readers_shrank_at(&channel), removed);
}
