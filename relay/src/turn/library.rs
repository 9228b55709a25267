//! The `turn-server` library: relayed ports and the responses about them.
//!
//! It only reads requests that were checked and written anew here. Its permissions and channels are not used; see
//! [`super::table`].

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, Waker};

use bytes::BytesMut;
use turn_server::codec::crypto::Password;
use turn_server::codec::message::attributes::PasswordAlgorithm;
use turn_server::codec::message::methods::{
    ALLOCATE_RESPONSE, BINDING_RESPONSE, Method, REFRESH_RESPONSE,
};
use turn_server::service::session::{Identifier, ports::PortRange};
use turn_server::service::{InterfaceAddr, Service, ServiceHandler, ServiceOptions, Transport};

use super::authority::{Authenticated, Authority};
use super::client::Client;
use super::encode::{Encoder, ROOM};
use super::message::{Message, TransactionId, names};

/// The library counts seconds in a thread of its own. Its sessions last this much longer than ours, so that our
/// clock decides.
const GRACE_SECONDS: u32 = 60;

/// REQUESTED-TRANSPORT for UDP: its protocol number in the first byte.
pub(super) const UDP_TRANSPORT: [u8; 4] = [17, 0, 0, 0];

pub(super) struct Library {
    service: Service<Handler>,
    unix: Arc<AtomicU64>,
    interface: SocketAddr,
    public: SocketAddr,
    request: BytesMut,
}

/// A request to the library.
pub(super) struct Ask<'a> {
    pub(super) from: Client,
    pub(super) transaction: TransactionId,
    pub(super) by: Authenticated<'a>,
    /// Seconds.
    pub(super) lifetime: u32,
    pub(super) unix: u64,
}

impl Library {
    pub(super) fn new(
        authority: Arc<Authority>,
        interface: SocketAddr,
        public: SocketAddr,
    ) -> Self {
        let unix = Arc::new(AtomicU64::new(0));
        let interfaces = [Transport::Udp, Transport::Tcp].map(|transport| InterfaceAddr {
            addr: interface,
            external: public,
            transport,
        });
        let service = Service::new(ServiceOptions {
            port_range: PortRange::default(),
            realm: authority.realm().to_owned(),
            interfaces: interfaces.to_vec(),
            handler: Handler {
                authority,
                unix: unix.clone(),
            },
        });
        Self {
            service,
            unix,
            interface,
            public,
            request: BytesMut::with_capacity(ROOM),
        }
    }

    /// Answers a Binding request. `false`: there is no response.
    pub(super) fn binding(
        &mut self,
        from: Client,
        transaction: TransactionId,
        reply: &mut BytesMut,
    ) -> bool {
        Encoder::new(&mut self.request, names::BINDING_REQUEST, transaction).finish();
        self.route(from, reply) == Some(BINDING_RESPONSE)
    }

    /// Makes an allocation, or repeats the response for an existing one, and returns its port. `None`: `reply`
    /// holds an error or nothing.
    pub(super) fn allocate(&mut self, ask: &Ask<'_>, reply: &mut BytesMut) -> Option<u16> {
        self.unix.store(ask.unix, Ordering::Relaxed);
        Encoder::new(&mut self.request, names::ALLOCATE_REQUEST, ask.transaction)
            .attribute(names::USERNAME, ask.by.username.as_bytes())
            .attribute(names::REQUESTED_TRANSPORT, &UDP_TRANSPORT)
            .attribute(names::LIFETIME, &ask.lifetime.to_be_bytes())
            .finish_signed(&ask.by.key);
        let made = self.route(ask.from, reply) == Some(ALLOCATE_RESPONSE);
        let port = made.then(|| relayed_port(reply)).flatten();
        if port.is_some() {
            self.outlast(ask);
        } else {
            self.forget(ask.from);
        }
        port
    }

