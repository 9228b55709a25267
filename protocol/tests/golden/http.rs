//! Bodies of the HTTP endpoints, and that printing them shows no secret.

use parley_protocol::auth::{
    AddDeviceRequest, ChangePasswordRequest, ChangeWrapsRequest, Code, CommunityInfo,
    CommunityName, DeleteAccountRequest, EnableSecondFactorRequest, EndSessionRequest,
    FinishPasskeyRequest, LogPage, LoginRequest, LoginResponse, LoginSecret, Newcomer,
    OidcResponse, PasskeyAssertion, PasskeyOptions, Proof, ProofRequest, ProviderInfo,
    RecoverRequest, RecoveryCodes, RecoverySecret, RegisterRequest, SecondFactorNeeded,
    SecondFactorSetup, SecondFactorStatus, SessionInfo, SessionResponse, SessionsResponse, Ticket,
    VerifySecondFactorRequest, Wrap,
};
use parley_protocol::files::{FileLimits, FileToken, ShareRequest};
use parley_protocol::ids::CommunityId;
use parley_protocol::invite::InviteLink;
use parley_protocol::keys::Hash;

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
        login_secret: Some(login_secret()),
        prekeys: prekeys(),
        wraps: vec![wrap()],
        recovery_secret: None,
        oidc: None,
    }
}

fn login() -> LoginRequest {
    LoginRequest {
        name: "Ada".to_owned(),
        login_secret: login_secret(),
    }
}

fn ticket() -> Ticket {
    Ticket("a-ticket".to_owned())
}

fn code() -> Code {
    Code("123456".to_owned())
}

fn wrap() -> Wrap {
    Wrap::password("a-wrapped-vault".to_owned())
}

fn proof() -> Proof {
    Proof::LoginSecret(login_secret())
}

fn recovery_secret() -> RecoverySecret {
    RecoverySecret("a-recovery-secret".to_owned())
}

fn recover() -> RecoverRequest {
    RecoverRequest {
        name: "Ada".to_owned(),
        recovery_secret: recovery_secret(),
    }
}

fn assertion() -> PasskeyAssertion {
    PasskeyAssertion {
        ticket: ticket(),
        credential: "a-credential".to_owned(),
    }
}

fn session(wraps: Vec<Wrap>) -> SessionResponse {
    SessionResponse {
        access_token: "an-access-token".to_owned(),
        expires_at: NOW + 900_000,
        now: NOW,
        user: USER,
        wraps,
    }
}

fn change_wraps() -> ChangeWrapsRequest {
    let passkey = Wrap::passkey("an-id".to_owned(), "a-wrapped-vault".to_owned());
    ChangeWrapsRequest {
        proof: Proof::RecoverySecret(recovery_secret()),
        put: vec![Wrap::recovery("a-wrapped-vault".to_owned())],
        remove: vec![passkey.name()],
        recovery_secret: Some(recovery_secret()),
    }
}

fn change_password() -> ChangePasswordRequest {
    ChangePasswordRequest {
        proof: proof(),
        login_secret: login_secret(),
        wrap: wrap(),
    }
}

fn setup() -> SecondFactorSetup {
    SecondFactorSetup {
        secret: "A-TOTP-SECRET".to_owned(),
        uri: "otpauth://totp/Lovelace:Ada?secret=A-TOTP-SECRET".to_owned(),
    }
}

fn newcomer() -> Newcomer {
    Newcomer {
        invite: "an-invite-link".to_owned(),
        name: "Ada".to_owned(),
        ticket: ticket(),
    }
}

fn options() -> PasskeyOptions {
    PasskeyOptions {
        ticket: ticket(),
        options: "{}".to_owned(),
    }
}

fn finish_passkey() -> FinishPasskeyRequest {
    FinishPasskeyRequest {
        ticket: ticket(),
        credential: "a-credential".to_owned(),
        name: "Ada's phone".to_owned(),
        wrap: None,
    }
}

fn file_token() -> FileToken {
    FileToken {
        token: "a-file-token".to_owned(),
        expires_at: NOW + 600_000,
        now: NOW,
        limits: FileLimits {
            max_file_bytes: 2_147_483_648,
            used: 5_000_000,
            quota: 5_368_709_120,
        },
    }
}

#[test]
fn http_bodies_have_their_golden_texts() {
    let mut book = Book::default();
    book.add(&CommunityInfo {
        community: None,
        now: NOW,
        providers: Vec::new(),
    });
    book.add(&CommunityInfo {
        community: Some(CommunityName {
            id: CommunityId::from_bytes([0xc0; 32]),
            name: "Lovelace".to_owned(),
        }),
        now: NOW,
        providers: vec![ProviderInfo {
            id: "works".to_owned(),
            name: "The works".to_owned(),
        }],
    });
    book.add(&register(Some("a-setup-token")));
    book.add(&register(None));
    book.add(&login());
    let (test, _) = story();
    book.add(&AddDeviceRequest {
        entry: test.log[9].clone(),
        prekeys: prekeys(),
        wraps: vec![wrap()],
    });
    book.add(&session(Vec::new()));
    book.add(&LoginResponse::Session(session(vec![wrap()])));
    book.add(&LogPage {
        from: 2,
        entries: test.log[1..2].to_vec(),
        head: test.community.head(),
    });
    book.add(&LoginResponse::SecondFactor(SecondFactorNeeded {
        ticket: ticket(),
    }));
    book.add(&VerifySecondFactorRequest {
        ticket: ticket(),
        code: code(),
    });
    book.add(&recover());
    book.add(&change_wraps());
    book.add(&change_password());
    book.add(&DeleteAccountRequest {
        proof: Proof::Passkey(assertion()),
        entry: test.log[9].clone(),
    });
    book.add(&ProofRequest { proof: proof() });
    book.add(&setup());
    book.add(&SecondFactorStatus {
        enabled: true,
        recovery_codes_left: 9,
    });
    book.add(&EnableSecondFactorRequest { code: code() });
    book.add(&RecoveryCodes {
        recovery_codes: vec![code()],
    });
    book.add(&SessionsResponse {
        sessions: vec![SessionInfo {
            device: None,
            signed_in_at: Some(NOW),
            last_seen_at: NOW,
            network: "192.0.2.0/24".to_owned(),
            current: true,
        }],
    });
    book.add(&EndSessionRequest { device: None });
    book.add(&options());
    book.add(&finish_passkey());
    book.add(&OidcResponse::Newcomer(newcomer()));
    book.add(&file_token());
    book.add(&ShareRequest {
        blobs: vec![Hash::from_bytes([0xb1; 32])],
        readers: vec![USER],
    });
    book.check("http");
}

#[test]
fn printing_shows_no_secret() {
    let printed = [
        format!("{:?}", login_secret()),
        format!("{:?}", register(Some("a-setup-token"))),
        format!("{:#?}", login()),
        format!("{:?}", session(vec![wrap()])),
        format!("{:?}", LoginResponse::Session(session(vec![wrap()]))),
        format!("{:?}", change_wraps()),
        format!("{:?}", change_password()),
        format!("{:?}", recover()),
        format!("{:?}", (ticket(), code(), setup(), newcomer())),
        format!("{:?}", (assertion(), options(), finish_passkey())),
        format!("{:?}", file_token()),
    ];
    let secrets = [
        "a-login-secret",
        "a-setup-token",
        "an-access-token",
        "a-wrapped-vault",
        "a-recovery-secret",
        "a-credential",
        "a-file-token",
        "a-ticket",
        "123456",
        "A-TOTP-SECRET",
        "an-invite-link",
        "Ada",
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
