//! The test vectors of RFC 5769: messages that another team wrote and signed.

use std::net::SocketAddr;

use bytes::BytesMut;
use turn_server::codec::crypto::{Password, generate_password};
use turn_server::codec::message::attributes::PasswordAlgorithm;

use crate::turn::encode::Encoder;
use crate::turn::message::{Message, TransactionId, names};

/// Section 2.4: a request with long-term credentials.
const REQUEST: [u8; 116] = [
    0x00, 0x01, 0x00, 0x60, 0x21, 0x12, 0xa4, 0x42, 0x78, 0xad, 0x34, 0x33, 0xc6, 0xad, 0x72, 0xc0,
    0x29, 0xda, 0x41, 0x2e, 0x00, 0x06, 0x00, 0x12, 0xe3, 0x83, 0x9e, 0xe3, 0x83, 0x88, 0xe3, 0x83,
    0xaa, 0xe3, 0x83, 0x83, 0xe3, 0x82, 0xaf, 0xe3, 0x82, 0xb9, 0x00, 0x00, 0x00, 0x15, 0x00, 0x1c,
    0x66, 0x2f, 0x2f, 0x34, 0x39, 0x39, 0x6b, 0x39, 0x35, 0x34, 0x64, 0x36, 0x4f, 0x4c, 0x33, 0x34,
    0x6f, 0x4c, 0x39, 0x46, 0x53, 0x54, 0x76, 0x79, 0x36, 0x34, 0x73, 0x41, 0x00, 0x14, 0x00, 0x0b,
    0x65, 0x78, 0x61, 0x6d, 0x70, 0x6c, 0x65, 0x2e, 0x6f, 0x72, 0x67, 0x00, 0x00, 0x08, 0x00, 0x14,
    0xf6, 0x70, 0x24, 0x65, 0x6d, 0xd6, 0x4a, 0x3e, 0x02, 0xb8, 0xe0, 0x71, 0x2e, 0x85, 0xc9, 0xa2,
    0x8c, 0xa8, 0x96, 0x66,
];
const TRANSACTION: TransactionId = [
    0xb7, 0xe7, 0xa7, 0x01, 0xbc, 0x34, 0xd6, 0x86, 0xfa, 0x87, 0xdf, 0xae,
];
const XOR_MAPPED_ADDRESS: u16 = 0x0020;
/// Sections 2.2 and 2.3: the attribute's value, and the address in it.
const MAPPED: [(&[u8], &str); 2] = [
    (
        &[0x00, 0x01, 0xa1, 0x47, 0xe1, 0x12, 0xa6, 0x43],
        "192.0.2.1:32853",
    ),
    (
        &[
            0x00, 0x02, 0xa1, 0x47, 0x01, 0x13, 0xa9, 0xfa, 0xa5, 0xd3, 0xf1, 0x79, 0xbc, 0x25,
            0xf4, 0xb5, 0xbe, 0xd2, 0xb9, 0xd9,
        ],
        "[2001:db8:1234:5678:11:2233:4455:6677]:32853",
    ),
];

#[test]
fn a_request_with_long_term_credentials_is_read_and_its_signature_is_right() {
    let message = Message::parse(&REQUEST).unwrap();
    assert_eq!(message.text(names::USERNAME), Some("マトリックス"));
    assert_eq!(
        message.text(names::NONCE),
        Some("f//499k954d6OL34oL9FSTvy64sA")
    );
    assert_eq!(message.text(names::REALM), Some("example.org"));
    let Password::Md5(key) = generate_password(
        "マトリックス",
        "TheMatrIX",
        "example.org",
        PasswordAlgorithm::Md5,
    ) else {
        panic!("MD5 was asked for")
    };
    assert!(message.is_signed_with(&key));
    // The last byte of the signature is the last of the message: nothing in it goes unnoticed.
    for at in 0..REQUEST.len() {
        let mut changed = REQUEST;
        changed[at] ^= 1;
        let is_taken = Message::parse(&changed).is_ok_and(|it| it.is_signed_with(&key));
        assert!(!is_taken, "byte {at} was changed");
    }
}

#[test]
fn addresses_are_written_and_read_as_there() {
    for (value, address) in MAPPED {
        let address: SocketAddr = address.parse().unwrap();
        let mut out = BytesMut::new();
        Encoder::new(&mut out, names::BINDING_REQUEST, TRANSACTION)
            .address(XOR_MAPPED_ADDRESS, address)
            .finish();
        assert_eq!(out.get(24..), Some(value));
        let message = Message::parse(&out).unwrap();
        let read: Vec<_> = message.addresses(XOR_MAPPED_ADDRESS).collect();
        assert_eq!(read, [Some(address)]);
    }
}
