//! Members who lost all keys, and come back by an invite for them alone.

use parley_protocol::community::Rejection;
use parley_protocol::entry::{Action, Permission};
use parley_protocol::ids::RoleId;

use crate::support::{
    Person, TestCommunity, TestInvite, create_channel, define, give, remove, roles,
};

fn readmit(invite: &TestInvite, whom: &Person) -> Action {
    let mut action = invite.made(None, Some(1));
    if let Action::InviteMade { readmits, .. } = &mut action {
        *readmits = Some(whom.user);
    }
    action
}

/// The same member with all keys new.
fn renewed(test: &mut TestCommunity, person: &Person) -> Person {
    Person {
        user: person.user,
        ..test.new_person(&person.name)
    }
}

fn moderator(test: &mut TestCommunity, owner: &Person, more: &[Permission]) -> Person {
    let rights = [&[Permission::Invite, Permission::RemoveMembers], more].concat();
    test.member_with(owner, "Moderator", &rights)
}

#[test]
fn somebody_comes_back_under_the_same_name_with_new_keys_and_their_roles() {
    let (mut test, ada) = TestCommunity::founded();
    let moderator = moderator(&mut test, &ada, &[Permission::Invite]);
    let bob = test.member_with(&ada, "Bob", &[Permission::Invite]);
    let old_invite = test.invite_by(&bob);
    let invite = test.new_invite();
    test.must(&moderator, readmit(&invite, &bob));
    let again = renewed(&mut test, &bob);
    test.join_by(&invite, &again).unwrap();

    let member = &test.community.members()[&bob.user];
    assert_eq!(member.identity, again.identity_key());
    let seq = test.community.head().seq;
    assert_eq!(member.former_identities, [(bob.identity_key(), seq)]);
    assert_eq!(member.joined_at, seq);
    assert!(test.community.may(&bob.user, Permission::Invite));
    let devices: Vec<_> = test
        .community
        .devices_of(&bob.user)
        .map(|it| it.0)
        .collect();
    assert_eq!(devices, [again.device.id]);
    let something = readmit(&test.new_invite(), &moderator);
    assert_eq!(test.refused(&bob, something), Rejection::UnknownAuthor);
    let eve = test.new_person("Eve");
    let action = test.join_action(&old_invite, &eve);
    assert_eq!(test.refused(&eve, action), Rejection::InviteRevoked);
    let (by_name, _) = test.community.member_named("bob").unwrap();
    assert_eq!(by_name, bob.user);
}

#[test]
fn a_removed_member_comes_back_too() {
    let (mut test, ada) = TestCommunity::founded();
    let bob = test.member(&ada, "Bob");
    test.must(&ada, remove(&bob));
    let members = test.community.member_count();
    let invite = test.new_invite();
    test.must(&ada, readmit(&invite, &bob));
    let again = renewed(&mut test, &bob);
    test.join_by(&invite, &again).unwrap();
    assert_eq!(test.community.member_count(), members + 1);
}

#[test]
fn a_taken_name_stays_with_its_new_owner() {
    let (mut test, ada) = TestCommunity::founded();
    let bob = test.member(&ada, "Bob");
    test.must(&ada, remove(&bob));
    assert!(test.community.may_readmit(ada.user, bob.user));
    test.member(&ada, "bob");
    assert!(!test.community.may_readmit(ada.user, bob.user));
    let invite = test.new_invite();
    test.must(&ada, readmit(&invite, &bob));
    let again = renewed(&mut test, &bob);
    let action = test.join_action(&invite, &again);
    assert_eq!(test.refused(&again, action), Rejection::NameTaken);
}

#[test]
fn such_an_invite_lets_in_nobody_else_and_once() {
    let (mut test, ada) = TestCommunity::founded();
    let bob = test.member(&ada, "Bob");
    let invite = test.new_invite();
    let mut often = readmit(&invite, &bob);
    if let Action::InviteMade { max_uses, .. } = &mut often {
        *max_uses = None;
    }
    assert_eq!(test.refused(&ada, often), Rejection::TooMany);
    test.must(&ada, readmit(&invite, &bob));

    let eve = test.new_person("Eve");
    let action = test.join_action(&invite, &eve);
    assert_eq!(test.refused(&eve, action), Rejection::UnknownMember);
    let mut renamed = renewed(&mut test, &bob);
    renamed.name = "Robert".to_owned();
    let action = test.join_action(&invite, &renamed);
    assert_eq!(test.refused(&renamed, action), Rejection::UnknownMember);
    let action = test.join_action(&invite, &bob);
    assert_eq!(test.refused(&bob, action), Rejection::IdTaken);

    let again = renewed(&mut test, &bob);
    test.join_by(&invite, &again).unwrap();
    let twice = renewed(&mut test, &bob);
    let action = test.join_action(&invite, &twice);
    assert_eq!(test.refused(&twice, action), Rejection::InviteUsedUp);
}

