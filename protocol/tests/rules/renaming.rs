//! Members who are called something else than they sign in with: nobody poses as another, and nobody fills the log.

use parley_protocol::community::{Community, Rejection};
use parley_protocol::entry::{Action, Permission};
use parley_protocol::limits::MAX_RENAMES_EVER_PER_MEMBER;

use crate::support::{Person, TestCommunity};

fn named(name: &str) -> Action {
    Action::MemberRenamed {
        name: name.to_owned(),
    }
}

fn called<'a>(test: &'a TestCommunity, person: &Person) -> &'a str {
    test.community.members()[&person.user].display_name()
}

#[test]
fn a_member_is_called_what_they_chose_and_signs_in_as_before() {
    let (mut test, ada) = TestCommunity::founded();
    let bob = test.member(&ada, "Bob");
    test.must(&bob, named("Robert the Bold"));
    assert_eq!(called(&test, &bob), "Robert the Bold");
    assert_eq!(test.community.members()[&bob.user].name, "Bob");
    let found = test.community.member_named("bob").map(|found| found.0);
    assert_eq!(found, Some(bob.user));
    assert!(test.community.member_named("Robert the Bold").is_none());

    test.must(&bob, named("Rob"));
    test.must(&bob, named("Bob"));
    assert_eq!(called(&test, &bob), "Bob");
    assert_eq!(test.refused(&bob, named("Bob")), Rejection::Repeated);
    // Another case of it is theirs, too.
    test.must(&bob, named("BOB"));
    assert_eq!(called(&test, &bob), "BOB");
}

#[test]
fn nobody_is_called_as_anybody_else_is_or_was() {
    let (mut test, ada) = TestCommunity::founded();
    let (bob, ian) = (test.member(&ada, "Bob"), test.member(&ada, "Ian"));
    test.must(&bob, named("Robert"));
    let eve = test.member(&ada, "Eve");
    for name in ["Ada", "ada", "Аda", "lan", "Robert", "ROBERT", "Bob", "b0b"] {
        let refused = test.refused(&eve, named(name));
        let expected = [Rejection::NameTaken, Rejection::BadName];
        assert!(expected.contains(&refused), "{name}: {refused:?}");
    }
    for name in ["", " Mallory", "a\u{202e}b", "\u{200b}", &"x".repeat(49)] {
        assert_eq!(test.refused(&eve, named(name)), Rejection::BadName);
    }
    // Also when they are gone, with what they were called.
    test.must(&bob, named("Robin"));
    test.must(&ada, Action::MemberRemoved { user: bob.user });
    test.must(&ada, Action::MemberRemoved { user: ian.user });
    for name in ["Robin", "Bob", "Ian"] {
        assert_eq!(test.refused(&eve, named(name)), Rejection::NameTaken);
    }
    // What somebody was called before, and is no more, is free.
    test.must(&eve, named("Robert"));
    assert_eq!(called(&test, &eve), "Robert");
}

#[test]
fn a_newcomer_does_not_come_under_a_name_that_somebody_took() {
    let (mut test, ada) = TestCommunity::founded();
    let bob = test.member(&ada, "Bob");
    test.must(&bob, named("Robert"));
    let invite = test.invite_by(&ada);
    for name in ["Robert", "robert", "Bob"] {
        let eve = test.new_person(name);
        let join = test.join_action(&invite, &eve);
        assert_eq!(test.refused(&eve, join), Rejection::NameTaken, "{name}");
    }
    test.must(&bob, named("Bob"));
    let eve = test.new_person("Robert");
    let join = test.join_action(&invite, &eve);
    test.must(&eve, join);
    assert_eq!(test.refused(&bob, named("Robert")), Rejection::NameTaken);
}

#[test]
fn who_comes_back_has_their_own_name_and_no_other() {
    let (mut test, ada) = TestCommunity::founded();
    let bob = test.member(&ada, "Bob");
    test.must(&bob, named("Robert"));
    test.must(&ada, Action::MemberRemoved { user: bob.user });
    let robert = test.member(&ada, "Robert");
    let back = test.new_invite();
    let mut made = back.made(None, Some(1));
    if let Action::InviteMade { readmits, .. } = &mut made {
        *readmits = Some(bob.user);
    }
    test.must(&ada, made);
    let again = Person {
        user: bob.user,
        ..test.new_person("Bob")
    };
    let join = test.join_action(&back, &again);
    test.must(&again, join);
    assert_eq!(called(&test, &again), "Bob");
    assert_eq!(test.refused(&again, named("Robert")), Rejection::NameTaken);
    assert_eq!(called(&test, &robert), "Robert");
    test.must(&again, named("Rob"));
}

#[test]
fn only_a_device_of_the_member_renames_them() {
    let (mut test, ada) = TestCommunity::founded();
    let bob = test.member(&ada, "Bob");
    let phone = test.second_device(&bob);
    let entry = test.entry(&phone, named("Rob"));
    test.apply(&entry).expect("their own device");
    assert_eq!(called(&test, &bob), "Rob");
    assert_eq!(called(&test, &ada), "Ada");

    test.must(&bob, Action::DeviceRevoked { device: phone.id });
    let entry = test.entry(&phone, named("Gone"));
    assert_eq!(test.apply(&entry), Err(Rejection::UnknownAuthor));
    test.must(&ada, Action::MemberRemoved { user: bob.user });
    let late = test.refused(&bob, named("Robert"));
    assert_eq!(late, Rejection::UnknownAuthor);
}

#[test]
fn renaming_in_a_loop_ends_with_the_own_name() {
    let (mut test, ada) = TestCommunity::founded();
    let bob = test.member(&ada, "Bob");
    for number in 0..MAX_RENAMES_EVER_PER_MEMBER {
        test.must(&bob, named(&format!("Bob {number}")));
    }
    assert_eq!(test.refused(&bob, named("Bob again")), Rejection::TooMany);
    test.must(&bob, named("Bob"));
    assert_eq!(test.refused(&bob, named("Bob")), Rejection::Repeated);
    assert_eq!(test.refused(&bob, named("Bob 3")), Rejection::TooMany);
    // Who cleans up after others is trusted with more.
    assert!(test.community.may(&ada.user, Permission::RemoveMembers));
    for number in 0..=MAX_RENAMES_EVER_PER_MEMBER {
        test.must(&ada, named(&format!("Ada {number}")));
    }
}

#[test]
fn a_checkpoint_knows_all_names() {
    let (mut test, ada) = TestCommunity::founded();
    let bob = test.member(&ada, "Bob");
    test.must(&bob, named("Robert"));
    test.must(&ada, Action::MemberRemoved { user: bob.user });
    let cleo = test.member(&ada, "Cleo");
    test.must(&cleo, named("Queen"));
    let restored = Community::from_checkpoint(&test.community.to_checkpoint());
    assert_eq!(restored.as_ref(), Some(&test.community));
    // One of the version before is not read; the entries are still there.
    let mut old = test.community.to_checkpoint();
    old[0] = 4;
    assert_eq!(Community::from_checkpoint(&old), None);
}
