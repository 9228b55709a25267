//! What a relay denies itself: tried from within the same sandbox, by a process that enters it and cannot leave it.

use std::fs;
use std::io::ErrorKind;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::process::Command;

use parley_relay::config::Settings;
use parley_relay::sandbox::{self, Rights, SandboxMode};
use rustix::process::{getppid, test_kill_process};

use crate::program::{Program, data, folder};

/// The data folder, for the process that enters the sandbox.
const DATA: &str = "PARLEY_TEST_SANDBOXED";

#[test]
fn nothing_outside_can_be_read_written_executed_or_connected_to() {
    let folder = folder();
    let data = data(&folder);
    fs::create_dir(&data).unwrap();
    fs::write(folder.path().join("outside"), "not for a relay").unwrap();
    symlink(folder.path().join("outside"), data.join("link")).unwrap();
    let inside = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "sandbox::inside", "--nocapture"])
        .env(DATA, &data)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&inside.stdout);
    assert!(inside.status.success(), "{said}");
    assert!(said.contains("1 passed"), "{said}");
}

/// The settings of a relay in this folder enter what a relay enters.
#[test]
#[ignore = "a process of its own: a sandbox is entered for good"]
fn inside() {
    let data = PathBuf::from(std::env::var_os(DATA).unwrap());
    let outside = data.parent().unwrap().join("outside");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let allowed = TcpListener::bind("127.0.0.1:0").unwrap();
    let flag = format!("--data={}", data.display());
    let settings = Settings::from_args(["parley-relay", &flag]).unwrap();
    let mut rights = Rights::of(&settings);
    // No setting asks for a connection; its own ports it looks at by itself.
    assert_eq!(rights.connect, [8080, 3478]);
    rights.connect.push(allowed.local_addr().unwrap().port());
    // All of this can be done before.
    assert!(fs::read("/etc/passwd").is_ok() && fs::read(&outside).is_ok());
    assert!(Command::new("/bin/true").status().is_ok());
    assert!(TcpStream::connect(address).is_ok());
    assert!(test_kill_process(getppid().unwrap()).is_ok());

    let report = sandbox::enter(SandboxMode::On, &rights).unwrap();
    assert!(report.is_all(), "{report}");

    everything_is_denied(&data, address);
    // A thread that is started later is bound, too.
    let in_thread = data.clone();
    std::thread::spawn(move || everything_is_denied(&in_thread, address))
        .join()
        .unwrap();
    assert!(TcpStream::connect(allowed.local_addr().unwrap()).is_ok());
    fs::create_dir(data.join("folder")).unwrap();
    fs::write(data.join("folder/one"), "1").unwrap();
    fs::rename(data.join("folder/one"), data.join("two")).unwrap();
    assert_eq!(fs::read(data.join("two")).unwrap(), b"1");
    fs::remove_file(data.join("two")).unwrap();
    assert!(fs::read("/proc/self/status").is_ok());
}

fn everything_is_denied(data: &std::path::Path, listening: std::net::SocketAddr) {
    let outside = data.parent().unwrap().join("outside");
    let denied = |kind: ErrorKind| kind == ErrorKind::PermissionDenied;
    for file in ["/etc/passwd", "/etc/hostname", "/proc/1/environ"] {
        assert!(denied(fs::read(file).unwrap_err().kind()), "{file}");
    }
    for file in [&outside, &data.join("link"), &data.join("../outside")] {
        let name = file.display();
        assert!(denied(fs::read(file).unwrap_err().kind()), "{name}");
        assert!(denied(fs::write(file, "x").unwrap_err().kind()), "{name}");
        let remove = fs::remove_file(data.join("../outside"));
        assert!(denied(remove.unwrap_err().kind()), "{name}");
    }
    assert!(denied(fs::read_dir("/").unwrap_err().kind()));
    let moved = fs::rename(data.join("link"), "/tmp/moved-out");
    assert!(moved.is_err());
    for program in ["/bin/true", "/proc/self/exe"] {
        assert!(Command::new(program).status().is_err(), "{program}");
    }
    let connected = TcpStream::connect(listening);
    assert!(denied(connected.unwrap_err().kind()));
    let signal = test_kill_process(getppid().unwrap());
    assert_eq!(signal, Err(rustix::io::Errno::PERM));
}

#[test]
fn every_thread_of_the_running_relay_is_in_it() {
    let folder = folder();
    let relay = Program::start(&data(&folder), &["--sandbox=on"]);
    assert_eq!(relay.get("/healthz").0, 200);
    let mut threads = 0;
    for thread in fs::read_dir(format!("/proc/{}/task", relay.id())).unwrap() {
        let status = fs::read_to_string(thread.unwrap().path().join("status")).unwrap();
        assert!(status.contains("NoNewPrivs:\t1\n"), "{status}");
        assert!(status.contains("Seccomp:\t2\n"), "{status}");
        threads += 1;
    }
    assert!(threads > 3, "{threads}");
}

/// The figure of the last backup is in a file of the data folder. Somebody makes it a link to a file elsewhere.
#[test]
fn the_running_relay_reads_nothing_outside_of_its_folder() {
    let figure = "parley_backup_last_success_seconds 1234\n";
    let done = r#"{"last":{"id":"x","at":1234000,"took":1,"database_bytes":1,"blobs":0,"blob_bytes":0,"sent_bytes":1,"absent":0,"warnings":[]}}"#;
    for (sandbox, is_read) in [("--sandbox=on", false), ("--sandbox=off", true)] {
        let folder = folder();
        let data = data(&folder);
        let outside = folder.path().join("outside.json");
        fs::write(&outside, done).unwrap();
        let relay = Program::start(&data, &[sandbox]);
        symlink(&outside, data.join("backup-status.json")).unwrap();
        let (status, text) = relay.get("/metrics");
        assert_eq!(status, 200);
        assert_eq!(text.contains(figure), is_read, "{sandbox}: {text}");
    }
}