#[test]
fn an_ordinary_invite_brings_nobody_back() {
    let (mut test, ada) = TestCommunity::founded();
    let bob = test.member(&ada, "Bob");
    let invite = test.invite_by(&ada);
    let again = renewed(&mut test, &bob);
    let action = test.join_action(&invite, &again);
    assert_eq!(test.refused(&again, action), Rejection::IdTaken);
}

#[test]
fn nobody_becomes_more_by_being_somebody_else() {
    let (mut test, ada) = TestCommunity::founded();
    let moderator = moderator(&mut test, &ada, &[]);
    let bob = test.member(&ada, "Bob");
    let channels = test.member_with(&ada, "Carol", &[Permission::ManageChannels]);
    let inviter = test.member_with(&ada, "Inviter", &[Permission::Invite]);

    let may = |author: &Person, user: &Person| test.community.may_readmit(author.user, user.user);
    assert!(may(&ada, &bob) && may(&ada, &channels) && may(&moderator, &bob));
    assert!(!may(&inviter, &bob) && !may(&moderator, &channels) && !may(&bob, &inviter));
    assert!(!may(&moderator, &ada) && !may(&ada, &ada));
    let permission = Permission::RemoveMembers;
    let invite = test.new_invite();
    assert_eq!(
        test.refused(&inviter, readmit(&invite, &bob)),
        Rejection::NotPermitted { permission }
    );
    assert_eq!(
        test.refused(&moderator, readmit(&invite, &channels)),
        Rejection::AboveAuthor
    );
    test.must(&ada, remove(&channels));
    assert_eq!(
        test.refused(&moderator, readmit(&invite, &channels)),
        Rejection::AboveAuthor,
        "the role comes back with the member"
    );
    assert_eq!(
        test.refused(&moderator, readmit(&invite, &ada)),
        Rejection::Owner
    );
    assert_eq!(test.refused(&ada, readmit(&invite, &ada)), Rejection::Owner);
}

#[test]
fn nobody_opens_a_channel_to_themselves_by_bringing_its_reader_back() {
    let (mut test, ada) = TestCommunity::founded();
    let moderator = moderator(&mut test, &ada, &[]);
    let bob = test.member(&ada, "Bob");
    let secret: RoleId = test.numbers.id();
    test.must(&ada, define(secret, &[]));
    let channel = test.numbers.id();
    test.must(&ada, create_channel(channel, roles(&[secret])));
    test.must(&ada, give(&bob, secret));
    let invite = test.new_invite();
    assert_eq!(
        test.refused(&moderator, readmit(&invite, &bob)),
        Rejection::AboveAuthor
    );

    test.must(&ada, readmit(&invite, &bob));
    let again = renewed(&mut test, &bob);
    test.join_by(&invite, &again).unwrap();
    let seq = test.community.head().seq;
    assert_eq!(
        test.community.reads_since(&bob.user, &channel),
        Some(seq),
        "what was written before is for who had the keys before"
    );
}

#[test]
fn who_lost_the_right_since_brings_nobody_back() {
    let (mut test, ada) = TestCommunity::founded();
    let moderator = moderator(&mut test, &ada, &[]);
    let bob = test.member(&ada, "Bob");
    let invite = test.new_invite();
    test.must(&moderator, readmit(&invite, &bob));
    let strong = test.role(&ada, &[Permission::ManageRoles]);
    test.must(&ada, give(&bob, strong));

    let again = renewed(&mut test, &bob);
    let action = test.join_action(&invite, &again);
    assert_eq!(test.refused(&again, action), Rejection::AboveAuthor);
}

#[test]
fn old_keys_stay_used_for_ever() {
    let (mut test, ada) = TestCommunity::founded();
    let bob = test.member(&ada, "Bob");
    let invite = test.new_invite();
    test.must(&ada, readmit(&invite, &bob));
    let again = renewed(&mut test, &bob);
    test.join_by(&invite, &again).unwrap();

    let eve = Person {
        identity: bob.identity.clone(),
        ..test.new_person("Eve")
    };
    let bytes = test.community.to_checkpoint();
    let read = parley_protocol::community::Community::from_checkpoint(&bytes).unwrap();
    assert_eq!(read, test.community);
    let by = test.invite_by(&ada);
    let action = test.join_action(&by, &eve);
    assert_eq!(test.refused(&eve, action), Rejection::IdTaken);
}
