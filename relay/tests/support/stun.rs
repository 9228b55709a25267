//! A small STUN and TURN client without sockets: requests as bytes, answers
//! taken apart. It is written with the library's codec, while the server writes
//! with its own, so that each checks the other.

use std::net::SocketAddr;

use bytes::{BufMut, BytesMut};
use turn_server::codec::Attributes;
use turn_server::codec::crypto::{Password, generate_password};
use turn_server::codec::message::attributes::{
    Attribute, AttributeType, Data, ErrorCode, EvenPort, Lifetime, Nonce, PasswordAlgorithm, Realm,
    RequestedTransport, UserName, XorMappedAddress, XorPeerAddress, XorRelayedAddress,
};
use turn_server::codec::message::methods::{
    ALLOCATE_REQUEST, BINDING_REQUEST, CHANNEL_BIND_REQUEST, CREATE_PERMISSION_REQUEST, Method,
    REFRESH_REQUEST, SEND_INDICATION,
};
use turn_server::codec::message::{Message, MessageEncoder};

/// What a client signs with.
#[derive(Clone)]
pub(crate) struct Login {
    pub(crate) username: String,
    pub(crate) password: String,
    pub(crate) realm: String,
    pub(crate) nonce: String,
}

impl Login {
    /// Before the server has said its realm and nonce.
    pub(crate) fn new(username: &str, password: &str) -> Self {
        Self {
            username: username.to_owned(),
            password: password.to_owned(),
            realm: String::new(),
            nonce: String::new(),
        }
    }

    /// The key of MESSAGE-INTEGRITY.
    pub(crate) fn md5(&self) -> [u8; 16] {
        let Password::Md5(key) = self.key() else {
            panic!("MD5 was asked for")
        };
        key
    }

    fn key(&self) -> Password {
        let algorithm = PasswordAlgorithm::Md5;
        generate_password(&self.username, &self.password, &self.realm, algorithm)
    }
}

/// What a client can ask for.
#[derive(Clone, Copy)]
pub(crate) enum Ask<'a> {
    Binding,
    Allocate { lifetime: Option<u32> },
    AllocateEven { reserve: bool },
    AllocateTcpRelay,
    Refresh { lifetime: u32 },
    Permit(&'a [SocketAddr]),
    Bind { channel: u16, peer: SocketAddr },
    Send { peer: SocketAddr, data: &'a [u8] },
}

impl Ask<'_> {
    fn method(self) -> Method {
        match self {
            Ask::Binding => BINDING_REQUEST,
            Ask::Allocate { .. } | Ask::AllocateEven { .. } | Ask::AllocateTcpRelay => {
                ALLOCATE_REQUEST
            }
            Ask::Refresh { .. } => REFRESH_REQUEST,
            Ask::Permit(_) => CREATE_PERMISSION_REQUEST,
            Ask::Bind { .. } => CHANNEL_BIND_REQUEST,
            Ask::Send { .. } => SEND_INDICATION,
        }
    }

    fn write(self, encoder: &mut MessageEncoder<'_>) {
        match self {
            Ask::Binding => {}
            Ask::Allocate { lifetime } => {
                encoder.append::<RequestedTransport>(RequestedTransport::Udp);
                if let Some(lifetime) = lifetime {
                    encoder.append::<Lifetime>(lifetime);
                }
            }
            Ask::AllocateEven { reserve } => {
                encoder.append::<RequestedTransport>(RequestedTransport::Udp);
                encoder.append::<EvenPort>(reserve);
            }
            Ask::AllocateTcpRelay => encoder.append::<RequestedTransport>(RequestedTransport::Tcp),
            Ask::Refresh { lifetime } => encoder.append::<Lifetime>(lifetime),
            Ask::Permit(peers) => {
                for peer in peers {
                    encoder.append::<XorPeerAddress>(*peer);
                }
            }
            Ask::Bind { channel, peer } => {
                encoder.append::<WholeChannelNumber>(channel);
                encoder.append::<XorPeerAddress>(peer);
            }
            Ask::Send { peer, data } => {
                encoder.append::<XorPeerAddress>(peer);
                encoder.append::<Data>(data);
            }
        }
    }

    /// The request's bytes, signed if there is a login.
    pub(crate) fn encode(self, transaction: u64, login: Option<&Login>) -> Vec<u8> {
        let mut id = [0; 12];
        id[4..].copy_from_slice(&transaction.to_be_bytes());
        let mut out = BytesMut::with_capacity(8192);
        let mut encoder = MessageEncoder::new(self.method(), &id, &mut out);
        self.write(&mut encoder);
        if let Some(login) = login {
            encoder.append::<UserName>(&login.username);
            encoder.append::<Realm>(&login.realm);
            encoder.append::<Nonce>(&login.nonce);
            encoder.flush(Some(&login.key())).unwrap();
        } else {
            encoder.flush(None).unwrap();
        }
        out.to_vec()
    }
}

