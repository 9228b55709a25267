//! How a community starts.

use parley_protocol::community::{Community, Rejection};
use parley_protocol::entry::{Action, Entry, EntryBody, Head, Permission};
use parley_protocol::ids::{CommunityId, RoleId};
use parley_protocol::keys::Hash;

use crate::support::{Numbers, Person, TestCommunity, genesis_entry, sign_body};

/// A genesis entry after a change of its body.
fn genesis_after(change: impl FnOnce(&mut EntryBody, &mut Person)) -> Entry {
    let mut numbers = Numbers::default();
    let mut owner = Person::new(&mut numbers, "Ada");
    let mut body = genesis_entry(&mut numbers, &owner, &[])
        .parse_body()
        .expect("a body");
    change(&mut body, &mut owner);
    sign_body(&owner.device, &body)
}

fn rename(name: &str) -> impl FnOnce(&mut EntryBody, &mut Person) {
    move |body, _| {
        if let Action::CommunityCreated { name: before, .. } = &mut body.action {
            name.clone_into(before);
        }
    }
}

#[test]
fn the_owner_is_a_member_who_may_do_everything() {
    let (test, ada) = TestCommunity::founded_with(&[Permission::Speak]);
    let community = &test.community;

    assert_eq!(community.owner(), ada.user);
    assert_eq!(community.name(), "Lovelace");
    assert_eq!(
        community.member_named("ADA").map(|found| found.0),
        Some(ada.user)
    );
    assert_eq!(
        community.permissions_of(&ada.user).len(),
        Permission::ALL.len()
    );
    assert_eq!(community.devices_of(&ada.user).count(), 1);
    assert_eq!(community.head().seq, 1);
    assert_eq!(community.roles()[&RoleId::EVERYONE].permissions.len(), 1);
}

#[test]
fn a_log_starts_with_genesis() {
    let (mut test, ada) = TestCommunity::founded();
    let invite = test.new_invite().made(None, None);
    let entry = test.entry(&ada.device, invite);

    assert_eq!(Community::found(&entry), Err(Rejection::NotGenesis));
}

#[test]
fn genesis_stands_on_the_empty_log() {
    let head = Head {
        seq: 1,
        hash: Hash::from_bytes([1; 32]),
    };
    let entry = genesis_after(|body, _| body.head = head);

    assert_eq!(Community::found(&entry), Err(Rejection::UnknownHead));
}

#[test]
fn a_community_is_created_once() {
    let (mut test, ada) = TestCommunity::founded();
    let bob = test.new_person("Bob");
    let again = Action::CommunityCreated {
        name: "Mine".to_owned(),
        owner: bob.details(test.community.id()),
        everyone: Permission::ALL.into_iter().collect(),
    };

    assert_eq!(test.refused(&ada, again.clone()), Rejection::AlreadyCreated);
    assert_eq!(test.refused(&bob, again), Rejection::UnknownAuthor);
}

#[test]
fn the_owner_signs_with_their_device_and_certifies_it() {
    let mut numbers = Numbers::default();
    Person::new(&mut numbers, "Ada");
    let mut mallory = Person::new(&mut numbers, "Mallory");
    let entry = genesis_after(|_, owner| owner.device.key = mallory.device.key.clone());
    assert_eq!(Community::found(&entry), Err(Rejection::BadSignature));

    let entry = genesis_after(|body, owner| {
        mallory.device = owner.device.clone();
        if let Action::CommunityCreated { owner: details, .. } = &mut body.action {
            details.device = mallory.certify(body.community, &owner.device);
        }
    });
    assert_eq!(Community::found(&entry), Err(Rejection::BadCertificate));
}

#[test]
fn a_certificate_is_for_one_community() {
    let entry = genesis_after(|body, _| body.community = CommunityId::from_bytes([9; 16]));

    assert_eq!(Community::found(&entry), Err(Rejection::BadCertificate));
}

#[test]
fn a_community_has_a_name() {
    assert!(Community::found(&genesis_after(rename("Café"))).is_ok());
    for name in ["", " ", "a\nb", &"x".repeat(49)] {
        let entry = genesis_after(rename(name));
        assert_eq!(
            Community::found(&entry),
            Err(Rejection::BadName),
            "{name:?}"
        );
    }
}

#[test]
fn two_communities_with_one_id_have_different_heads() {
    let one = Community::found(&genesis_after(rename("One"))).expect("a community");
    let two = Community::found(&genesis_after(rename("Two"))).expect("a community");

    assert_eq!(one.id(), two.id());
    assert_ne!(one.head(), two.head());
}
