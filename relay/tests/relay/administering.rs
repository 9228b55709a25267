//! What whoever runs the community sees of the relay and may do there; and that nobody else does.

use axum::http::StatusCode;
use parley_protocol::admin::{
    ConnectionsReport, EndMemberSessionsRequest, FindingsReport, HealthReport, InviteState,
    InvitesPage, MemberRow, MembersPage, SessionsPage, StorageReport, Verdict, day_of,
};
use parley_protocol::entry::{Action, Permission};
use parley_protocol::error::ErrorCode;
use parley_protocol::frame::Request;
use parley_protocol::ids::{DeviceId, RoleId, UserId};
use parley_protocol::keys::Hash;
use parley_protocol::voice::IceServers;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::support::account::Account;
use crate::support::files::Sender;
use crate::support::fresh;
use crate::support::person::Person;
use crate::support::server::{Founded, NOW, Server};

const READ: [&str; 8] = [
    "/admin/health",
    "/admin/members",
    "/admin/invites",
    "/admin/sessions",
    "/admin/storage",
    "/admin/connections",
    "/admin/findings",
    "/admin/witness",
];

async fn end(
    server: &Server,
    by: &Account,
    user: UserId,
    device: Option<DeviceId>,
) -> Result<(), ErrorCode> {
    let request = EndMemberSessionsRequest { user, device };
    let answer = by.post(server, "/admin/sessions/end", &request).await;
    if answer.status.is_success() {
        Ok(())
    } else {
        Err(answer.refusal())
    }
}

/// The owner gives a member a role with these permissions.
async fn give(founded: &mut Founded, ada: &mut Sender, to: &Person, permissions: &[Permission]) {
    let role = RoleId::from_bytes(fresh());
    let defined = Action::RoleDefined {
        role,
        name: format!("role of {}", to.name),
        permissions: permissions.iter().copied().collect(),
    };
    let given = Action::RoleGiven {
        user: to.user,
        role,
    };
    for action in [defined, given] {
        let entry = ada.person.entry(founded.community.head(), NOW, action);
        founded.community.apply(&entry).unwrap();
        ada.ask(Request::Append { entry }).await.unwrap();
    }
}

#[tokio::test]
async fn an_ordinary_member_learns_nothing_however_often_they_ask() {
    let mut founded = Founded::start(&[]).await;
    let ben = founded.join("Ben").await;
    let carol = founded.join("Carol").await;
    let mut ada = Sender::owner(&founded).await;
    // Half of what it takes is not enough.
    give(
        &mut founded,
        &mut ada,
        &carol.person,
        &[Permission::RemoveMembers],
    )
    .await;
    let server = &founded.server;
    for _ in 0..300 {
        for path in READ {
            let answer = ben.get(server, path).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
            assert_eq!(answer.refusal(), ErrorCode::NotPermitted);
        }
        let ended = end(server, &ben, founded.owner.user, Some(founded.owner.device)).await;
        assert_eq!(ended, Err(ErrorCode::NotPermitted));
    }
    for path in READ {
        assert_eq!(
            carol.get(server, path).await.refusal(),
            ErrorCode::NotPermitted
        );
        assert_eq!(
            server.get(path).await.refusal(),
            ErrorCode::NotAuthenticated
        );
    }
    let own = end(server, &ben, ben.person.user, Some(ben.person.device)).await;
    assert_eq!(
        own,
        Err(ErrorCode::NotPermitted),
        "there is another way for that"
    );
    // Being turned away costs nobody else anything.
    assert!(
        founded
            .owner_account()
            .get(server, "/admin/health")
            .await
            .status
            .is_success()
    );
}

