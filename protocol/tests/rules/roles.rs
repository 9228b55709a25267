//! Who may define, give and take roles: nobody gives what they do not have.

use parley_protocol::community::Rejection;
use parley_protocol::entry::{Permission, Readers};
use parley_protocol::ids::RoleId;
use parley_protocol::limits::MAX_ROLES;

use crate::support::{TestCommunity, define, give, permissions, remove, roles, take};

use Permission::{Invite, ManageRoles, RemoveMembers, SendMessages, Speak};

#[test]
fn a_role_permits_what_it_says_while_one_has_it() {
    let (mut test, ada) = TestCommunity::founded();
    let bob = test.member(&ada, "Bob");
    let role = test.role(&ada, &[Invite]);
    let everybody = permissions(&[SendMessages, Speak]);
    assert_eq!(test.community.permissions_of(&bob.user), everybody);

    test.must(&ada, give(&bob, role));
    assert!(test.community.may(&bob.user, Invite));
    test.must(&ada, take(&bob, role));
    assert_eq!(test.community.permissions_of(&bob.user), everybody);
}

#[test]
fn a_role_that_changes_changes_who_has_it() {
    let (mut test, ada) = TestCommunity::founded();
    let bob = test.member(&ada, "Bob");
    let role = test.role(&ada, &[]);
    test.must(&ada, give(&bob, role));

    test.must(&ada, define(role, &[Invite]));
    assert!(test.community.may(&bob.user, Invite));
    test.must(&ada, define(role, &[]));
    assert!(!test.community.may(&bob.user, Invite));
}

#[test]
fn roles_are_a_matter_of_those_who_manage_them() {
    let (mut test, ada) = TestCommunity::founded();
    let bob = test.member(&ada, "Bob");
    let role = test.role(&ada, &[]);

    let permission = ManageRoles;
    let fresh = test.numbers.id();
    for action in [
        define(fresh, &[]),
        define(role, &[]),
        give(&bob, role),
        take(&bob, role),
    ] {
        let rejection = test.refused(&bob, action);
        assert_eq!(rejection, Rejection::NotPermitted { permission });
    }
}

#[test]
fn nobody_defines_a_role_above_themselves() {
    let (mut test, ada) = TestCommunity::founded();
    let bob = test.member_with(&ada, "Bob", &[ManageRoles]);
    let fresh = test.numbers.id();

    let rejection = test.refused(&bob, define(fresh, &[RemoveMembers]));
    assert_eq!(rejection, Rejection::AboveAuthor);
    test.must(&bob, define(fresh, &[ManageRoles, Speak]));
    let rejection = test.refused(&bob, define(fresh, &Permission::ALL));
    assert_eq!(rejection, Rejection::AboveAuthor);
}

#[test]
fn nobody_touches_a_role_above_themselves() {
    let (mut test, ada) = TestCommunity::founded();
    let bob = test.member_with(&ada, "Bob", &[ManageRoles]);
    let carol = test.member(&ada, "Carol");
    let strong = test.role(&ada, &[RemoveMembers]);
    test.must(&ada, give(&carol, strong));

    let actions = [
        define(strong, &[]),
        give(&bob, strong),
        give(&carol, strong),
        take(&carol, strong),
    ];
    for action in actions {
        assert_eq!(test.refused(&bob, action), Rejection::AboveAuthor);
    }
}

#[test]
fn everybodys_role_is_changed_by_the_same_rule() {
    let (mut test, ada) = TestCommunity::founded();
    let bob = test.member_with(&ada, "Bob", &[ManageRoles]);
    let carol = test.member(&ada, "Carol");

    let rejection = test.refused(&bob, define(RoleId::EVERYONE, &[Invite]));
    assert_eq!(rejection, Rejection::AboveAuthor);
    test.must(&bob, define(RoleId::EVERYONE, &[ManageRoles, Speak]));
    assert!(test.community.may(&carol.user, ManageRoles));
    assert!(!test.community.may(&carol.user, SendMessages));
    test.must(&ada, define(RoleId::EVERYONE, &[Invite]));
    let rejection = test.refused(&bob, define(RoleId::EVERYONE, &Permission::ALL));
    assert_eq!(rejection, Rejection::AboveAuthor);
}

