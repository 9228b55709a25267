//! Who is a member, under which name, and how they stop to be one.

use parley_protocol::community::Rejection;
use parley_protocol::entry::{Action, Permission, Readers};
use parley_protocol::keys::Ed25519PublicKey;

use crate::support::{Person, TestCommunity, define, remove, sign_body};

/// Somebody tries to come in, after a change of what they say about themselves.
fn refusal_after(
    test: &mut TestCommunity,
    ada: &Person,
    change: impl FnOnce(&mut Person),
) -> Rejection {
    let invite = test.invite_by(ada);
    let mut eve = test.new_person("Eve");
    change(&mut eve);
    let action = test.join_action(&invite, &eve);
    test.refused(&eve, action)
}

#[test]
fn a_name_is_taken_without_regard_to_case() {
    let (mut test, ada) = TestCommunity::founded();
    for name in ["Ada", "ada", "ADA"] {
        let rejection = refusal_after(&mut test, &ada, |eve| name.clone_into(&mut eve.name));
        assert_eq!(rejection, Rejection::NameTaken, "{name}");
    }
}

#[test]
fn a_name_cannot_look_like_another() {
    let (mut test, ada) = TestCommunity::founded();
    let lookalikes = [
        "\u{410}da",
        "Ada\u{200b}",
        "Ａda",
        "Ad\u{430}",
        "A\u{301}da",
        " Ada",
        "Ada\u{3164}",
    ];
    for name in lookalikes {
        let rejection = refusal_after(&mut test, &ada, |eve| name.clone_into(&mut eve.name));
        assert_eq!(rejection, Rejection::BadName, "{name:?}");
    }
}

#[test]
fn a_name_that_looks_like_anothers_is_taken() {
    let (mut test, ada) = TestCommunity::founded();
    let ian = test.member(&ada, "Ian");
    test.member(&ada, "paypa");
    for name in ["lan", "1an", "\u{406}\u{430}n", "раура", "РАУРА"] {
        let rejection = refusal_after(&mut test, &ada, |eve| name.clone_into(&mut eve.name));
        let mixed = name.starts_with('\u{406}');
        let expected = if mixed {
            Rejection::BadName
        } else {
            Rejection::NameTaken
        };
        assert_eq!(rejection, expected, "{name:?}");
        assert!(test.community.member_named(name).is_none(), "{name:?}");
    }
    test.must(&ada, remove(&ian));
    let other = test.member(&ada, "lan");
    let found = test.community.member_named("LAN").map(|found| found.0);
    assert_eq!(found, Some(other.user));
}

#[test]
fn the_name_of_a_removed_member_is_free() {
    let (mut test, ada) = TestCommunity::founded();
    let bob = test.member(&ada, "Bob");
    test.must(&ada, remove(&bob));
    let other = test.member(&ada, "bob");

    let found = test.community.member_named("BOB").map(|found| found.0);
    assert_eq!(found, Some(other.user));
}

#[test]
fn an_identity_key_is_one_users_for_ever() {
    let (mut test, ada) = TestCommunity::founded();
    let bob = test.member(&ada, "Bob");
    let take_identity = |eve: &mut Person| eve.identity = bob.identity.clone();
    assert_eq!(
        refusal_after(&mut test, &ada, take_identity),
        Rejection::IdTaken
    );
    test.must(&ada, remove(&bob));
    assert_eq!(
        refusal_after(&mut test, &ada, take_identity),
        Rejection::IdTaken
    );
}

#[test]
fn an_identity_key_is_no_device_key() {
    let (mut test, ada) = TestCommunity::founded();
    let own = |eve: &mut Person| eve.identity = eve.device.key.clone();
    assert_eq!(refusal_after(&mut test, &ada, own), Rejection::IdTaken);
    let anothers = |eve: &mut Person| eve.identity = ada.device.key.clone();
    assert_eq!(refusal_after(&mut test, &ada, anothers), Rejection::IdTaken);
    let reverse = |eve: &mut Person| eve.device.key = ada.identity.clone();
    assert_eq!(refusal_after(&mut test, &ada, reverse), Rejection::IdTaken);
}

