//! The command line: what it prints, and how it ends.

use std::path::Path;

use crate::program::{Program, data, folder, run};

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn a_relay_starts_says_where_it_is_and_stops() {
    let folder = folder();
    let relay = Program::start(&data(&folder), &["--log-format=json"]);
    assert!(relay.origin().starts_with("http://localhost:"));
    assert_eq!(relay.get("/healthz"), (200, "ok\n".to_owned()));
    assert_eq!(relay.get("/readyz").0, 200);
    assert!(!relay.setup_token().is_empty());
    let ended = relay.stop();
    assert!(ended.status.success(), "{}", ended.logged);
    let lines = ended.logged.lines();
    let lines: Vec<serde_json::Value> = lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let started = |line: &serde_json::Value| line["fields"]["message"] == "relay started";
    assert!(lines.iter().any(started), "{lines:?}");
    assert!(!Path::new("parley-data").exists());
}

#[test]
fn a_file_is_written_once_and_the_relay_starts_with_it() {
    let folder = folder();
    let file = folder.path().join("parley.toml");
    let file = file.to_str().unwrap();
    let data = format!("--data={}", data(&folder).display());
    let args = [
        data.as_str(),
        "--listen=127.0.0.1:0",
        "--turn-listen=off",
        "init",
        file,
    ];
    let first = run(&args);
    assert!(first.status.success(), "{}", text(&first.stderr));
    assert!(text(&first.stdout).contains(&format!("parley-relay --config {file}")));
    let again = run(&args);
    assert_eq!(again.status.code(), Some(1));
    assert!(text(&again.stderr).contains("is there already"));

    let config = format!("--config={file}");
    let checked = run(&["check", &config]);
    assert!(checked.status.success(), "{}", text(&checked.stderr));
    assert!(text(&checked.stdout).contains("turn_listen = \"off\""));
    let relay = Program::spawn(crate::program::command(&[&config]))
        .ok()
        .unwrap();
    assert_eq!(relay.get("/healthz").0, 200);
}

#[test]
fn what_is_wrong_is_named_and_ends_with_2() {
    let folder = folder();
    let file = folder.path().join("parley.toml");
    std::fs::write(&file, "listn = \"127.0.0.1:0\"\n").unwrap();
    let config = format!("--config={}", file.display());
    for args in [&[config.as_str()][..], &["check", &config]] {
        let output = run(args);
        assert_eq!(output.status.code(), Some(2));
        let said = text(&output.stderr);
        assert!(said.contains("unknown setting `listn`"), "{said}");
        assert!(said.contains("did you mean `listen`?"), "{said}");
    }
    let output = run(&["--listn=127.0.0.1:0"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output.stderr).contains("'--listen'"),
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn a_data_folder_that_cannot_be_used_ends_with_1() {
    let output = run(&[
        "--data=/proc/parley",
        "--listen=127.0.0.1:0",
        "--turn-listen=off",
    ]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text(&output.stderr).contains("/proc/parley"),
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn the_doctor_says_what_is_wrong_with_what_to_do_and_by_its_exit_code() {
    let folder = folder();
    let relay = Program::start(&data(&folder), &[]);
    let data = format!("--data={}", data(&folder).display());
    let listen = format!("--listen={}", relay.address());
    let public = format!("--public-url={}", relay.origin());
    let args = [
        "doctor",
        "--json",
        &data,
        &listen,
        &public,
        "--turn-listen=off",
    ];
    let looked = run(&args);
    let report: serde_json::Value = serde_json::from_slice(&looked.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let verdict = |check: &str| {
        let found = findings.iter().find(|found| found["check"] == check);
        found.map(|found| found["verdict"].as_str().unwrap().to_owned())
    };
    assert_eq!(verdict("settings").as_deref(), Some("note"), "{report}");
    assert_eq!(verdict("disk").as_deref(), Some("good"), "{report}");
    assert_eq!(verdict("web"), None, "{report}");
    relay.stop();

    let stopped = run(&["doctor", &data, &listen, &public, "--turn-listen=off"]);
    assert_eq!(stopped.status.code(), Some(1));
    let said = text(&stopped.stdout);
    assert!(said.contains("WRONG  Nothing answers at"), "{said}");
    assert!(said.contains("         parley-relay\n"), "{said}");
}
