//! Databases of every schema that there was, with data in them: each is copied, brought up to date, and everything is
//! there. `PARLEY_FIXTURES=write` writes that of the newest schema, once, before it is released; they never change after
//! that.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use parley_protocol::channel::ItemContent;
use parley_protocol::frame::{Positions, RelayToClient, Request};
use parley_protocol::ids::MailId;
use parley_protocol::keys::Hash;
use parley_protocol::mail::{OlmCiphertext, OutboundMail};
use parley_relay::OpenError;
use parley_relay::entropy::SeededEntropy;
use parley_relay::local::{LocalOptions, LocalRelay, Received};
use rusqlite::Connection;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::chain::Chain;
use crate::support::fresh;
use crate::support::person::{Person, message};
use crate::support::town::{self, Town};

const NEWEST: u32 = 4;
/// Long after what was written.
const NOW: u64 = 1_000_000_000 + 3_600_000;
const HEADER: &str = "-- ";

fn fixture(version: u32) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    folder.join(format!("schema-{version}.sql"))
}

/// A data folder with a database of this schema, and what is in it.
fn folder_with(version: u32) -> (TempDir, Value) {
    let text = std::fs::read_to_string(fixture(version)).unwrap();
    let header = text
        .lines()
        .next()
        .and_then(|line| line.strip_prefix(HEADER));
    let known = serde_json::from_str(header.unwrap()).unwrap();
    let folder = TempDir::new().unwrap();
    let db = Connection::open(folder.path().join("parley.db")).unwrap();
    db.execute_batch(&text).unwrap();
    (folder, known)
}

fn version(file: &Path) -> u32 {
    let db = Connection::open(file).unwrap();
    db.pragma_query_value(None, "user_version", |row| row.get(0))
        .unwrap()
}

fn person(of: &Value) -> Person {
    let text = |name: &str| of[name].as_str().unwrap().to_owned();
    let key = |name: &str| serde_json::from_value::<[u8; 32]>(of[name].clone()).unwrap();
    Person {
        name: text("name"),
        user: text("user").parse().unwrap(),
        device: text("device").parse().unwrap(),
        community: text("community").parse().unwrap(),
        identity: ed25519_dalek::SigningKey::from_bytes(&key("identity")),
        signing: ed25519_dalek::SigningKey::from_bytes(&key("signing")),
        curve25519: parley_protocol::keys::Curve25519PublicKey::from_bytes(fresh()),
    }
}

fn described(person: &Person) -> Value {
    json!({
        "name": person.name,
        "user": person.user.to_string(),
        "device": person.device.to_string(),
        "community": person.community.to_string(),
        "identity": person.identity.to_bytes(),
        "signing": person.signing.to_bytes(),
    })
}

fn strings(of: &Value) -> Vec<&str> {
    of.as_array()
        .unwrap()
        .iter()
        .map(|text| text.as_str().unwrap())
        .collect()
}

/// Logs in by password and reads everything as a device that has nothing.
fn everything_of(relay: &mut LocalRelay, person: &Person) -> Vec<RelayToClient> {
    let (session, _) = relay.log_in(&person.login(), NOW).unwrap();
    let connection = relay.connect();
    let receive = |relay: &mut LocalRelay| match relay.receive(connection, NOW) {
        Received::Frame(text) => Some(parley_protocol::frame::decode(&text).unwrap()),
        Received::Nothing | Received::Closed => None,
    };
    let Some(RelayToClient::Challenge { nonce }) = receive(relay) else {
        panic!("no challenge");
    };
    let hello = person.hello(&nonce, &session.access_token, Positions::default());
    relay.send(connection, &hello, NOW);
    std::iter::from_fn(|| receive(relay)).collect()
}

#[test]
fn every_schema_is_copied_and_brought_up_to_date_with_all_that_is_in_it() {
    for from in 1..=NEWEST {
        let (folder, known) = folder_with(from);
        let copy = format!("parley-before-upgrade-of-schema-{from}.db");
        let copy = folder.path().join(copy);
        // Random values that the fixture, which was made with the same generator, does not have.
        let entropy = SeededEntropy::new(u64::MAX - u64::from(from));
        let relay = LocalRelay::open(folder.path(), Box::new(entropy), LocalOptions::default());
        let mut relay = relay.unwrap();
        assert_eq!(copy.exists(), from < NEWEST, "{from}");
        if from < NEWEST {
            assert_eq!(version(&copy), from);
        }
        let (ada, ben) = (person(&known["ada"]), person(&known["ben"]));
        let frames = everything_of(&mut relay, &ada);
        let mut texts = Vec::new();
        let mut entries = 0;
        for frame in &frames {
            match frame {
                RelayToClient::Items(page) => {
                    for item in &page.items {
                        if let ItemContent::Message(message) = &item.content {
                            texts.push(message.ciphertext.as_str());
                        }
                    }
                }
                RelayToClient::Log { entries: more, .. } => entries += more.len() as u64,
                _ => {}
            }
        }
        assert_eq!(texts, strings(&known["texts"]), "{from}");
        assert_eq!(entries, known["log"].as_u64().unwrap(), "{from}");
        let frames = everything_of(&mut relay, &ben);
        let mails = frames.iter().filter_map(|frame| match frame {
            RelayToClient::Mail { items } => Some(items),
            _ => None,
        });
        let mails: Vec<_> = mails
            .flatten()
            .map(|mail| mail.message.ciphertext.as_str())
            .collect();
        assert_eq!(mails, strings(&known["mails"]), "{from}");
        let (session, _) = relay.log_in(&ada.login(), NOW).unwrap();
        if let Some(segments) = known["segments"].as_u64() {
            let page = relay.vault(&session.access_token, None, NOW).unwrap();
            assert_eq!(page.segments.len() as u64, segments, "{from}");
        }
        drop(relay);
        let file = folder.path().join("parley.db");
        assert_eq!(version(&file), NEWEST);
        let db = Connection::open(&file).unwrap();
        let verdict: String = db
            .query_row("PRAGMA integrity_check", [], |row| row.get(0))
            .unwrap();
        assert_eq!(verdict, "ok", "{from}");
    }
}

