//! Backups in a bucket of a server that speaks S3: moto, which the test suite installs. Without it there is nothing to
//! ask, and the test says so.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};

use crate::program::{Program, command, data, folder, run};

/// Folder of moto's programs.
const MOTO: &str = "PARLEY_MOTO";

/// A server of buckets in memory.
struct Moto {
    child: Child,
    address: SocketAddr,
}

impl Moto {
    fn start() -> Option<Self> {
        let folder = std::env::var_os(MOTO)?;
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        let child = Command::new(std::path::Path::new(&folder).join("moto_server"))
            .args(["--host", "127.0.0.1", "--port", &address.port().to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let moto = Self { child, address };
        while TcpStream::connect(address).is_err() {
            std::thread::yield_now();
        }
        Some(moto)
    }

    /// A request without a signature, which this server takes.
    fn ask(&self, method: &str, path: &str) -> String {
        let mut stream = TcpStream::connect(self.address).unwrap();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
            self.address
        )
        .unwrap();
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        answer
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_bucket_takes_backups_and_gives_them_back() {
    let Some(moto) = Moto::start() else {
        eprintln!("not run: {MOTO} names no folder with moto_server");
        return;
    };
    let folder = folder();
    let (data, new) = (data(&folder), folder.path().join("new"));
    let key = folder.path().join("key.txt");
    let said = run(&["backup", &format!("--make-key={}", key.display())]);
    let said = String::from_utf8(said.stdout).unwrap();
    let recipient = said.split('"').nth(1).unwrap();
    let relay = Program::start(&data, &[]);
    let token = relay.setup_token();
    let flags = |data: &std::path::Path, to: &str| {
        vec![
            format!("--data={}", data.display()),
            format!("--backup-to={to}"),
            format!("--backup-recipients={recipient}"),
            format!("--backup-s3-endpoint=http://{}", moto.address),
            "--backup-s3-access-key=key".to_owned(),
        ]
    };
    let identity = format!("--identity={}", key.display());
    let go = |words: &[&str], data: &std::path::Path, to: &str| {
        let flags = flags(data, to);
        let all: Vec<_> = words
            .iter()
            .copied()
            .chain(flags.iter().map(String::as_str))
            .collect();
        let done = command(&all)
            .env("PARLEY_BACKUP_S3_SECRET_KEY", "sesame")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&done.stdout) + String::from_utf8_lossy(&done.stderr);
        assert!(!said.contains("sesame"), "{said}");
        (done.status.success(), said.into_owned())
    };
    let (is_good, said) = go(&["backup"], &data, "s3://town/relay");
    assert!(
        !is_good && said.contains("NoSuchBucket") && said.contains("make the bucket first"),
        "{said}"
    );
    assert!(moto.ask("PUT", "/town").contains("200"));
    for words in [&["backup"][..], &["backup"], &["verify", identity.as_str()]] {
        let (is_good, said) = go(words, &data, "s3://town/relay");
        assert!(is_good, "{words:?}: {said}");
    }
    let (_, list) = go(&["backup", "--list"], &data, "s3://town/relay");
    assert_eq!(list.lines().count(), 2, "{list}");
    let (is_good, said) = go(&["restore", &identity], &new, "s3://town/relay");
    assert!(is_good, "{said}");
    relay.stop();
    assert_eq!(Program::start(&new, &[]).setup_token(), token);
    // Somebody puts nothing in the place of a piece of the newest.
    let newest = list.lines().last().unwrap();
    let piece = format!("backups/{newest}/database/0000.age");
    let emptied = moto.ask("PUT", &format!("/town/relay/{piece}"));
    assert!(emptied.contains("200 OK"), "{emptied}");
    let (is_good, said) = go(&["verify", &identity], &data, "s3://town/relay");
    assert!(
        !is_good && said.contains(&format!("{piece} is damaged")),
        "{said}"
    );
    let oldest = format!("--backup={}", list.lines().next().unwrap());
    let (is_good, said) = go(&["verify", &identity, &oldest], &data, "s3://town/relay");
    assert!(is_good, "{said}");
}
