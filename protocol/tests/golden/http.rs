//! Bodies of the HTTP endpoints, and that printing them shows no secret.

use parley_protocol::auth::{
    AddDeviceRequest, CommunityInfo, CommunityName, LogPage, LoginRequest, LoginSecret,
    RegisterRequest, SessionResponse,
};
use parley_protocol::ids::CommunityId;
use parley_protocol::invite::InviteLink;

use super::book::Book;
use super::log::story;
use super::stream::{USER, prekeys};
use crate::support::NOW;

fn login_secret() -> LoginSecret {
    LoginSecret("a-login-secret".to_owned())
}

/// A founder, or Bob by his invite.
fn register(setup_token: Option<&str>) -> RegisterRequest {
    let log = story().0.log;
    let entry = if setup_token.is_some() {
        &log[0]
    } else {
        &log[7]
    };
    RegisterRequest {
        setup_token: setup_token.map(str::to_owned),
        entries: vec![entry.clone()],
        login_secret: login_secret(),
        prekeys: prekeys(),
        vault: "a-wrapped-vault".to_owned(),
    }
}

fn login() -> LoginRequest {
    LoginRequest {
        name: "Ada".to_owned(),
        login_secret: login_secret(),
    }
}

fn session(vault: Option<&str>) -> SessionResponse {
    SessionResponse {
        access_token: "an-access-token".to_owned(),
        expires_at: NOW + 900_000,
        now: NOW,
        user: USER,
        vault: vault.map(str::to_owned),
    }
}

#[test]
fn http_bodies_have_their_golden_texts() {
    let mut book = Book::default();
    book.add(&CommunityInfo {
        community: None,
        now: NOW,
    });
    book.add(&CommunityInfo {
        community: Some(CommunityName {
            id: CommunityId::from_bytes([0xc0; 32]),
            name: "Lovelace".to_owned(),
        }),
        now: NOW,
    });
    book.add(&register(Some("a-setup-token")));
    book.add(&register(None));
    book.add(&login());
    let (test, _) = story();
    book.add(&AddDeviceRequest {
        entry: test.log[9].clone(),
        prekeys: prekeys(),
        vault: "a-wrapped-vault".to_owned(),
    });
    book.add(&session(None));
    book.add(&session(Some("a-wrapped-vault")));
    book.add(&LogPage {
        from: 2,
        entries: test.log[1..2].to_vec(),
        head: test.community.head(),
    });
    book.check("http");
}

#[test]
fn printing_shows_no_secret() {
    let printed = [
        format!("{:?}", login_secret()),
        format!("{:?}", register(Some("a-setup-token"))),
        format!("{:#?}", login()),
        format!("{:?}", session(Some("a-wrapped-vault"))),
    ];
    let secrets = [
        "a-login-secret",
        "a-setup-token",
        "an-access-token",
        "a-wrapped-vault",
    ];
    for text in printed {
        assert!(!text.is_empty());
        for secret in secrets {
            assert!(!text.contains(secret), "{text}");
        }
    }
}

#[test]
fn printing_an_invite_shows_no_secret() {
    let (test, invite) = story();
    let link = InviteLink {
        invite: invite.id,
        genesis: test.community.hash_at(1).expect("genesis"),
        secret: invite.key.to_bytes(),
    };
    let text = link.to_string();
    let secret = text.rsplit('.').next().expect("a part");
    for printed in [format!("{link:?}"), format!("{link:#?}")] {
        assert!(printed.contains(&invite.id.to_string()), "{printed}");
        assert!(!printed.contains(secret), "{printed}");
        assert!(
            !printed.contains(&format!("{:?}", link.secret)),
            "{printed}"
        );
    }
}