#[test]
fn ids_and_keys_of_others_are_taken() {
    let (mut test, ada) = TestCommunity::founded();
    let takes: [&dyn Fn(&mut Person); 4] = [
        &|eve| eve.user = ada.user,
        &|eve| eve.device.id = ada.device.id,
        &|eve| eve.device.key = ada.device.key.clone(),
        &|eve| eve.device.curve25519 = ada.device.curve25519,
    ];
    for take in takes {
        assert_eq!(refusal_after(&mut test, &ada, take), Rejection::IdTaken);
    }
}

#[test]
fn a_key_that_verifies_everything_is_no_key() {
    let (mut test, ada) = TestCommunity::founded();
    let invite = test.invite_by(&ada);
    let eve = test.new_person("Eve");
    let Action::MemberJoined {
        invite: id,
        invite_signature,
        mut member,
    } = test.join_action(&invite, &eve)
    else {
        unreachable!()
    };
    let mut neutral = [0; 32];
    neutral[0] = 1;
    member.identity = Ed25519PublicKey::from_bytes(neutral);
    let action = Action::MemberJoined {
        invite: id,
        invite_signature,
        member,
    };

    assert_eq!(test.refused(&eve, action), Rejection::BadCertificate);
}

#[test]
fn a_newcomer_signs_with_the_device_that_they_bring() {
    let (mut test, ada) = TestCommunity::founded();
    let invite = test.invite_by(&ada);
    let bob = test.new_person("Bob");
    let action = test.join_action(&invite, &bob);

    let entry = test.entry(&ada.device, action.clone());
    assert_eq!(test.refusal(&entry), Rejection::UnknownAuthor);
    let mut pretender = ada.device.clone();
    pretender.id = bob.device.id;
    let body = test.body(action);
    let rejection = test.refusal(&sign_body(&pretender, &body));
    assert_eq!(rejection, Rejection::BadSignature);
}

#[test]
fn everybody_but_the_owner_may_leave() {
    let (mut test, ada) = TestCommunity::founded();
    let bob = test.member(&ada, "Bob");

    test.must(&bob, remove(&bob));
    assert!(test.community.active_member(&bob.user).is_none());
    assert_eq!(test.refused(&ada, remove(&ada)), Rejection::Owner);
}

#[test]
fn a_removed_member_has_nothing_left() {
    let (mut test, ada) = TestCommunity::founded();
    let channel = test.channel(&ada, Readers::Everyone);
    let bob = test.member_with(&ada, "Bob", &Permission::ALL);
    let phone = test.second_device(&bob);
    test.must(&ada, remove(&bob));

    let community = &test.community;
    assert!(community.permissions_of(&bob.user).is_empty());
    assert!(!community.may_read(&bob.user, &channel));
    assert_eq!(community.devices_of(&bob.user).count(), 0);
    assert!(community.active_device(&phone.id).is_none());
    assert_eq!(community.reads_since(&bob.user, &channel), None);
    assert_eq!(community.readers_shrank_at(&channel), community.head().seq);
    let mine = define(test.numbers.id(), &[]);
    for device in [&bob.device, &phone] {
        let entry = test.entry(device, mine.clone());
        assert_eq!(test.refusal(&entry), Rejection::UnknownAuthor);
    }
    assert_eq!(test.refused(&ada, remove(&bob)), Rejection::UnknownMember);
}

#[test]
fn removing_needs_the_permission_and_no_less_power() {
    let (mut test, ada) = TestCommunity::founded();
    let bob = test.member(&ada, "Bob");
    let carol = test.member_with(&ada, "Carol", &[Permission::RemoveMembers]);
    let admin = test.member_with(&ada, "Admin", &[Permission::ManageRoles]);

    let permission = Permission::RemoveMembers;
    let rejection = test.refused(&bob, remove(&carol));
    assert_eq!(rejection, Rejection::NotPermitted { permission });
    assert_eq!(test.refused(&carol, remove(&admin)), Rejection::AboveAuthor);
    assert_eq!(test.refused(&carol, remove(&ada)), Rejection::Owner);
    test.must(&carol, remove(&bob));
}
