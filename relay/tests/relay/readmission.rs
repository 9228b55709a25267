//! A member who lost all keys comes back by an invite for them alone: the same id and name, and nothing of what was
//! kept under the old keys.

use parley_protocol::auth::LoginSecret;
use parley_protocol::entry::Action;
use parley_protocol::error::ErrorCode;
use parley_protocol::frame::{RelayToClient, Response};

use crate::support::chain::{Chain, append};
use crate::support::person::{Invite, Person};
use crate::support::town::Town;

const FOLLOWS: Result<Response, ErrorCode> = Ok(Response::VaultAppended { follows: true });

/// The same member with new keys.
fn with_new_keys(person: &Person) -> Person {
    Person {
        user: person.user,
        ..Person::new(&person.name, person.community)
    }
}

fn readmits(invite: &Invite, person: &Person) -> Action {
    let mut action = invite.made(None, Some(1));
    if let Action::InviteMade { readmits, .. } = &mut action {
        *readmits = Some(person.user);
    }
    action
}

fn come_back(town: &mut Town, person: &Person, secret: &str) -> Person {
    let invite = Invite::new();
    let owner = town.connect_owner();
    town.append(owner, readmits(&invite, person));
    let back = with_new_keys(person);
    let mut request = back.registration(None, Vec::new());
    request.login_secret = Some(LoginSecret(secret.to_owned()));
    request.entries = vec![back.joining(&invite, town.head(), town.now)];
    town.register(&back, request);
    back
}

#[test]
fn the_old_devices_are_out_and_the_old_vault_is_gone() {
    let mut town = Town::new();
    let ben = town.join("Ben");
    let second = town.add_device(&ben);
    let old = [town.connect(&ben), town.connect(&second)];
    let mut chain = Chain::of(&ben);
    assert_eq!(town.ask(old[0], append(chain.next("old"))), FOLLOWS);
    for connection in old {
        town.all(connection);
    }
    let back = come_back(&mut town, &ben, "a new secret");

    for connection in old {
        let last = town.all(connection).pop();
        let Some(RelayToClient::Closing { error }) = last else {
            panic!("{last:?}");
        };
        assert_eq!(error.code, ErrorCode::UnknownDevice);
    }
    let ended = Err(ErrorCode::SessionEnded);
    assert_eq!(town.vault(&ben, None), ended);
    assert_eq!(town.vault(&second, None), ended);
    assert_eq!(town.vault(&back, None).unwrap().total, 0);
    assert_eq!(town.rows("segment"), 0);
    assert_eq!(town.rows("vault_chain"), 0);
    assert_eq!(town.rows("vault"), 0);

    let connection = town.connect(&back);
    assert_eq!(
        town.ask(connection, append(Chain::of(&back).next("new"))),
        FOLLOWS
    );
    town.restart();
    assert_eq!(town.vault(&back, None).unwrap().total, 1);
    // The old device's key opens no socket, whoever's session it brings.
    town.adopt_token(&ben, &back);
    assert_eq!(town.try_connect(&ben), Err(ErrorCode::UnknownDevice));
}

#[test]
fn only_the_new_secret_signs_in() {
    let mut town = Town::new();
    let ben = town.join("Ben");
    // Ben's account is the newest.
    let ben_s = "FROM account ORDER BY rowid DESC LIMIT 1";
    town.edit(&format!(
        "INSERT INTO subject SELECT 'https://id.example', 'Ben', user {ben_s};
         INSERT INTO passkey SELECT x'01', user, 'a key', 'its key', 1, NULL {ben_s};
         INSERT INTO second_factor SELECT user, zeroblob(20), 0, 0 {ben_s};",
    ));
    let (_, refresh) = town.relay.log_in(&ben.login(), town.now).unwrap();
    let back = come_back(&mut town, &ben, "a new secret");
    let old = town.relay.log_in(&ben.login(), town.now);
    assert_eq!(old.unwrap_err().code, ErrorCode::WrongCredentials);
    let refreshed = town.relay.refresh(&refresh, town.now);
    assert_eq!(refreshed.unwrap_err().code, ErrorCode::SessionEnded);
    let mut login = back.login();
    login.login_secret = LoginSecret("a new secret".to_owned());
    let (session, _) = town.relay.log_in(&login, town.now).unwrap();
    for table in ["subject", "passkey", "second_factor"] {
        assert_eq!(town.rows(table), 0, "{table}");
    }
    assert_eq!(session.wraps.len(), 1);
    assert_eq!(session.wraps[0].text, "vault of Ben");
}

#[test]
fn a_removed_member_comes_back_the_same_way() {
    let mut town = Town::new();
    let ben = town.join("Ben");
    let owner = town.connect_owner();
    town.append(owner, Action::MemberRemoved { user: ben.user });
    let back = come_back(&mut town, &ben, "a new secret");
    let connection = town.connect(&back);
    assert_eq!(
        town.ask(connection, append(Chain::of(&back).next("new"))),
        FOLLOWS
    );
}
