//! Whatever one member can add has a bound, and no member takes the room of all. Most entries here are put in
//! without their signatures, because there are so many.

use parley_protocol::community::Rejection;
use parley_protocol::entry::{Action, Entry, Permission};
use parley_protocol::keys::Signature;
use parley_protocol::limits::{
    MAX_DEVICES_EVER_PER_MEMBER, MAX_INVITES_EVER_PER_MEMBER, MAX_JOINS_BY_INVITER, MAX_MEMBERS,
    MAX_MEMBERS_BY_INVITER, MAX_OPEN_INVITES, MAX_OPEN_INVITES_PER_MEMBER, MAX_USES_PER_INVITE,
};

use crate::support::{NOW, Person, TestCommunity, TestDevice, TestInvite, remove, sign_body};

const UNSIGNED: Signature = Signature::from_bytes([0; 64]);

impl TestCommunity {
    /// Somebody does something that the rules allow.
    pub(super) fn quickly(&mut self, by: &TestDevice, action: Action) {
        let body = self.body(action);
        let entry = Entry {
            body: body.to_text(),
            author: by.id,
            signature: UNSIGNED,
        };
        self.community.apply_again(&entry).expect("it can be read");
    }

    /// So many come in by an invite.
    fn crowd(&mut self, invite: &TestInvite, count: usize) -> Vec<Person> {
        let mut crowd = Vec::new();
        for _ in 0..count {
            let name = format!("No {}", self.community.head().seq);
            let person = self.new_person(&name);
            let action = Action::MemberJoined {
                invite: invite.id,
                invite_signature: UNSIGNED,
                member: person.uncertified(),
            };
            self.quickly(&person.device, action);
            crowd.push(person);
        }
        crowd
    }

    fn leave(&mut self, crowd: &[Person]) {
        for person in crowd {
            self.quickly(&person.device, remove(person));
        }
    }

    /// What somebody new meets who tries to come in by an invite.
    fn join_of_one_more(&mut self, invite: &TestInvite) -> Result<(), Rejection> {
        let name = format!("No {}", self.community.head().seq);
        let person = self.new_person(&name);
        self.join_by(invite, &person)
    }
}

#[test]
fn one_open_invite_does_not_fill_the_community() {
    let (mut test, ada) = TestCommunity::founded();
    let invite = test.invite_by(&ada);
    let most = usize::try_from(MAX_USES_PER_INVITE).expect("a small number");
    test.crowd(&invite, most - 1);
    assert_eq!(test.join_of_one_more(&invite), Ok(()));
    assert_eq!(test.join_of_one_more(&invite), Err(Rejection::InviteUsedUp));

    let next = test.invite_by(&ada);
    assert_eq!(test.join_of_one_more(&next), Ok(()));
    assert!(test.community.member_count() < MAX_MEMBERS / 2);
}

#[test]
fn the_invites_of_one_member_do_not_fill_the_community() {
    let (mut test, ada) = TestCommunity::founded_with(&[Permission::Invite]);
    let bob = test.member(&ada, "Bob");
    let (first, second) = (test.invite_by(&bob), test.invite_by(&bob));
    let crowd = test.crowd(&first, MAX_MEMBERS_BY_INVITER - 1);
    assert_eq!(test.join_of_one_more(&second), Ok(()));
    assert_eq!(test.join_of_one_more(&second), Err(Rejection::TooMany));
    let of_ada = test.invite_by(&ada);
    assert_eq!(test.join_of_one_more(&of_ada), Ok(()));

    test.leave(&crowd[..1]);
    assert_eq!(test.join_of_one_more(&second), Ok(()));
}

#[test]
fn those_who_left_count_for_whoever_let_them_in() {
    let (mut test, ada) = TestCommunity::founded_with(&[Permission::Invite]);
    let bob = test.member(&ada, "Bob");
    let invite = test.invite_by(&bob);
    for _ in 0..MAX_JOINS_BY_INVITER {
        let crowd = test.crowd(&invite, 1);
        test.leave(&crowd);
    }

    assert_eq!(test.join_of_one_more(&invite), Err(Rejection::TooMany));
    let of_ada = test.invite_by(&ada);
    assert_eq!(test.join_of_one_more(&of_ada), Ok(()));
}

#[test]
fn those_who_left_make_room() {
    let (mut test, ada) = TestCommunity::founded();
    let most = usize::try_from(MAX_USES_PER_INVITE).expect("a small number");
    for _ in 0..MAX_MEMBERS / most {
        let invite = test.invite_by(&ada);
        let crowd = test.crowd(&invite, most);
        test.leave(&crowd);
    }
    assert!(test.community.members().len() > MAX_MEMBERS);
    assert_eq!(test.community.member_count(), 1);

    let invite = test.invite_by(&ada);
    assert_eq!(test.join_of_one_more(&invite), Ok(()));
}

