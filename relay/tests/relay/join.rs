//! People come in by an invite, and only by a good one.

use parley_protocol::auth::{AddDeviceRequest, LogPage, Wrap};
use parley_protocol::community::Rejection;
use parley_protocol::entry::{Action, Entry};
use parley_protocol::error::ErrorCode;
use parley_protocol::frame::RelayToClient;
use parley_protocol::mail::Prekeys;

use crate::support::person::{Invite, Person};
use crate::support::server::{Answer, Founded, NOW, Socket};
use crate::support::town::{Town, everything};

fn rejected(rejection: Rejection) -> ErrorCode {
    ErrorCode::Rejected { rejection }
}

fn joiner(founded: &Founded, name: &str, at: u64) -> (Person, Entry) {
    let person = Person::new(name, founded.owner.community);
    let entry = person.joining(&founded.invite, founded.community.head(), at);
    (person, entry)
}

#[tokio::test]
async fn a_joiner_reads_the_log_by_the_invite_and_registers() {
    let founded = Founded::start(&[]).await;
    let credentials = founded.invite.credentials(&founded.owner.community, NOW);
    let headers = [("authorization", credentials.as_str())];
    let answer = founded.server.get_with("/log?from=1", &headers).await;
    let page: LogPage = answer.json();
    assert_eq!(page.head, founded.community.head());
    assert_eq!(page.entries.len(), 4);

    let (person, entry) = joiner(&founded, "Ben", NOW);
    let request = person.registration(None, vec![entry]);
    let answer = founded.server.post("/auth/register", &request).await;
    assert!(answer.status.is_success());

    // The answer was lost: the very same request logs in.
    let again = founded.server.post("/auth/register", &request).await;
    assert!(again.status.is_success());
    assert_ne!(answer.cookie(), again.cookie());
}

#[tokio::test]
async fn the_log_is_not_for_everybody() {
    let founded = Founded::start(&[]).await;
    let answer = founded.server.get("/log?from=1").await;
    assert_eq!(answer.refusal(), ErrorCode::NotAuthenticated);
    let answer = founded.server.get("/log?from=x").await;
    assert_eq!(answer.refusal(), ErrorCode::Malformed);
}

/// A device has the log by its socket, which wants its key. A thief of its token has nothing.
#[tokio::test]
async fn a_token_reads_the_log_only_until_there_is_a_device() {
    let founded = Founded::start(&[]).await;
    let of_a_device = &founded.session.access_token;
    let answer = founded.server.get_as("/log", Some(of_a_device)).await;
    assert_eq!(answer.refusal(), ErrorCode::NotPermitted);

    let login = founded.owner.login();
    let session = founded.server.post("/auth/login", &login).await.signed_in();
    let token = &session.access_token;
    let answer = founded.server.get_as("/log", Some(token)).await;
    let page: LogPage = answer.json();
    assert_eq!(page.entries.len(), 4);

    // The same browser again: its device's socket takes the login over.
    let mut socket = Socket::open(&founded.server.relay, None).await;
    let RelayToClient::Challenge { nonce } = socket.next().await else {
        panic!("no challenge");
    };
    let hello = founded.owner.hello(&nonce, token, everything());
    socket.send(&hello).await;
    assert!(matches!(socket.next().await, RelayToClient::Welcome(_)));
    let answer = founded.server.get_as("/log", Some(token)).await;
    assert_eq!(answer.refusal(), ErrorCode::NotPermitted);

    let out = log_out(&founded).await;
    assert!(out.status.is_success());
    let answer = founded.server.get_as("/log", Some(of_a_device)).await;
    assert_eq!(answer.refusal(), ErrorCode::SessionEnded);
}

async fn log_out(founded: &Founded) -> Answer {
    let (server, cookie) = (&founded.server, &founded.cookie);
    server.post_with("/auth/logout", "cookie", cookie).await
}

#[tokio::test]
async fn a_taken_name_is_refused_whatever_its_case() {
    let founded = Founded::start(&[]).await;
    let (person, entry) = joiner(&founded, "aDA", NOW);
    let request = person.registration(None, vec![entry]);
    let answer = founded.server.post("/auth/register", &request).await;
    assert_eq!(answer.refusal(), rejected(Rejection::NameTaken));
}

#[test]
fn a_used_or_ended_invite_lets_nobody_in() {
    let mut town = Town::new();
    let owner = town.connect_owner();
    let once = Invite::new();
    town.append(owner, once.made(None, Some(1)));
    town.invite = once;
    town.join("Ben");
    let late = Person::new("Cleo", town.owner.community);
    let entry = late.joining(&town.invite, town.head(), town.now);
    let answer = town
        .relay
        .register(late.registration(None, vec![entry]), town.now);
    assert_eq!(answer.unwrap_err().code, rejected(Rejection::InviteUsedUp));

    let ended = Invite::new();
    town.append(owner, ended.made(None, None));
    town.append(owner, Action::InviteRevoked { invite: ended.id });
    let entry = late.joining(&ended, town.head(), town.now);
    let answer = town
        .relay
        .register(late.registration(None, vec![entry]), town.now);
    assert_eq!(answer.unwrap_err().code, rejected(Rejection::InviteRevoked));
}

