//! A log with every action, with its signatures and the hash of its head.

use parley_protocol::entry::{
    Action, CallOrder, CallRules, ChannelDetails, ChannelKind, Entry, Head, History, Permission,
    Readers, VaultChain,
};
use parley_protocol::ids::RoleId;
use parley_protocol::invite::InviteLink;
use parley_protocol::keys::{Curve25519PublicKey, Hash};

use super::book::Book;
use crate::support::{
    NOW, Person, TestCommunity, TestDevice, TestInvite, change_channel, define, details, expire,
    give, remove, roles, take,
};

/// A short life of a community in which everything happens.
pub fn story() -> (TestCommunity, TestInvite) {
    let (mut test, ada) = TestCommunity::founded();
    let role = test.numbers.id();
    let text = test.channel(&ada, Readers::Everyone);
    let voice = ChannelDetails {
        name: "Lounge".to_owned(),
        topic: String::new(),
        readers: Readers::Everyone,
        history: History::SinceJoined,
        expires_after: None,
    };
    let channel = test.numbers.id();
    let kind = ChannelKind::Voice;
    let details = voice;
    test.must(
        &ada,
        Action::ChannelCreated {
            channel,
            kind,
            details,
        },
    );
    test.must(&ada, define(role, &[Permission::Invite, Permission::Speak]));
    test.must(&ada, define(RoleId::EVERYONE, &Permission::ALL[..7]));
    test.must(&ada, change_channel(text, roles(&[role])));
    let invite = test.new_invite();
    test.must(&ada, invite.made(Some(NOW + 86_400_000), Some(10)));
    let bob = test.new_person("Bob");
    test.join_by(&invite, &bob).expect("a good invite");
    test.must(&ada, give(&bob, role));
    let phone = test.second_device(&bob);
    test.must(&bob, Action::DeviceRevoked { device: phone.id });
    test.must(&ada, take(&bob, role));
    let open = test.invite_by(&bob);
    test.must(&ada, Action::InviteRevoked { invite: open.id });
    test.must(&ada, Action::ChannelArchived { channel });
    test.must(&ada, remove(&bob));
    keys_change(&mut test, &ada, &bob);
    test.must(&ada, expire(text, Some(86_400)));
    let name = "Ada Lovelace".to_owned();
    test.must(&ada, Action::MemberRenamed { name });
    calls_are_moderated(&mut test, &ada);
    (test, invite)
}

/// A stage with somebody who may speak, and somebody who is muted and moved.
fn calls_are_moderated(test: &mut TestCommunity, ada: &Person) {
    let cleo = test.member(ada, "Cleo");
    let channel = test.numbers.id();
    let kind = ChannelKind::Voice;
    let details = details(Readers::Everyone);
    test.must(
        ada,
        Action::ChannelCreated {
            channel,
            kind,
            details,
        },
    );
    let (user, device) = (cleo.user, cleo.device.id);
    let orders = [
        CallOrder::Rules {
            channel,
            rules: CallRules {
                limit: Some(8),
                stage: true,
            },
        },
        CallOrder::Speaker {
            channel,
            user,
            speaks: true,
        },
        CallOrder::Restrict {
            user,
            muted: true,
            deafened: false,
        },
        CallOrder::End {
            device,
            stay: test.numbers.id(),
            to: Some(channel),
        },
        CallOrder::End {
            device,
            stay: test.numbers.id(),
            to: None,
        },
        CallOrder::Rules {
            channel,
            rules: CallRules::default(),
        },
    ];
    for order in orders {
        test.must(ada, Action::CallsOrdered { order });
    }
}

/// A vault, a member who comes back with new keys, and a device that is linked to another.
fn keys_change(test: &mut TestCommunity, ada: &Person, bob: &Person) {
    let id = test.community.id();
    let vault = ada.vault_key(id, Curve25519PublicKey::from_bytes([6; 32]));
    test.must(ada, Action::VaultKeySet { vault });
    let chains = vec![VaultChain {
        device: ada.device.id,
        counter: 3,
        hash: Hash::from_bytes([8; 32]),
    }];
    test.must(ada, Action::VaultNoted { chains });
    let back = test.new_invite();
    let mut action = back.made(None, Some(1));
    if let Action::InviteMade { readmits, .. } = &mut action {
        *readmits = Some(bob.user);
    }
    test.must(ada, action);
    let again = Person {
        user: bob.user,
        ..test.new_person("Bob")
    };
    let mut action = test.join_action(&back, &again);
    if let Action::MemberJoined { member, .. } = &mut action {
        member.vault = Some(again.vault_key(id, Curve25519PublicKey::from_bytes([7; 32])));
    }
    test.must(&again, action);
    let linked = TestDevice::new(&mut test.numbers);
    let action = Action::DeviceAdded {
        user: again.user,
        device: again.link(id, &again.device, &linked),
        linked_by: Some(again.device.id),
    };
    let entry = test.entry(&linked, action);
    test.apply(&entry).expect("a linked device");
}

#[test]
fn the_log_has_its_golden_text() {
    let (test, _) = story();
    let mut book = Book::default();
    let mut head = Head::EMPTY;
    for entry in &test.log {
        book.add::<Entry>(entry);
        head = head.after(entry);
        assert_eq!(test.community.hash_at(head.seq), Some(head.hash));
    }
    book.has_every::<Action>();
    book.has_every::<CallOrder>();
    book.add(&head);
    book.check("log");
}

#[test]
fn the_values_in_the_log_have_their_golden_texts() {
    let mut book = Book::default();
    for permission in Permission::ALL {
        book.add(&permission);
    }
    for kind in [ChannelKind::Text, ChannelKind::Voice] {
        book.add(&kind);
    }
    for history in [History::Shared, History::SinceJoined] {
        book.add(&history);
    }
    book.add(&Readers::Everyone);
    book.add(&roles(&[]));
    book.add(&details(roles(&[
        RoleId::from_bytes([1; 16]),
        RoleId::from_bytes([2; 16]),
    ])));
    book.add(&Head::EMPTY);
    book.has_every::<Readers>();
    book.check("values");
}

#[test]
fn the_invite_link_has_its_golden_text() {
    let (test, invite) = story();
    let link = InviteLink {
        invite: invite.id,
        genesis: test.community.hash_at(1).expect("genesis"),
        secret: invite.key.to_bytes(),
    };
    let text = link.to_string();
    let mut book = Book::default();
    book.add(&text);
    book.check("invite_link");

    for form in [
        text.clone(),
        format!("#{text}"),
        format!("https://parley.example/join#{text}"),
        format!(" {text}\n"),
    ] {
        assert_eq!(form.parse(), Ok(link.clone()), "{form}");
    }
    let cut = &text[..text.len() - 1];
    for form in [
        "",
        "#",
        "..",
        cut,
        &text.replace('.', ""),
        &format!("{text}."),
        &format!("{text}.x"),
        &format!("{text}="),
    ] {
        assert!(form.parse::<InviteLink>().is_err(), "{form}");
    }
}
