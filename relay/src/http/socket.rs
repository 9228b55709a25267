//! `GET /socket`: upgrades to a WebSocket (RFC 6455) and starts its task.

use std::net::IpAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{FromRequestParts as _, Request, State};
use axum::http::header::{
    CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE,
};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use parley_protocol::error::ErrorCode;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;
use tungstenite::handshake::derive_accept_key;

use super::app::App;
use super::error::Refused;
use super::visitor::Address;
use super::{diagnosis, forwarded, upgrade};
use crate::connection_slots::{CallerSlots, Slot};
use crate::server::accept::Held;
use crate::server::backend::Backend;
use crate::server::connection::{self, Caller};

pub(super) async fn handle(
    State(app): State<Arc<App>>,
    mut request: Request,
) -> Result<Response, Refused> {
    if !upgrade::is_asked(request.headers()) {
        diagnosis::met_socket(&app, request.headers());
        return Err(ErrorCode::UpgradeMissing.into());
    }
    let accept = accept_key(request.headers()).ok_or(ErrorCode::Malformed)?;
    let upgrade = hyper::upgrade::on(&mut request);
    let (mut parts, _) = request.into_parts();
    let Ok(Address(from)) = Address::from_request_parts(&mut parts, &app).await;
    let is_passed_on = app.proxies.contains(forwarded::peer(&parts.extensions));
    let forwarded = if is_passed_on {
        Some(slot(&app, from)?)
    } else {
        None
    };
    app.backend.count_socket(from)?;

    let own = parts.extensions.remove::<Held>();
    let caller = Caller {
        from,
        slots: CallerSlots {
            own: own.map(|Held(slot)| slot),
            forwarded,
        },
    };
    let running = app.running.clone();
    tokio::spawn(async move {
        connect(upgrade, &caller, Arc::clone(&app.backend)).await;
        drop((caller, running));
    });
    let headers = [
        (UPGRADE, "websocket"),
        (CONNECTION, "Upgrade"),
        (SEC_WEBSOCKET_ACCEPT, accept.as_str()),
    ];
    Ok((StatusCode::SWITCHING_PROTOCOLS, headers, Body::empty()).into_response())
}

/// Behind a proxy, takes a slot for the forwarded address, which the listener does not know.
fn slot(app: &App, from: IpAddr) -> Result<Slot, ErrorCode> {
    let slot = app.sockets.take(from, app.backend.is_known(from));
    slot.ok_or(ErrorCode::RateLimited { retry_after: 30 })
}

async fn connect(upgrade: OnUpgrade, caller: &Caller, backend: Arc<Backend>) {
    let Ok(upgraded) = upgrade.await else {
        return;
    };
    // Using the stream directly saves a box and a lock per connection.
    let upgraded = match found::<TcpStream>(upgraded) {
        Ok((stream, read)) => {
            let (reading, writing) = stream.into_split();
            return connection::run(reading, writing, read, caller, backend).await;
        }
        Err(upgraded) => upgraded,
    };
    match found::<Box<TlsStream<TcpStream>>>(*upgraded) {
        Ok((stream, read)) => {
            let (reading, writing) = tokio::io::split(stream);
            connection::run(reading, writing, read, caller, backend).await;
        }
        Err(upgraded) => {
            let stream: TokioIo<Upgraded> = TokioIo::new(*upgraded);
            let (reading, writing) = tokio::io::split(stream);
            connection::run(reading, writing, Vec::new(), caller, backend).await;
        }
    }
}

/// The stream of this kind, and what arrived with the request: even if that is empty, its buffer is as large as the
/// request was, so it is copied.
fn found<S>(upgraded: Upgraded) -> Result<(S, Vec<u8>), Box<Upgraded>>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    match upgraded.downcast::<TokioIo<S>>() {
        Ok(parts) => Ok((parts.io.into_inner(), parts.read_buf.to_vec())),
        Err(upgraded) => Err(Box::new(upgraded)),
    }
}

/// `Sec-WebSocket-Accept` for a valid opening handshake (RFC 6455 section 4.2.1).
fn accept_key(headers: &HeaderMap) -> Option<String> {
    if !upgrade::names(headers, &SEC_WEBSOCKET_VERSION, "13") {
        return None;
    }
    let key = headers.get(SEC_WEBSOCKET_KEY)?;
    Some(derive_accept_key(key.as_bytes()))
}
