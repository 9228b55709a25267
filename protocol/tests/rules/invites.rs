//! Who may invite, and who comes in by an invite.

use parley_protocol::community::Rejection;
use parley_protocol::entry::{Action, Permission, Readers};
use parley_protocol::signing;

use crate::support::{NOW, Person, TestCommunity, permissions, remove, sign, sign_body};

fn end(invite: &crate::support::TestInvite) -> Action {
    Action::InviteRevoked { invite: invite.id }
}

#[test]
fn a_newcomer_may_do_what_everybody_may_and_nothing_else() {
    let (mut test, ada) = TestCommunity::founded_with(&[Permission::Speak]);
    let channel = test.channel(&ada, Readers::Everyone);
    let bob = test.member(&ada, "Bob");

    assert_eq!(
        test.community.permissions_of(&bob.user),
        permissions(&[Permission::Speak])
    );
    assert!(test.community.may_read(&bob.user, &channel));
    assert!(!test.community.may_write(&bob.user, &channel));
    assert_eq!(test.community.members()[&bob.user].joined_at, 4);
}

#[test]
fn only_who_may_invite_invites() {
    let (mut test, ada) = TestCommunity::founded();
    let bob = test.member(&ada, "Bob");
    let carol = test.member_with(&ada, "Carol", &[Permission::Invite]);

    let invite = test.new_invite().made(None, None);
    let permission = Permission::Invite;
    assert_eq!(
        test.refused(&bob, invite),
        Rejection::NotPermitted { permission }
    );
    test.member(&carol, "Dave");
}

#[test]
fn an_invite_id_is_used_once() {
    let (mut test, ada) = TestCommunity::founded();
    let invite = test.invite_by(&ada);

    assert_eq!(
        test.refused(&ada, invite.made(None, None)),
        Rejection::IdTaken
    );
}

#[test]
fn nobody_comes_in_without_the_secret_of_the_link() {
    let (mut test, ada) = TestCommunity::founded();
    let mut invite = test.invite_by(&ada);
    let eve = test.new_person("Eve");
    let unknown = test.new_invite();
    let action = test.join_action(&unknown, &eve);
    assert_eq!(test.refused(&eve, action), Rejection::UnknownInvite);

    invite.key = unknown.key;
    let action = test.join_action(&invite, &eve);
    assert_eq!(test.refused(&eve, action), Rejection::BadInviteSignature);
}

#[test]
fn an_invite_signature_lets_in_one_identity_only() {
    let (mut test, ada) = TestCommunity::founded();
    let invite = test.invite_by(&ada);
    let bob = test.new_person("Bob");
    let eve = test.new_person("Eve");
    let Action::MemberJoined {
        invite_signature, ..
    } = test.join_action(&invite, &bob)
    else {
        unreachable!()
    };
    let stolen = Action::MemberJoined {
        invite: invite.id,
        invite_signature,
        member: eve.details(test.community.id()),
    };

    assert_eq!(test.refused(&eve, stolen), Rejection::BadInviteSignature);
}

#[test]
fn an_invite_signature_is_for_one_invite_and_kind() {
    let (mut test, ada) = TestCommunity::founded();
    let first = test.invite_by(&ada);
    let mut second = test.new_invite();
    second.key = first.key.clone();
    test.must(&ada, second.made(None, None));
    let bob = test.new_person("Bob");
    let member = bob.details(test.community.id());
    let other_kind = signing::socket(
        &test.community.id(),
        &bob.device.id,
        &parley_protocol::keys::Nonce::from_bytes([1; 32]),
    );
    let for_second = signing::invite_use(
        &test.community.id(),
        &second.id,
        &bob.user,
        &bob.identity_key(),
    );

    for message in [other_kind, for_second] {
        let action = Action::MemberJoined {
            invite: first.id,
            invite_signature: sign(&first.key, &message),
            member: member.clone(),
        };
        assert_eq!(test.refused(&bob, action), Rejection::BadInviteSignature);
    }
    assert!(test.join_by(&first, &bob).is_ok());
}

#[test]
fn an_invite_for_two_lets_in_two() {
    let (mut test, ada) = TestCommunity::founded();
    let invite = test.new_invite();
    test.must(&ada, invite.made(None, Some(2)));
    for name in ["Bob", "Carol"] {
        let person = test.new_person(name);
        assert!(test.join_by(&invite, &person).is_ok());
    }

    let dave = test.new_person("Dave");
    let action = test.join_action(&invite, &dave);
    assert_eq!(test.refused(&dave, action), Rejection::InviteUsedUp);
    assert_eq!(
        test.community.check_invite(&invite.id, NOW),
        Err(Rejection::InviteUsedUp)
    );
}

#[test]
fn a_used_invite_is_not_free_again_when_its_user_is_removed() {
    let (mut test, ada) = TestCommunity::founded();
    let invite = test.new_invite();
    test.must(&ada, invite.made(None, Some(1)));
    let bob = test.new_person("Bob");
    test.join_by(&invite, &bob).expect("a good invite");
    test.must(&ada, remove(&bob));

    let action = test.join_action(&invite, &bob);
    assert_eq!(test.refused(&bob, action), Rejection::IdTaken);
    let again = test.new_person("Bob");
    let action = test.join_action(&invite, &again);
    assert_eq!(test.refused(&again, action), Rejection::InviteUsedUp);
}

#[test]
fn an_invite_ends_with_its_time() {
    let (mut test, ada) = TestCommunity::founded();
    let invite = test.new_invite();
    test.must(&ada, invite.made(Some(NOW), None));
    let late = |test: &mut TestCommunity, person: &Person| {
        let action = test.join_action(&invite, person);
        let mut body = test.body(action);
        body.at = NOW + 1;
        sign_body(&person.device, &body)
    };

    let bob = test.new_person("Bob");
    let entry = late(&mut test, &bob);
    assert_eq!(test.refusal(&entry), Rejection::InviteExpired);
    assert!(test.join_by(&invite, &bob).is_ok());
}

#[test]
fn an_invite_is_ended_by_its_maker_or_a_moderator() {
    let (mut test, ada) = TestCommunity::founded();
    let maker = test.member_with(&ada, "Maker", &[Permission::Invite]);
    let other = test.member_with(&ada, "Other", &[Permission::Invite]);
    let moderator = test.member_with(&ada, "Moderator", &[Permission::RemoveMembers]);
    let first = test.invite_by(&maker);
    let second = test.invite_by(&maker);

    let permission = Permission::RemoveMembers;
    let rejection = test.refused(&other, end(&first));
    assert_eq!(rejection, Rejection::NotPermitted { permission });
    test.must(&maker, end(&first));
    test.must(&moderator, end(&second));
    for invite in [&first, &second] {
        let eve = test.new_person("Eve");
        let action = test.join_action(invite, &eve);
        assert_eq!(test.refused(&eve, action), Rejection::InviteRevoked);
    }
    assert_eq!(test.refused(&maker, end(&first)), Rejection::InviteRevoked);
    let unknown = test.new_invite();
    assert_eq!(test.refused(&ada, end(&unknown)), Rejection::UnknownInvite);
}

#[test]
fn the_invites_of_a_removed_member_end() {
    let (mut test, ada) = TestCommunity::founded();
    let bob = test.member_with(&ada, "Bob", &[Permission::Invite]);
    let invite = test.invite_by(&bob);
    test.must(&ada, remove(&bob));

    let eve = test.new_person("Eve");
    let action = test.join_action(&invite, &eve);
    assert_eq!(test.refused(&eve, action), Rejection::InviteRevoked);
}
