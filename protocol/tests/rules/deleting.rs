//! Who may delete a message for everybody, and channels whose messages disappear by themselves.

use parley_protocol::community::{Community, Rejection};
use parley_protocol::entry::{Permission, Readers};
use parley_protocol::limits::EXPIRY_SECONDS;

use crate::support::{TestCommunity, expire, give, remove, roles, take};

#[test]
fn an_author_and_a_moderator_may_delete_and_nobody_else() {
    let (mut test, ada) = TestCommunity::founded();
    let channel = test.channel(&ada, Readers::Everyone);
    let role = test.role(&ada, &[Permission::ModerateMessages]);
    let [bob, eve, mod_] = ["Bob", "Eve", "Mona"].map(|name| test.member(&ada, name));
    let before = test.community.head().seq;
    test.must(&ada, give(&mod_, role));
    let given = test.community.head().seq;
    test.must(&ada, take(&mod_, role));
    let taken = test.community.head().seq;

    let may = |by: &crate::support::Person, seq| {
        let (by, author) = (&by.device.id, &bob.device.id);
        test.community.could_delete(&channel, by, author, seq)
    };
    assert!(may(&bob, before) && may(&bob, taken));
    assert!(may(&ada, taken), "the owner may everything");
    assert!(!may(&eve, before) && !may(&eve, given) && !may(&eve, taken));
    assert!(!may(&mod_, before), "the right came later");
    assert!(may(&mod_, given));
    assert!(!may(&mod_, taken), "the right is gone");
    assert!(!may(&bob, taken + 1), "nobody knows that log");
}

#[test]
fn who_is_gone_or_may_not_read_deletes_nothing() {
    let (mut test, ada) = TestCommunity::founded();
    let board = test.role(&ada, &[Permission::ModerateMessages]);
    let channel = test.channel(&ada, roles(&[board]));
    let bob = test.member(&ada, "Bob");
    let joined = test.community.head().seq;
    test.must(&ada, give(&bob, board));
    let reads = test.community.head().seq;
    test.must(&ada, remove(&bob));
    let gone = test.community.head().seq;

    let may = |seq| {
        let (by, author) = (&bob.device.id, &bob.device.id);
        test.community.could_delete(&channel, by, author, seq)
    };
    assert!(!may(joined), "not a reader yet");
    assert!(may(reads));
    assert!(!may(gone));
    let nobody = test.new_person("Nobody");
    let (nobody, author) = (&nobody.device.id, &bob.device.id);
    let could = |by, author| test.community.could_delete(&channel, by, author, reads);
    assert!(!could(nobody, author) && !could(author, nobody));
}

#[test]
fn the_time_after_which_messages_disappear_has_bounds() {
    let (mut test, ada) = TestCommunity::founded();
    let channel = test.channel(&ada, Readers::Everyone);
    let (least, most) = EXPIRY_SECONDS.into_inner();
    for seconds in [0, least - 1, most + 1, u32::MAX] {
        let rejection = test.refused(&ada, expire(channel, Some(seconds)));
        assert_eq!(rejection, Rejection::BadExpiry, "{seconds}");
    }
    for seconds in [Some(least), Some(most), None] {
        test.must(&ada, expire(channel, seconds));
        let details = &test
            .community
            .channels()
            .get(&channel)
            .expect("it is there")
            .details;
        assert_eq!(details.expires_after, seconds);
    }
    let eve = test.member(&ada, "Eve");
    let rejection = test.refused(&eve, expire(channel, Some(most)));
    let permission = Permission::ManageChannels;
    assert_eq!(rejection, Rejection::NotPermitted { permission });
}

#[test]
fn a_message_disappears_by_what_its_session_was_announced_with() {
    let (mut test, ada) = TestCommunity::founded();
    let channel = test.channel(&ada, Readers::Everyone);
    let stays = test.community.head().seq;
    assert_eq!(test.community.sessions_end_at(&channel), 0);
    test.must(&ada, expire(channel, Some(60)));
    let first = test.community.head().seq;
    // The same again is no change.
    test.must(&ada, expire(channel, Some(60)));
    assert_eq!(test.community.sessions_end_at(&channel), first);
    test.must(&ada, expire(channel, None));
    let last = test.community.head().seq;

    let kept = test.community.to_checkpoint();
    let read = Community::from_checkpoint(&kept).expect("as it was written");
    assert_eq!(read, test.community);
    for community in [&read, &test.community] {
        let after = |seq| community.expires_after_at(&channel, seq);
        assert_eq!([after(0), after(stays)], [None, None]);
        assert_eq!([after(first), after(last - 1)], [Some(60), Some(60)]);
        assert_eq!([after(last), after(last + 9)], [None, None]);
        assert_eq!(community.sessions_end_at(&channel), last);
    }
}