#[tokio::test]
async fn the_owner_sees_who_is_here_without_times_and_networks() {
    let mut founded = Founded::start(&["--behind-proxy"]).await;
    let ben = founded.join("Ben").await;
    founded.join("Carol").await;
    let (ada, server) = (founded.owner_account(), &founded.server);
    let page: MembersPage = ada.get(server, "/admin/members").await.json();
    assert_eq!((page.total, page.next), (3, None));
    let names: Vec<&str> = page.members.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names, ["Ada", "Ben", "Carol"]);
    let [owner, row, _] = page.members.as_slice() else {
        panic!("{page:?}");
    };
    assert!(owner.is_owner && !row.is_owner);
    assert_eq!((row.joined_at, row.seen_on), (Some(NOW), Some(day_of(NOW))));
    assert_eq!((row.devices, row.sessions), (1, 1));

    let after = format!("/admin/members?after={}", owner.entry);
    let page: MembersPage = ada.get(server, &after).await.json();
    assert_eq!(page.members.len(), 2);
    let page: MembersPage = ada.get(server, "/admin/members?find=BE").await.json();
    assert_eq!((page.members.len(), page.total), (1, 1));
    assert_eq!(page.members[0].user, ben.person.user);

    let answer = ada.get(server, "/admin/sessions").await;
    let text = String::from_utf8(answer.body.clone()).unwrap();
    assert!(
        !text.contains("network") && !text.contains(&NOW.to_string()),
        "{text}"
    );
    let page: SessionsPage = answer.json();
    assert_eq!((page.sessions.len(), page.total), (3, 3));
    assert!(
        page.sessions
            .iter()
            .all(|row| row.may_end && row.label == "a test")
    );
    assert_eq!(page.sessions.iter().filter(|row| row.is_current).count(), 1);
    let path = format!("/admin/sessions?user={}", ben.person.user);
    let page: SessionsPage = ada.get(server, &path).await.json();
    assert_eq!((page.sessions.len(), page.total), (1, 1));

    for nonsense in [
        "/admin/members?after=x",
        "/admin/sessions?user=me",
        "/admin/invites?a=b",
    ] {
        assert_eq!(
            ada.get(server, nonsense).await.refusal(),
            ErrorCode::Malformed
        );
    }
}

#[tokio::test]
async fn lists_have_pages() {
    let mut founded = Founded::start(&["--registration-burst=1000", "--quota-factor=0"]).await;
    for number in 0..104 {
        founded.join(&format!("Member {number}")).await;
    }
    let (ada, server) = (founded.owner_account(), &founded.server);
    let first: MembersPage = ada.get(server, "/admin/members").await.json();
    assert_eq!((first.members.len(), first.total), (100, 105));
    let next = format!("/admin/members?after={}", first.next.unwrap());
    let second: MembersPage = ada.get(server, &next).await.json();
    assert_eq!(
        (second.members.len(), second.next, second.total),
        (5, None, 105)
    );

    let first: SessionsPage = ada.get(server, "/admin/sessions").await.json();
    assert_eq!((first.sessions.len(), first.total), (100, 105));
    let next = format!("/admin/sessions?after={}", first.next.unwrap());
    let second: SessionsPage = ada.get(server, &next).await.json();
    assert_eq!((second.sessions.len(), second.next), (5, None));
    let mut users: Vec<UserId> = [first.sessions, second.sessions]
        .concat()
        .into_iter()
        .map(|row| row.user)
        .collect();
    users.sort_unstable();
    users.dedup();
    assert_eq!(users.len(), 105);
}

#[tokio::test]
async fn a_member_who_is_signed_out_is_out_at_once() {
    let mut founded = Founded::start(&[]).await;
    let ben = Sender::join(&mut founded, "Ben").await;
    let there = Account {
        person: ben.person.clone(),
        token: ben.access.clone(),
        cookie: String::new(),
    };
    let elsewhere = there.again(&founded.server).await;
    let (ada, server) = (founded.owner_account(), &founded.server);
    let (user, device) = (ben.person.user, ben.person.device);
    assert_eq!(end(server, &ada, user, Some(device)).await, Ok(()));
    ben.expect_end().await;
    assert_eq!(
        there.get(server, "/auth/sessions").await.refusal(),
        ErrorCode::SessionEnded
    );
    // The one without a device goes by itself.
    assert!(elsewhere.refresh(server).await.status.is_success());
    assert_eq!(end(server, &ada, user, None).await, Ok(()));
    assert_eq!(
        elsewhere.refresh(server).await.refusal(),
        ErrorCode::SessionEnded
    );
    // Nothing to end is no error, and signing in again works.
    assert_eq!(end(server, &ada, user, None).await, Ok(()));
    assert!(
        there
            .again(server)
            .await
            .refresh(server)
            .await
            .status
            .is_success()
    );
}

