//! The socket in the data folder over which a terminal on this machine asks the running relay. Whoever can open it has
//! the relay's account, and could read the database as well.

use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Requests at a time: a person, and a script or two.
const AT_ONCE: usize = 8;

/// Where a relay with this data folder can be asked.
pub(crate) fn path(data: &Path) -> PathBuf {
    data.join("admin.sock")
}

/// Answers until `stopping` is true. Without the socket the relay runs as well: a path may be too long for one.
pub(crate) fn serve(
    data: &Path,
    router: Router,
    stopping: watch::Receiver<bool>,
) -> Option<JoinHandle<()>> {
    let path = path(data);
    match bind(&path) {
        Ok(listener) => Some(tokio::spawn(accept(listener, path, router, stopping))),
        Err(error) => {
            tracing::warn!(%error, path = %path.display(), "no socket for `parley-relay admin`");
            None
        }
    }
}

/// What a relay that was killed left behind is replaced.
fn bind(path: &Path) -> io::Result<UnixListener> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Err(_) | Ok(()) => {}
    }
    let listener = UnixListener::bind(path)?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?;
    Ok(listener)
}

async fn accept(
    listener: UnixListener,
    path: PathBuf,
    router: Router,
    mut stopping: watch::Receiver<bool>,
) {
    let mut open = tokio::task::JoinSet::new();
    loop {
        let accepted = tokio::select! {
            _ = stopping.wait_for(|stopping| *stopping) => break,
            accepted = listener.accept() => accepted,
        };
        let Ok((stream, _)) = accepted else {
            tracing::warn!("cannot accept a connection at the local socket");
            break;
        };
        while open.len() >= AT_ONCE {
            open.join_next().await;
        }
        open.spawn(answer(stream, router.clone()));
    }
    open.shutdown().await;
    let _ = std::fs::remove_file(path);
}

async fn answer(stream: UnixStream, router: Router) {
    let service = TowerToHyperService::new(router);
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), service);
    if let Err(error) = served.await {
        tracing::debug!(%error, "local request failed");
    }
}