#[test]
fn a_community_is_full_of_those_who_are_there() {
    let (mut test, ada) = TestCommunity::founded();
    let most = usize::try_from(MAX_USES_PER_INVITE).expect("a small number");
    let mut last = Vec::new();
    for _ in 0..MAX_MEMBERS / most {
        let invite = test.invite_by(&ada);
        let room = MAX_MEMBERS - test.community.member_count();
        last = test.crowd(&invite, most.min(room));
    }
    let invite = test.invite_by(&ada);
    assert_eq!(test.join_of_one_more(&invite), Err(Rejection::TooMany));
    test.leave(&last[..1]);
    assert_eq!(test.join_of_one_more(&invite), Ok(()));
}

#[test]
fn a_member_has_so_many_open_invites() {
    let (mut test, ada) = TestCommunity::founded_with(&[Permission::Invite]);
    let bob = test.member(&ada, "Bob");
    let first = test.new_invite();
    test.must(&bob, first.made(Some(NOW + 1), None));
    for _ in 1..MAX_OPEN_INVITES_PER_MEMBER {
        test.invite_by(&bob);
    }
    let one_more = test.new_invite().made(None, None);
    assert_eq!(test.refused(&bob, one_more.clone()), Rejection::TooMany);
    test.must(&ada, one_more.clone());

    let one_more = test.new_invite().made(None, None);
    let mut body = test.body(one_more.clone());
    body.at = NOW + 2;
    let later = sign_body(&bob.device, &body);
    assert!(test.apply(&later).is_ok(), "the first one has expired");
    assert_eq!(test.refused(&bob, one_more), Rejection::IdTaken);
}

#[test]
fn an_invite_that_is_used_up_or_ended_is_not_open() {
    let (mut test, ada) = TestCommunity::founded_with(&[Permission::Invite]);
    let bob = test.member(&ada, "Bob");
    let used = test.new_invite();
    test.must(&bob, used.made(None, Some(1)));
    let ended = test.invite_by(&bob);
    for _ in 2..MAX_OPEN_INVITES_PER_MEMBER {
        test.invite_by(&bob);
    }
    let one_more = |test: &mut TestCommunity| {
        let action = test.new_invite().made(None, None);
        test.by(&bob, action)
    };
    assert_eq!(one_more(&mut test), Err(Rejection::TooMany));
    let action = Action::InviteRevoked { invite: ended.id };
    test.must(&bob, action);
    assert_eq!(one_more(&mut test), Ok(()));
    assert_eq!(one_more(&mut test), Err(Rejection::TooMany));
    assert_eq!(test.join_of_one_more(&used), Ok(()));
    assert_eq!(one_more(&mut test), Ok(()));
}

#[test]
fn making_and_ending_invites_comes_to_an_end() {
    let (mut test, ada) = TestCommunity::founded_with(&[Permission::Invite]);
    let bob = test.member(&ada, "Bob");
    for _ in 0..MAX_INVITES_EVER_PER_MEMBER {
        let invite = test.new_invite();
        test.quickly(&bob.device, invite.made(None, None));
        let ended = Action::InviteRevoked { invite: invite.id };
        test.quickly(&bob.device, ended.clone());
        if test.community.head().seq < 10 {
            assert_eq!(test.refused(&bob, ended), Rejection::InviteRevoked);
        }
    }

    let one_more = test.new_invite().made(None, None);
    assert_eq!(test.refused(&bob, one_more.clone()), Rejection::TooMany);
    test.must(&ada, one_more);
}

#[test]
fn adding_and_revoking_devices_comes_to_an_end() {
    let (mut test, ada) = TestCommunity::founded();
    let bob = test.member(&ada, "Bob");
    for _ in 1..MAX_DEVICES_EVER_PER_MEMBER {
        let device = TestDevice::new(&mut test.numbers);
        let added = Action::DeviceAdded {
            user: bob.user,
            device: device.uncertified(),
            linked_by: None,
        };
        test.quickly(&device, added);
        test.quickly(&bob.device, Action::DeviceRevoked { device: device.id });
    }

    let device = TestDevice::new(&mut test.numbers);
    let action = Action::DeviceAdded {
        user: bob.user,
        device: bob.certify(test.community.id(), &device),
        linked_by: None,
    };
    let entry = test.entry(&device, action);
    assert_eq!(test.refusal(&entry), Rejection::TooMany);
    test.second_device(&ada);
}

#[test]
fn open_invites_of_many_leave_those_who_clear_up_free() {
    let (mut test, ada) = TestCommunity::founded_with(&[Permission::Invite]);
    let bob = test.member(&ada, "Bob");
    let carol = test.member(&ada, "Carol");
    for _ in 0..MAX_OPEN_INVITES {
        let invite = test.new_invite();
        test.quickly(&bob.device, invite.made(None, None));
    }

    let one_more = test.new_invite().made(None, None);
    assert_eq!(test.refused(&carol, one_more.clone()), Rejection::TooMany);
    test.must(&ada, remove(&bob));
    test.must(&carol, one_more);
}
