//! A disk that fills: a small file system of the test's own. Everything is refused with the reason, nothing that was
//! answered is lost, also by a kill meanwhile, and the relay goes on when there is room.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use parley_protocol::error::ErrorCode;
use parley_protocol::frame::{Request, Response};

use super::OPTIONS;
use super::client::Line;
use super::ledger::Posted;
use super::town::Town;
use crate::program::{Program, arguments, folder};
use crate::support::person::{message, session_id};

const MEGABYTES: u32 = 40;

/// A process that holds a mount namespace, in which a folder is a small file system.
struct SmallDisk {
    holder: Child,
    inside: PathBuf,
}

impl SmallDisk {
    /// `None`, with a word why, where this machine allows no namespaces.
    fn mount(at: &Path) -> Option<Self> {
        let script = format!(
            "mount -t tmpfs -o size={MEGABYTES}m,mode=700 parley '{}' && echo mounted && exec cat",
            at.display()
        );
        let mut holder = Command::new("unshare")
            .args(["--mount", "--propagation", "private", "sh", "-c", &script])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .ok()?;
        let mut said = String::new();
        let out = holder.stdout.as_mut()?;
        std::io::BufRead::read_line(&mut std::io::BufReader::new(out), &mut said).ok()?;
        if said.trim() != "mounted" {
            let _ = holder.wait();
            return None;
        }
        let root = format!("/proc/{}/root", holder.id());
        let inside = Path::new(&root).join(at.strip_prefix("/").ok()?);
        Some(Self { holder, inside })
    }

    fn start(&self, data: &Path) -> Program {
        let mut command = Command::new("nsenter");
        command
            .arg(format!("--mount=/proc/{}/ns/mnt", self.holder.id()))
            .arg(env!("CARGO_BIN_EXE_parley-relay"))
            .args(arguments(data, &OPTIONS))
            .env_remove("PARLEY_CONFIG")
            .stdin(Stdio::null());
        Program::spawn(command).unwrap_or_else(|ended| panic!("{}", ended.logged))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = self.holder.kill();
        let _ = self.holder.wait();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_and_a_kill_lose_nothing_and_the_relay_goes_on_when_there_is_room() {
    let folder = folder();
    let at = folder.path().join("disk");
    std::fs::create_dir(&at).unwrap();
    let Some(disk) = SmallDisk::mount(&at) else {
        println!("not run: this machine lets a test mount no file system of its own");
        return;
    };
    let data = at.join("data");
    // What is removed when somebody makes room.
    let ballast = disk.inside.join("ballast");
    std::fs::write(&ballast, vec![1; 12 * 1024 * 1024]).unwrap();

    let relay = disk.start(&data);
    let mut town = Town::found(&relay, 2).await;
    let taken = fill(&mut town, &relay).await;
    assert!(taken > 10, "{taken}");
    let (status, said) = relay.get("/readyz");
    assert_eq!(status, 503);
    assert!(
        said.contains("disk of the data folder is nearly full"),
        "{said}"
    );
    relay.kill();
    town.ledger.check(&disk.inside.join("data"));

    // Full as it is, the relay starts again, and refuses again.
    let relay = disk.start(&data);
    town.check_by_reading(relay.address()).await;
    fill(&mut town, &relay).await;
    relay.kill();
    town.ledger.check(&disk.inside.join("data"));

    std::fs::remove_file(&ballast).unwrap();
    let relay = disk.start(&data);
    assert!(fill(&mut town, &relay).await > 10);
    town.check_by_reading(relay.address()).await;
    relay.kill();
    town.ledger.check(&disk.inside.join("data"));
}

/// Posts until the relay refuses. Gives how many it took.
async fn fill(town: &mut Town, relay: &Program) -> usize {
    let writer = &town.senders[1];
    let mut line = Line::open(relay.address(), &writer.person, &writer.token)
        .await
        .unwrap();
    let key = super::town::session();
    let announced = line
        .ask(writer.person.announce(town.text, &key, town.head()))
        .await;
    match announced.unwrap() {
        Ok(_) => {}
        Err(ErrorCode::StorageFailed) => return 0,
        Err(other) => panic!("{other:?}"),
    }
    for taken in 0..10_000 {
        let text = format!("{} {}", town.ledger.posts.len(), "A".repeat(30_000));
        let message = message(session_id(&key), &text);
        let (id, author) = (message.id, writer.person.device);
        let request = Request::Post {
            channel: town.text,
            message,
        };
        match line.ask(request).await.unwrap() {
            Ok(Response::Posted { seq, .. }) => {
                let posted = Posted {
                    author,
                    id,
                    text,
                    seq,
                };
                town.ledger.posts.push(posted);
            }
            Err(ErrorCode::StorageFailed) => return taken,
            other => panic!("{other:?}"),
        }
    }
    panic!("the disk never fills");
}