#[test]
fn a_schema_has_a_fixture_before_it_is_released() {
    let newest = Connection::open_in_memory().unwrap();
    let text = std::fs::read_to_string(fixture(NEWEST)).unwrap();
    newest.execute_batch(&text).unwrap();
    let folder = TempDir::new().unwrap();
    drop(town::open(&folder));
    let fresh = Connection::open(folder.path().join("parley.db")).unwrap();
    assert_eq!(tables(&newest), tables(&fresh));
    let version = fresh.pragma_query_value(None, "user_version", |row| row.get(0));
    assert_eq!(version, Ok(NEWEST));
}

#[test]
fn a_migration_that_cannot_be_copied_first_does_not_begin() {
    let (folder, _) = folder_with(1);
    // The name of the copy is taken by something that is no file.
    let part = folder.path().join("parley-before-upgrade-of-schema-1.part");
    std::fs::create_dir_all(part.join("x")).unwrap();
    let entropy = SeededEntropy::new(1);
    let opened = LocalRelay::open(folder.path(), Box::new(entropy), LocalOptions::default());
    let Err(error) = opened else {
        panic!("it began");
    };
    assert!(matches!(error, OpenError::Copy(..)), "{error}");
    assert_eq!(version(&folder.path().join("parley.db")), 1);
}

fn tables(db: &Connection) -> Vec<(String, String)> {
    let mut statement = db
        .prepare(
            "SELECT name, sql FROM sqlite_schema
             WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY type DESC, name",
        )
        .unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
    rows.unwrap().map(Result::unwrap).collect()
}

/// Writes the fixture of the newest schema.
#[test]
fn a_fixture_is_written_when_asked_for() {
    if std::env::var_os("PARLEY_FIXTURES").is_none_or(|value| value != "write") {
        return;
    }
    let mut town = Town::new();
    let (ada, ben) = (Town::owner_of(&town), town.join("Ben"));
    let owner = town.connect_owner();
    let session = town.announce(owner, &ada);
    let mut texts = Vec::new();
    for number in 1..=5 {
        let text = format!("message {number}");
        town.post(owner, session, &text).unwrap();
        texts.push(text);
    }
    let token = town.token(&ada).to_owned();
    let blob = town.relay.upload(&token, &[7; 100], town.now).unwrap();
    let mut naming = message(session, "with a file");
    naming.blobs = vec![blob];
    texts.push(naming.ciphertext.clone());
    let channel = town.text;
    let post = Request::Post {
        channel,
        message: naming,
    };
    town.ask(owner, post).unwrap();
    let mut mails = Vec::new();
    for number in 1..=3 {
        let ciphertext = format!("mail {number}");
        let mail = vec![OutboundMail {
            to: ben.device,
            message: OlmCiphertext {
                message_type: 1,
                ciphertext: ciphertext.clone(),
            },
            transient: false,
        }];
        let id = MailId::from_bytes(fresh());
        town.ask(owner, Request::SendMail { id, mail }).unwrap();
        mails.push(ciphertext);
    }
    let mut chain = Chain::of(&ada);
    for _ in 0..2 {
        let segment = chain.next("a sealed segment");
        town.ask(owner, Request::AppendVault { segment }).unwrap();
    }
    let known = json!({
        "ada": described(&ada),
        "ben": described(&ben),
        "texts": texts,
        "mails": mails,
        "log": town.head().seq,
        "segments": 2,
        "blob": Hash::of(&[7; 100]).to_string(),
    });
    std::fs::write(fixture(NEWEST), format!("{HEADER}{known}\n{}", dump(&town))).unwrap();
}

/// The database as statements.
fn dump(town: &Town) -> String {
    let db = town.database();
    let mut text = format!("PRAGMA user_version = {NEWEST};\n");
    for (name, sql) in tables(&db) {
        let _ = writeln!(text, "{sql};");
        if !sql.starts_with("CREATE TABLE") {
            continue;
        }
        let columns: Vec<String> = db
            .prepare(&format!("SELECT name FROM pragma_table_info('{name}')"))
            .unwrap()
            .query_map([], |row| row.get(0))
            .unwrap()
            .map(Result::unwrap)
            .collect();
        let quoted: Vec<_> = columns
            .iter()
            .map(|column| format!("quote({column})"))
            .collect();
        let sql = format!("SELECT {} FROM {name}", quoted.join(" || ', ' || "));
        let mut statement = db.prepare(&sql).unwrap();
        let rows = statement
            .query_map([], |row| row.get::<_, String>(0))
            .unwrap();
        for row in rows {
            let values = row.unwrap();
            let columns = columns.join(", ");
            let _ = writeln!(text, "INSERT INTO {name} ({columns}) VALUES ({values});");
        }
    }
    text
}