    /// Answers a Refresh request; a lifetime of zero ends the allocation.
    pub(super) fn refresh(&mut self, ask: &Ask<'_>, reply: &mut BytesMut) -> bool {
        self.unix.store(ask.unix, Ordering::Relaxed);
        Encoder::new(&mut self.request, names::REFRESH_REQUEST, ask.transaction)
            .attribute(names::USERNAME, ask.by.username.as_bytes())
            .attribute(names::LIFETIME, &ask.lifetime.to_be_bytes())
            .finish_signed(&ask.by.key);
        let done = self.route(ask.from, reply) == Some(REFRESH_RESPONSE);
        if done && ask.lifetime > 0 {
            self.outlast(ask);
        }
        done
    }

    /// Ends the client's session in the library.
    pub(super) fn forget(&self, client: Client) {
        let manager = self.service.get_session_manager();
        manager.refresh(&self.identifier(client), 0);
    }

    fn outlast(&self, ask: &Ask<'_>) {
        let manager = self.service.get_session_manager();
        let lifetime = ask.lifetime.saturating_add(GRACE_SECONDS);
        manager.refresh(&self.identifier(ask.from), lifetime);
    }

    /// The router awaits only our handler, which is always ready.
    fn route(&mut self, from: Client, reply: &mut BytesMut) -> Option<Method> {
        reply.clear();
        reply.reserve(ROOM);
        let mut router = self.service.make_router(self.identifier(from));
        let answer = pin!(router.route(&self.request, reply));
        match answer.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(Ok(Some(result))) => result.method,
            Poll::Ready(_) | Poll::Pending => None,
        }
    }

    fn identifier(&self, client: Client) -> Identifier {
        Identifier {
            source: client.addr,
            external: self.public,
            interface: self.interface,
            transport: client.transport,
        }
    }
}

fn relayed_port(reply: &[u8]) -> Option<u16> {
    let message = Message::parse(reply).ok()?;
    let relayed = message.addresses(names::XOR_RELAYED_ADDRESS).next()??;
    Some(relayed.port())
}

/// The library's callbacks.
#[derive(Clone)]
struct Handler {
    authority: Arc<Authority>,
    unix: Arc<AtomicU64>,
}

impl ServiceHandler for Handler {
    async fn get_password(
        &self,
        _: &Identifier,
        username: &str,
        algorithm: PasswordAlgorithm,
    ) -> Option<Password> {
        if algorithm != PasswordAlgorithm::Md5 {
            return None;
        }
        let unix = self.unix.load(Ordering::Relaxed);
        let key = self.authority.key_for_allocation(username, unix)?;
        Some(Password::Md5(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::turn::credentials::TurnSecret;
    use turn_server::service::session::Session;

    /// Otherwise the library could end a session that we still count on.
    #[test]
    fn the_library_keeps_a_session_longer_than_we_do() {
        let device = "anna-anna-anna-anna-00";
        let addr = ([127, 0, 0, 1], 3478).into();
        let secret = TurnSecret::new([1; 32]);
        let issued = secret.issue(device, 1000);
        let live = Arc::new(|_: &str| true);
        let authority = Arc::new(Authority::new(secret, "realm".to_owned(), live));
        let key = authority.key_for_allocation(&issued.username, 0).unwrap();
        let mut library = Library::new(authority, addr, addr);
        let ask = Ask {
            from: Client::udp(([198, 51, 100, 1], 1).into()),
            transaction: [0; 12],
            by: Authenticated {
                username: &issued.username,
                device,
                key,
            },
            lifetime: 600,
            unix: 0,
        };
        let left = |library: &Library| {
            let id = library.identifier(ask.from);
            let session = library.service.get_session_manager().get_session(&id);
            match session.get_ref() {
                Some(Session::Authenticated { expires, .. }) => *expires,
                Some(Session::New { .. }) | None => 0,
            }
        };
        let longer = u64::from(ask.lifetime + GRACE_SECONDS);
        assert!(library.allocate(&ask, &mut BytesMut::new()).is_some());
        assert!(left(&library) >= longer);
        library.forget(ask.from);
        assert_eq!(left(&library), 0);
        assert!(library.allocate(&ask, &mut BytesMut::new()).is_some());
        assert!(library.refresh(&ask, &mut BytesMut::new()));
        assert!(left(&library) >= longer);
    }
}