#[tokio::test]
async fn an_administrator_sees_it_all_and_signs_out_nobody_above_them() {
    let mut founded = Founded::start(&[]).await;
    let ben = founded.join("Ben").await;
    let carol = founded.join("Carol").await;
    let mut ada = Sender::owner(&founded).await;
    let both = [Permission::ManageRoles, Permission::RemoveMembers];
    give(&mut founded, &mut ada, &ben.person, &both).await;
    let owner = founded.owner_account();
    for path in READ {
        let answer = ben.get(&founded.server, path).await;
        assert!(answer.status.is_success(), "{path}");
    }
    let server = &founded.server;
    let page: SessionsPage = ben.get(server, "/admin/sessions").await.json();
    let may_end = |user: UserId| {
        page.sessions
            .iter()
            .any(|row| row.user == user && row.may_end)
    };
    assert!(may_end(carol.person.user) && may_end(ben.person.user));
    assert!(!may_end(founded.owner.user));
    let theirs = Some(founded.owner.device);
    assert_eq!(
        end(server, &ben, founded.owner.user, theirs).await,
        Err(ErrorCode::NotPermitted)
    );
    assert_eq!(
        end(server, &ben, carol.person.user, Some(carol.person.device)).await,
        Ok(())
    );
    assert!(owner.refresh(server).await.status.is_success());

    // A session that was ended sees nothing more, though its token has not expired.
    assert_eq!(
        end(server, &owner, ben.person.user, Some(ben.person.device)).await,
        Ok(())
    );
    assert_eq!(
        ben.get(server, "/admin/health").await.refusal(),
        ErrorCode::SessionEnded
    );
    // The role is gone from the log: the token is of no use either.
    let again = ben.again(server).await;
    assert!(again.get(server, "/admin/health").await.status.is_success());
    let removed = Action::MemberRemoved {
        user: ben.person.user,
    };
    let entry = ada.person.entry(founded.community.head(), NOW, removed);
    founded.community.apply(&entry).unwrap();
    ada.ask(Request::Append { entry }).await.unwrap();
    assert_eq!(
        again.get(&founded.server, "/admin/health").await.refusal(),
        ErrorCode::SessionEnded
    );
}

#[tokio::test]
async fn what_is_stored_is_counted_by_member() {
    let mut founded = Founded::start(&["--blob-quota-per-member=70000000"]).await;
    let ben = Sender::join(&mut founded, "Ben").await;
    let (ada, server) = (founded.owner_account(), &founded.server);
    let before: StorageReport = ada.get(server, "/admin/storage").await.json();
    assert_eq!((before.blobs, before.largest.len()), (0, 0));
    assert_eq!(before.member_quota, 70_000_000);
    assert!(before.database_bytes > 0 && before.disk_free.is_some());
    let bytes = vec![5; 50_000];
    assert_eq!(ben.upload(server, &bytes).await.status, StatusCode::OK);
    assert_eq!(ben.head(server, &Hash::of(&bytes)).await, StatusCode::OK);
    let after: StorageReport = ada.get(server, "/admin/storage").await.json();
    assert_eq!(after.blobs, 1);
    assert_eq!(after.largest.len(), 1);
    assert_eq!(after.largest[0].name, "Ben");
    assert!(after.largest[0].file_bytes >= 50_000);
    let page: MembersPage = ada.get(server, "/admin/members?find=ben").await.json();
    assert_eq!(page.members[0].file_bytes, after.largest[0].file_bytes);
}

#[tokio::test]
async fn invites_connections_and_health_are_told() {
    let mut founded = Founded::start(&["--behind-proxy"]).await;
    let _ben = founded.join("Ben").await;
    let (ada, server) = (founded.owner_account(), &founded.server);
    let page: InvitesPage = ada.get(server, "/admin/invites?open=true").await.json();
    let [invite] = page.invites.as_slice() else {
        panic!("{page:?}");
    };
    assert_eq!((invite.uses, invite.state), (1, InviteState::Open));
    assert_eq!(
        (invite.invite, invite.by_name.as_str()),
        (founded.invite.id, "Ada")
    );

    let report: ConnectionsReport = ada.get(server, "/admin/connections").await.json();
    assert_eq!((report.connections, report.in_calls), (0, 0));
    let socket = founded.connect().await;
    let report: ConnectionsReport = ada.get(server, "/admin/connections").await.json();
    assert_eq!((report.connections, report.started_at), (1, NOW));
    drop(socket);

    let health: HealthReport = ada.get(server, "/admin/health").await.json();
    assert!(health.is_ready);
    assert_eq!((health.members, health.log_entries), (2, 5));
    assert_eq!(health.reached_on, None);
    assert!(
        health
            .findings
            .iter()
            .all(|found| found.verdict <= Verdict::Unknown || found.check == "backups")
    );
    // A stranger from outside has knocked.
    let outside = [("x-forwarded-for", "9.9.9.9")];
    server.get_with("/log", &outside).await;
    let health: HealthReport = ada.get(server, "/admin/health").await.json();
    assert_eq!(health.reached_on, Some(day_of(NOW)));

    let report: FindingsReport = ada.get(server, "/admin/findings").await.json();
    assert!(
        report
            .findings
            .iter()
            .all(|found| { found.to_do.is_some() == (found.verdict >= Verdict::Note) })
    );
}

#[tokio::test]
async fn a_browser_gets_what_it_takes_to_ask_stun_and_turn() {
    let founded = Founded::start(&["--turn-listen=127.0.0.1:0"]).await;
    let ada = founded.owner_account();
    let ice: IceServers = ada.get(&founded.server, "/admin/witness").await.json();
    assert!(ice.stun.len() == 1 && ice.turn.len() >= 2 && !ice.username.is_empty());
    // A session without a device has no calls.
    let other = ada.again(&founded.server).await;
    let answer = other.get(&founded.server, "/admin/witness").await;
    assert_eq!(answer.refusal(), ErrorCode::UnknownDevice);
}

