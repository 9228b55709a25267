//! An account is deleted by its member alone, and nothing of it is left.

use parley_protocol::auth::{DeleteAccountRequest, LoginSecret, Proof};
use parley_protocol::community::Rejection;
use parley_protocol::entry::{Action, Entry};
use parley_protocol::error::ErrorCode;
use parley_protocol::ids::UserId;
use rusqlite::Connection;

use crate::support::account::Account;
use crate::support::person::Person;
use crate::support::server::{Founded, NOW, Server};

fn removal(founded: &Founded, by: &Person, user: UserId) -> Entry {
    let head = founded.community.head();
    by.entry(head, NOW, Action::MemberRemoved { user })
}

async fn delete(
    server: &Server,
    account: &Account,
    proof: Proof,
    entry: Entry,
) -> Result<(), ErrorCode> {
    let request = DeleteAccountRequest { proof, entry };
    let answer = account.post(server, "/auth/delete", &request).await;
    if answer.status.is_success() {
        let cookie = answer.cookie_named("parley_refresh").unwrap();
        assert!(cookie.contains("Max-Age=0"), "{cookie}");
        Ok(())
    } else {
        Err(answer.refusal())
    }
}

/// Rows of a table with this member or one of the devices.
fn rows(server: &Server, table: &str, condition: &str) -> u32 {
    let db = Connection::open(server.folder.path().join("parley.db")).unwrap();
    let query = format!("SELECT count(*) FROM {table} WHERE {condition}");
    db.query_row(&query, [], |row| row.get(0)).unwrap()
}

#[tokio::test]
async fn nothing_is_left_of_a_deleted_account() {
    let mut founded = Founded::start(&[]).await;
    let ben = founded.join("Ben").await;
    let server = &founded.server;
    ben.set_recovery_key(server).await;
    ben.enable_second_factor(server, NOW).await;
    let entry = removal(&founded, &ben.person, ben.person.user);
    let deleted = delete(server, &ben, ben.proof(), entry).await;
    assert_eq!(deleted, Ok(()));

    let bytes = ben.person.user.as_bytes();
    let hex = u128::from_be_bytes(*bytes);
    let mine = format!("user = x'{hex:032x}'");
    for table in [
        "account",
        "wrap",
        "second_factor",
        "recovery_code",
        "family",
        "seen",
        "passkey",
        "subject",
    ] {
        assert_eq!(rows(server, table, &mine), 0, "{table}");
    }
    let ben_came = founded.community.head().seq;
    let device = format!("device = {ben_came}");
    assert_eq!(rows(server, "one_time_key", &device), 0);
    assert_eq!(rows(server, "fallback_key", &device), 0);
    assert!(rows(server, "one_time_key", "true") > 0, "the others' keys");

    let answer = server.post("/auth/login", &ben.person.login()).await;
    assert_eq!(answer.refusal(), ErrorCode::WrongCredentials);
    assert_eq!(ben.refresh(server).await.refusal(), ErrorCode::SessionEnded);
    let answer = ben.get(server, "/auth/sessions").await;
    assert_eq!(answer.refusal(), ErrorCode::SessionEnded);
}

#[tokio::test]
async fn an_account_is_deleted_by_its_member_alone() {
    let mut founded = Founded::start(&[]).await;
    let ben = founded.join("Ben").await;
    let cyd = founded.join("Cyd").await;
    let (ada, server) = (founded.owner_account(), &founded.server);
    let own = removal(&founded, &ben.person, ben.person.user);
    let wrong = Proof::LoginSecret(LoginSecret("guess".to_owned()));
    // A thief of the token, and another member.
    for proof in [wrong, cyd.proof()] {
        let refused = delete(server, &ben, proof, own.clone()).await;
        assert_eq!(refused, Err(ErrorCode::WrongCredentials));
    }
    // Somebody else's account, with one's own proof: by one's own device, by theirs, by the owner's.
    let by_cyd = removal(&founded, &cyd.person, ben.person.user);
    let by_ada = removal(&founded, &ada.person, cyd.person.user);
    for entry in [by_cyd, own, by_ada] {
        let refused = delete(server, &cyd, cyd.proof(), entry).await;
        assert_eq!(refused, Err(ErrorCode::NotPermitted));
    }
    // Another entry than a removal.
    let head = founded.community.head();
    let revoked = Action::DeviceRevoked {
        device: cyd.person.device,
    };
    let other = cyd.person.entry(head, NOW, revoked);
    let refused = delete(server, &cyd, cyd.proof(), other).await;
    assert_eq!(refused, Err(ErrorCode::NotPermitted));
    // The owner stays.
    let entry = removal(&founded, &ada.person, ada.person.user);
    let refused = delete(server, &ada, ada.proof(), entry).await;
    let rejection = Rejection::Owner;
    assert_eq!(refused, Err(ErrorCode::Rejected { rejection }));
    for account in [&ada, &ben, &cyd] {
        account.again(server).await;
    }
}