#[test]
fn everybodys_role_is_neither_given_nor_taken() {
    let (mut test, ada) = TestCommunity::founded();
    let bob = test.member(&ada, "Bob");

    for action in [give(&bob, RoleId::EVERYONE), take(&bob, RoleId::EVERYONE)] {
        assert_eq!(test.refused(&ada, action), Rejection::UnknownRole);
    }
}

#[test]
fn a_role_opens_no_channel_that_its_giver_cannot_read() {
    let (mut test, ada) = TestCommunity::founded();
    let bob = test.member_with(&ada, "Bob", &[ManageRoles]);
    let carol = test.member(&ada, "Carol");
    let board = test.role(&ada, &[]);
    let minutes = test.channel(&ada, roles(&[board]));

    assert_eq!(
        test.refused(&bob, give(&bob, board)),
        Rejection::AboveAuthor
    );
    assert_eq!(
        test.refused(&bob, give(&carol, board)),
        Rejection::AboveAuthor
    );
    assert!(!test.community.may_read(&bob.user, &minutes));
    test.must(&ada, give(&bob, board));
    test.must(&bob, give(&carol, board));
    assert!(test.community.may_read(&carol.user, &minutes));
}

#[test]
fn a_role_is_given_to_members_only() {
    let (mut test, ada) = TestCommunity::founded();
    let bob = test.member(&ada, "Bob");
    let stranger = test.new_person("Eve");
    let role = test.role(&ada, &[]);
    test.must(&ada, remove(&bob));

    for person in [&bob, &stranger] {
        assert_eq!(
            test.refused(&ada, give(person, role)),
            Rejection::UnknownMember
        );
        assert_eq!(
            test.refused(&ada, take(person, role)),
            Rejection::UnknownMember
        );
    }
}

#[test]
fn an_unknown_role_is_not_given() {
    let (mut test, ada) = TestCommunity::founded();
    let unknown = test.numbers.id();

    assert_eq!(
        test.refused(&ada, give(&ada, unknown)),
        Rejection::UnknownRole
    );
}

#[test]
fn who_loses_the_managing_of_roles_manages_no_more() {
    let (mut test, ada) = TestCommunity::founded();
    let bob = test.member(&ada, "Bob");
    let role = test.role(&ada, &[ManageRoles]);
    test.must(&ada, give(&bob, role));
    test.must(&bob, take(&bob, role));

    let permission = ManageRoles;
    let rejection = test.refused(&bob, give(&bob, role));
    assert_eq!(rejection, Rejection::NotPermitted { permission });
}

#[test]
fn an_entry_counts_by_its_place_and_not_by_what_its_author_saw() {
    let (mut test, ada) = TestCommunity::founded();
    let bob = test.member(&ada, "Bob");
    let role = test.role(&ada, &[ManageRoles]);
    test.must(&ada, give(&bob, role));
    let fresh = test.numbers.id();
    let written_while_allowed = test.entry(&bob.device, define(fresh, &[]));
    test.must(&ada, take(&bob, role));

    let permission = ManageRoles;
    let rejection = test.refusal(&written_while_allowed);
    assert_eq!(rejection, Rejection::NotPermitted { permission });
}

#[test]
fn a_role_has_a_name() {
    let (mut test, ada) = TestCommunity::founded();
    let nameless = parley_protocol::entry::Action::RoleDefined {
        role: test.numbers.id(),
        name: "\u{202e}".to_owned(),
        permissions: permissions(&[]),
    };

    assert_eq!(test.refused(&ada, nameless), Rejection::BadName);
}

#[test]
fn there_are_so_many_roles() {
    let (mut test, ada) = TestCommunity::founded();
    let mut last = RoleId::EVERYONE;
    for _ in 1..MAX_ROLES {
        last = test.role(&ada, &[]);
    }
    let fresh = test.numbers.id();

    assert_eq!(test.refused(&ada, define(fresh, &[])), Rejection::TooMany);
    test.must(&ada, define(last, &[Speak]));
    let channel = test.channel(&ada, Readers::Everyone);
    assert!(test.community.may_read(&ada.user, &channel));
}