/// CHANNEL-NUMBER in four bytes, as the standard has it; the library writes two.
struct WholeChannelNumber;

impl<'a> Attribute<'a> for WholeChannelNumber {
    type Error = ();
    type Item = u16;

    const TYPE: AttributeType = AttributeType::ChannelNumber;

    fn serialize<B: BufMut>(channel: u16, out: &mut B, _: &'a [u8]) {
        out.put_u16(channel);
        out.put_u16(0);
    }

    fn deserialize(_: &'a [u8], _: &'a [u8]) -> Result<u16, ()> {
        Err(())
    }
}

/// `ChannelData`, padded as TCP wants it.
pub(crate) fn channel_data(channel: u16, payload: &[u8]) -> Vec<u8> {
    let mut out = channel.to_be_bytes().to_vec();
    out.extend_from_slice(&u16::try_from(payload.len()).unwrap().to_be_bytes());
    out.extend_from_slice(payload);
    out.resize(out.len().next_multiple_of(4), 0);
    out
}

/// What came back, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    Channel { channel: u16, data: Vec<u8> },
    Stun(Stun),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stun {
    pub(crate) method: Method,
    pub(crate) error: Option<u16>,
    pub(crate) realm: Option<String>,
    pub(crate) nonce: Option<String>,
    pub(crate) mapped: Option<SocketAddr>,
    pub(crate) relayed: Option<SocketAddr>,
    pub(crate) peer: Option<SocketAddr>,
    pub(crate) lifetime: Option<u32>,
    pub(crate) data: Option<Vec<u8>>,
    /// Whether it carries a correct signature by the login.
    pub(crate) signed: bool,
}

impl Answer {
    pub(crate) fn parse(packet: &[u8], login: Option<&Login>) -> Self {
        if packet[0] >> 6 == 1 {
            let length = usize::from(u16::from_be_bytes([packet[2], packet[3]]));
            return Self::Channel {
                channel: u16::from_be_bytes([packet[0], packet[1]]),
                data: packet[4..4 + length].to_vec(),
            };
        }
        let mut attributes = Attributes::default();
        let message = Message::decode(packet, &mut attributes).unwrap();
        Self::Stun(Stun {
            method: message.method(),
            error: message.get::<ErrorCode<'_>>().map(number),
            realm: message.get::<Realm>().map(str::to_owned),
            nonce: message.get::<Nonce>().map(str::to_owned),
            mapped: message.get::<XorMappedAddress>(),
            relayed: message.get::<XorRelayedAddress>(),
            peer: message.get::<XorPeerAddress>(),
            lifetime: message.get::<Lifetime>(),
            data: message.get::<Data>().map(<[u8]>::to_vec),
            signed: login.is_some_and(|login| message.verify(&login.key()).is_ok()),
        })
    }

    pub(crate) fn stun(self) -> Stun {
        match self {
            Self::Stun(stun) => stun,
            Self::Channel { .. } => panic!("a STUN message was expected"),
        }
    }
}

fn number(code: ErrorCode<'_>) -> u16 {
    (code.code >> 8) * 100 + (code.code & 0xFF)
}
