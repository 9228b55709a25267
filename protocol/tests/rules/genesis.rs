//! How a community starts.

use parley_protocol::community::{Community, Rejection};
use parley_protocol::entry::{Action, Entry, EntryBody, Head, Permission};
use parley_protocol::ids::{CommunityId, EntryId, RoleId};
use parley_protocol::keys::Hash;

use crate::support::{Numbers, Person, TestCommunity, commit, genesis_entry, sign_body};

/// A genesis entry whose body was changed before the community got its id.
fn genesis_after(change: impl FnOnce(&mut EntryBody, &mut Person)) -> Entry {
    forged(|body, owner| {
        change(body, owner);
        commit(body, owner);
    })
}

/// A genesis entry whose body was changed after the community got its id.
fn forged(change: impl FnOnce(&mut EntryBody, &mut Person)) -> Entry {
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
    let entry = forged(|_, owner| owner.device.key = mallory.device.key.clone());
    assert_eq!(Community::found(&entry), Err(Rejection::BadSignature));

    let entry = forged(|body, owner| {
        mallory.device = owner.device.clone();
        if let Action::CommunityCreated { owner: details, .. } = &mut body.action {
            details.device = mallory.certify(body.community, &owner.device);
        }
    });
    assert_eq!(Community::found(&entry), Err(Rejection::BadCertificate));
}

#[test]
fn an_id_that_somebody_chose_founds_nothing() {
    let chosen = CommunityId::from_bytes([9; 32]);
    let entry = forged(|body, owner| {
        body.community = chosen;
        if let Action::CommunityCreated { owner: details, .. } = &mut body.action {
            *details = owner.details(chosen);
        }
    });

    assert_eq!(Community::found(&entry), Err(Rejection::WrongCommunityId));
}

#[test]
fn an_id_is_for_one_genesis() {
    for change in [
        |body: &mut EntryBody, _: &mut Person| body.at += 1,
        |body: &mut EntryBody, _: &mut Person| body.id = EntryId::from_bytes([9; 16]),
        |body: &mut EntryBody, owner: &mut Person| rename("Mine")(body, owner),
    ] {
        let entry = forged(change);
        assert_eq!(Community::found(&entry), Err(Rejection::WrongCommunityId));
    }
}

/// A relay holds the keys of the owner's first device, which was lost. Without the identity key it can make
/// no second community in which the owner's old signatures are good.
#[test]
fn a_lost_device_makes_no_community_that_passes_for_the_first() {
    let (first, ada) = TestCommunity::founded();
    let old = first.community.id();
    let mut numbers = first.numbers.clone();
    let mut body = genesis_entry(&mut numbers, &ada, &[])
        .parse_body()
        .expect("a body");
    let Action::CommunityCreated { owner, .. } = &mut body.action else {
        panic!("a genesis");
    };
    *owner = ada.details(old);
    body.community = body.founded_community().expect("a genesis");
    assert_ne!(body.community, old);
    let forged = sign_body(&ada.device, &body);
    assert_eq!(Community::found(&forged), Err(Rejection::BadCertificate));

    body.community = old;
    let forged = sign_body(&ada.device, &body);
    assert_eq!(Community::found(&forged), Err(Rejection::WrongCommunityId));
}

#[test]
fn a_certificate_is_for_one_community() {
    let entry = forged(|body, owner| {
        if let Action::CommunityCreated { owner: details, .. } = &mut body.action {
            *details = owner.details(CommunityId::from_bytes([9; 32]));
        }
    });

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
fn two_communities_have_different_ids_and_heads() {
    let one = Community::found(&genesis_after(rename("One"))).expect("a community");
    let two = Community::found(&genesis_after(rename("Two"))).expect("a community");

    assert_ne!(one.id(), two.id());
    assert_ne!(one.head(), two.head());
}
