//! Who looks after the relay.

use parley_protocol::entry::{Action, Permission};

use crate::support::{Person, TestCommunity};

#[test]
fn owners_and_those_who_give_roles_and_remove_members_administer() {
    let (mut test, ada) = TestCommunity::founded();
    let plain = test.member(&ada, "Bob");
    let half = test.member_with(&ada, "Carol", &[Permission::RemoveMembers]);
    let other_half = test.member_with(&ada, "Dora", &[Permission::ManageRoles]);
    let both = [Permission::ManageRoles, Permission::RemoveMembers];
    let admin = test.member_with(&ada, "Emil", &both);
    let may = |person: &Person| test.community.may_administer(&person.user);
    assert!(may(&ada) && may(&admin));
    assert!(!may(&plain) && !may(&half) && !may(&other_half));
}

#[test]
fn nobody_signs_out_those_above_them() {
    let (mut test, ada) = TestCommunity::founded();
    let both = [Permission::ManageRoles, Permission::RemoveMembers];
    let plain = test.member(&ada, "Bob");
    let admin = test.member_with(&ada, "Emil", &both);
    let more = test.member_with(&ada, "Fay", &Permission::ALL);
    let may = |by: &Person, whom: &Person| test.community.may_sign_out(&by.user, &whom.user);
    assert!(may(&ada, &plain) && may(&ada, &admin) && may(&ada, &ada));
    assert!(may(&admin, &plain) && may(&admin, &admin));
    assert!(may(&plain, &plain));
    assert!(!may(&admin, &ada), "the owner");
    assert!(!may(&admin, &more), "somebody who may do more");
    assert!(!may(&plain, &admin) && !may(&plain, &ada));

    let removed = Action::MemberRemoved { user: plain.user };
    test.must(&ada, removed);
    assert!(test.community.may_sign_out(&admin.user, &plain.user));
    assert!(!test.community.may_sign_out(&plain.user, &plain.user));
}