#[tokio::test]
async fn too_many_questions_have_to_wait() {
    let founded = Founded::start(&["--session-burst=20"]).await;
    let ada = founded.owner_account();
    let mut waits = Vec::new();
    for _ in 0..30 {
        waits.push(ada.get(&founded.server, "/admin/storage").await.wait());
    }
    assert!(waits.iter().filter(|wait| wait.is_some()).count() >= 10);
}

/// What the program says in a terminal beside this relay.
async fn terminal(folder: &std::path::Path, args: &[&str]) -> std::process::Output {
    let mut command = command(folder, args);
    tokio::task::spawn_blocking(move || command.output().unwrap())
        .await
        .unwrap()
}

fn command(folder: &std::path::Path, args: &[&str]) -> std::process::Command {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_parley-relay"));
    command
        .env_clear()
        .arg("admin")
        .args(args)
        .arg("--data")
        .arg(folder);
    command
}

fn said(output: &std::process::Output) -> String {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    assert!(
        output.status.success(),
        "{text}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    text
}

#[tokio::test]
async fn a_terminal_beside_the_relay_sees_the_same_and_signs_out() {
    use std::os::unix::fs::PermissionsExt as _;

    let mut founded = Founded::start(&[]).await;
    let ben = Sender::join(&mut founded, "Ben").await;
    let folder = founded.server.folder.path().to_path_buf();
    let socket = std::fs::metadata(folder.join("admin.sock")).unwrap();
    assert_eq!(socket.permissions().mode() & 0o777, 0o600);

    let members: Vec<MemberRow> =
        serde_json::from_str(&said(&terminal(&folder, &["members", "--json"]).await)).unwrap();
    assert_eq!(members.len(), 2);
    let table = said(&terminal(&folder, &["members", "--find", "be"]).await);
    assert!(
        table.starts_with("NAME") && table.contains("Ben") && !table.contains("Ada"),
        "{table}"
    );
    let sessions = said(&terminal(&folder, &["sessions"]).await);
    assert!(
        sessions.contains(&ben.person.device.to_string()),
        "{sessions}"
    );
    let connections = said(&terminal(&folder, &["connections"]).await);
    assert!(
        connections.contains("devices connected  1"),
        "{connections}"
    );
    assert!(said(&terminal(&folder, &["invites"]).await).contains("open"));
    assert!(said(&terminal(&folder, &["storage"]).await).contains("free on the disk"));
    assert!(said(&terminal(&folder, &["health"]).await).contains("The database answers."));

    let (user, device) = (ben.person.user.to_string(), ben.person.device.to_string());
    said(&terminal(&folder, &["sign-out", &user, &device]).await);
    let token = ben.access.clone();
    ben.expect_end().await;
    let answer = founded.server.get_as("/auth/sessions", Some(&token)).await;
    assert_eq!(answer.refusal(), ErrorCode::SessionEnded);
    let left = said(&terminal(&folder, &["sessions"]).await);
    assert!(!left.contains("Ben"), "{left}");
}

#[tokio::test]
async fn a_terminal_reads_what_a_relay_left_and_changes_nothing() {
    let mut founded = Founded::start(&[]).await;
    let ben = founded.join("Ben").await;
    let folder = founded.server.folder.path().to_path_buf();
    let looked = folder.clone();
    let user = ben.person.user.to_string();
    founded
        .restart_after(
            move || {
                assert!(
                    !looked.join("admin.sock").exists(),
                    "the socket goes with the relay"
                );
                let run = |args: &[&str]| command(&looked, args).output().unwrap();
                let members = said(&run(&["members"]));
                assert!(
                    members.contains("Ada") && members.contains("Ben"),
                    "{members}"
                );
                assert!(said(&run(&["invites"])).contains("open"));
                assert!(said(&run(&["storage"])).contains("database"));
                for live in [&["connections"][..], &["health"], &["sign-out", &user]] {
                    let output = run(live);
                    assert!(!output.status.success());
                    let error = String::from_utf8(output.stderr).unwrap();
                    assert!(error.contains("no relay is running"), "{error}");
                }
            },
            &[],
        )
        .await;
}

#[tokio::test]
async fn the_local_socket_has_nothing_but_the_administration() {
    let founded = Founded::start(&[]).await;
    let path = founded.server.folder.path().join("admin.sock");
    let stream = tokio::net::UnixStream::connect(path).await.unwrap();
    let (mut reading, mut writing) = stream.into_split();
    let request = "GET /auth/sessions HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    writing.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    reading.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
}