#[test]
fn an_expired_invite_is_over_by_the_relays_own_clock() {
    let mut town = Town::new();
    let owner = town.connect_owner();
    let short = Invite::new();
    town.append(owner, short.made(Some(town.now + 1000), None));
    let late = Person::new("Cleo", town.owner.community);
    // The joiner's clock lies.
    let entry = late.joining(&short, town.head(), town.now);
    let request = late.registration(None, vec![entry]);
    let answer = town.relay.register(request.clone(), town.now + 1001);
    assert_eq!(answer.unwrap_err().code, rejected(Rejection::InviteExpired));
    assert!(town.relay.register(request, town.now + 1000).is_ok());
}

/// A hash takes a processor for a moment. Only who would be let in is worth it.
#[tokio::test]
async fn a_stranger_costs_no_password_hash() {
    let founded = Founded::start(&["--metrics-open"]).await;
    let hashes = || founded.server.counter("parley_password_hashes_total");
    let before = hashes().await;

    let forged = Invite {
        id: founded.invite.id,
        ..Invite::new()
    };
    let head = founded.community.head();
    let person = Person::new("Cleo", founded.owner.community);
    let unsigned = person.joining(&forged, head, NOW);
    let unknown = person.joining(&Invite::new(), head, NOW);
    let (_, taken) = joiner(&founded, "Ada", NOW);
    for (entry, rejection) in [
        (unsigned, Rejection::BadInviteSignature),
        (unknown, Rejection::UnknownInvite),
        (taken, Rejection::NameTaken),
    ] {
        let request = person.registration(None, vec![entry]);
        let answer = founded.server.post("/auth/register", &request).await;
        assert_eq!(answer.refusal(), rejected(rejection));
    }
    let other = founded.owner.clone().founding(NOW);
    let request = person.registration(Some("guess"), vec![other]);
    let answer = founded.server.post("/auth/register", &request).await;
    assert_eq!(answer.refusal(), ErrorCode::AlreadySetUp);
    assert_eq!(hashes().await, before);

    let (person, entry) = joiner(&founded, "Cleo", NOW);
    let request = person.registration(None, vec![entry]);
    let answer = founded.server.post("/auth/register", &request).await;
    assert!(answer.status.is_success());
    assert_eq!(hashes().await, before + 1);
}

#[test]
fn nobody_registers_with_more_than_their_own_entry() {
    let mut town = Town::new();
    let person = Person::new("Cleo", town.owner.community);
    let entry = person.joining(&town.invite, town.head(), town.now);
    let more = person.entry(town.head(), town.now, Invite::new().made(None, None));
    let request = person.registration(None, vec![entry, more]);
    let answer = town.relay.register(request, town.now);
    assert_eq!(answer.unwrap_err().code, ErrorCode::NotPermitted);
}

#[test]
fn a_second_device_is_added_by_its_own_member_only() {
    let mut town = Town::new();
    let ben = town.join("Ben");
    let laptop = ben.at_another_device();
    let added = Action::DeviceAdded {
        user: laptop.user,
        device: laptop.device_details(),
        linked_by: None,
    };
    let entry = laptop.entry(town.head(), town.now, added);
    let request = AddDeviceRequest {
        entry: entry.clone(),
        prekeys: laptop.prekeys(1),
        wraps: vec![Wrap::password("wrapped anew".to_owned())],
    };
    let owner_token = town.token(&town.owner).to_owned();
    let refused = town
        .relay
        .add_device(&owner_token, request.clone(), town.now);
    assert_eq!(refused.unwrap_err().code, ErrorCode::NotPermitted);

    let token = town.token(&ben).to_owned();
    town.relay.add_device(&token, request, town.now).unwrap();
    town.community.apply(&entry).unwrap();
    town.adopt_token(&laptop, &ben);

    // The entry stands in the log for everybody to read. A thief of the token who repeats it replaces no wrap.
    let again = AddDeviceRequest {
        entry: entry.clone(),
        prekeys: Prekeys::default(),
        wraps: vec![Wrap::password("the thief's".to_owned())],
    };
    town.relay.add_device(&token, again, town.now).unwrap();
    let (session, _) = town.relay.log_in(&ben.login(), town.now).unwrap();
    let wrap = Wrap::password("wrapped anew".to_owned());
    assert_eq!(session.wraps, [wrap]);
    // A new device adds no way in.
    let phone = ben.at_another_device();
    let added = Action::DeviceAdded {
        user: phone.user,
        device: phone.device_details(),
        linked_by: None,
    };
    let more = AddDeviceRequest {
        entry: phone.entry(town.head(), town.now, added),
        prekeys: phone.prekeys(1),
        wraps: vec![Wrap::recovery("of a key that nobody showed".to_owned())],
    };
    let refused = town.relay.add_device(&session.access_token, more, town.now);
    assert_eq!(refused.unwrap_err().code, ErrorCode::NotPermitted);
    let (_, welcome) = town.connect_from(&laptop, everything());
    assert_eq!(welcome.head, town.head());
    assert_eq!(welcome.one_time_keys, 1);
}
