//! The key of a vault, and how far its chains went.

use parley_protocol::community::Rejection;
use parley_protocol::entry::{Action, Permission, VaultChain};
use parley_protocol::ids::DeviceId;
use parley_protocol::keys::{Curve25519PublicKey, Hash};
use parley_protocol::limits::{
    MAX_VAULT_CHAINS_PER_NOTE, MAX_VAULT_KEYS_EVER_PER_MEMBER, MAX_VAULT_NOTES_EVER_PER_MEMBER,
};

use crate::support::TestCommunity;

fn key(byte: u8) -> Curve25519PublicKey {
    Curve25519PublicKey::from_bytes([byte; 32])
}

fn chain(device: DeviceId, counter: u64) -> VaultChain {
    VaultChain {
        device,
        counter,
        hash: Hash::of(&counter.to_be_bytes()),
    }
}

fn noted(chains: &[VaultChain]) -> Action {
    Action::VaultNoted {
        chains: chains.to_vec(),
    }
}

#[test]
fn a_vault_has_the_key_that_its_owners_identity_certified() {
    let (mut test, ada) = TestCommunity::founded();
    let bob = test.member(&ada, "Bob");
    let id = test.community.id();

    let forged = bob.vault_key(id, key(9));
    let by_device = Action::VaultKeySet { vault: forged };
    assert_eq!(test.refused(&ada, by_device), Rejection::BadCertificate);
    let mut moved = ada.vault_key(id, key(9));
    moved.key = key(8);
    let moved = Action::VaultKeySet { vault: moved };
    assert_eq!(test.refused(&ada, moved), Rejection::BadCertificate);

    let vault = ada.vault_key(id, key(9));
    test.must(&ada, Action::VaultKeySet { vault });
    assert_eq!(test.community.members()[&ada.user].vault, Some(key(9)));
    assert_eq!(test.community.members()[&bob.user].vault, None);
}

#[test]
fn a_newcomer_brings_a_certified_key_or_does_not_come_in() {
    let (mut test, ada) = TestCommunity::founded();
    let invite = test.invite_by(&ada);
    let bob = test.new_person("Bob");
    let id = test.community.id();
    let join = |vault| {
        let mut action = test.join_action(&invite, &bob);
        if let Action::MemberJoined { member, .. } = &mut action {
            member.vault = Some(vault);
        }
        action
    };
    let (forged, right) = (
        join(ada.vault_key(id, key(7))),
        join(bob.vault_key(id, key(7))),
    );

    assert_eq!(test.refused(&bob, forged), Rejection::BadCertificate);
    test.must(&bob, right);
    assert_eq!(test.community.members()[&bob.user].vault, Some(key(7)));
}

#[test]
fn a_chain_is_noted_by_its_member_and_only_goes_on() {
    let (mut test, ada) = TestCommunity::founded();
    let bob = test.member(&ada, "Bob");
    let phone = test.second_device(&bob);

    let of_bob = noted(&[chain(bob.device.id, 3)]);
    assert_eq!(test.refused(&ada, of_bob.clone()), Rejection::UnknownDevice);
    test.must(&bob, noted(&[chain(bob.device.id, 3), chain(phone.id, 1)]));
    for counter in [1, 2, 3] {
        let back = noted(&[chain(bob.device.id, counter)]);
        assert_eq!(test.refused(&bob, back), Rejection::Repeated);
    }
    let twice = noted(&[chain(bob.device.id, 4), chain(bob.device.id, 5)]);
    assert_eq!(test.refused(&bob, twice), Rejection::Repeated);
    test.must(&bob, noted(&[chain(bob.device.id, 4)]));

    let position = test.community.devices()[&bob.device.id].vault.unwrap();
    assert_eq!(
        (position.counter, position.hash),
        (4, Hash::of(&4_u64.to_be_bytes()))
    );
}

#[test]
fn a_revoked_devices_chain_can_still_be_noted_by_the_others() {
    let (mut test, ada) = TestCommunity::founded();
    let phone = test.second_device(&ada);
    test.must(&ada, Action::DeviceRevoked { device: phone.id });
    test.must(&ada, noted(&[chain(phone.id, 7)]));
}

#[test]
fn a_member_in_a_loop_does_not_grow_the_log_for_ever() {
    let (mut test, ada) = TestCommunity::founded();
    let bob = test.member(&ada, "Bob");
    let moderator = test.member_with(&ada, "Moderator", &[Permission::RemoveMembers]);
    let id = test.community.id();
    for count in 1..=u64::from(MAX_VAULT_NOTES_EVER_PER_MEMBER) {
        test.quickly(&bob.device, noted(&[chain(bob.device.id, count)]));
        test.quickly(
            &moderator.device,
            noted(&[chain(moderator.device.id, count)]),
        );
    }
    for _ in 0..MAX_VAULT_KEYS_EVER_PER_MEMBER {
        let vault = bob.vault_key(id, key(1));
        test.quickly(&bob.device, Action::VaultKeySet { vault });
    }

    let more = u64::from(MAX_VAULT_NOTES_EVER_PER_MEMBER) + 1;
    let again = noted(&[chain(bob.device.id, more)]);
    assert_eq!(test.refused(&bob, again), Rejection::TooMany);
    let vault = bob.vault_key(id, key(1));
    let again = Action::VaultKeySet { vault };
    assert_eq!(test.refused(&bob, again), Rejection::TooMany);
    test.must(&moderator, noted(&[chain(moderator.device.id, more)]));
}

#[test]
fn one_entry_notes_some_chains_and_not_none() {
    let (mut test, ada) = TestCommunity::founded();
    assert_eq!(test.refused(&ada, noted(&[])), Rejection::TooMany);
    let many = vec![chain(ada.device.id, 1); MAX_VAULT_CHAINS_PER_NOTE + 1];
    assert_eq!(test.refused(&ada, noted(&many)), Rejection::TooMany);
}
