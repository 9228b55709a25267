//! What a client sends, beside what the library makes of it.

use std::io::{self, Read, Write};

use proptest::prelude::*;
use tungstenite::protocol::frame::Frame;
use tungstenite::protocol::{Role, WebSocketConfig};
use tungstenite::{Error, WebSocket};

use super::*;

/// All that is in these bytes, as they come, and why it ends early.
fn read(pieces: &[&[u8]]) -> (Vec<Message>, Option<Broken>) {
    let mut incoming = Incoming::default();
    let mut messages = Vec::new();
    for piece in pieces {
        incoming.add(piece);
        loop {
            match incoming.next() {
                Ok(Some(Message::Close)) => {
                    messages.push(Message::Close);
                    return (messages, None);
                }
                Ok(Some(message)) => messages.push(message),
                Ok(None) => break,
                Err(broken) => return (messages, Some(broken)),
            }
        }
    }
    (messages, None)
}

fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![first];
    match payload.len() {
        length @ 0..126 => bytes.push(0x80 | u8::try_from(length).unwrap()),
        length @ 126..65_536 => {
            bytes.push(0xFE);
            bytes.extend(u16::try_from(length).unwrap().to_be_bytes());
        }
        length => {
            bytes.push(0xFF);
            bytes.extend((length as u64).to_be_bytes());
        }
    }
    let mask = [7, 0, 200, 99];
    bytes.extend(mask);
    let masked = payload.iter().zip(mask.iter().cycle());
    bytes.extend(masked.map(|(byte, mask)| byte ^ mask));
    bytes
}

#[test]
fn nothing_is_held_between_two_messages() {
    let mut incoming = Incoming::default();
    let long = "x".repeat(100_000);
    for piece in frame(0x81, long.as_bytes()).chunks(5_000) {
        assert_eq!(incoming.next(), Ok(None));
        incoming.add(piece);
    }
    assert_eq!(incoming.next(), Ok(Some(Message::Text(long))));
    assert_eq!(incoming.bytes.capacity(), 0);
    let two = [frame(0x81, b"one"), frame(0x81, b"two")].concat();
    incoming.add(&two);
    assert_eq!(incoming.next(), Ok(Some(Message::Text("one".to_owned()))));
    assert_eq!(incoming.next(), Ok(Some(Message::Text("two".to_owned()))));
    assert_eq!(incoming.bytes.capacity(), 0);
}

#[test]
fn what_is_too_large_is_refused_before_it_is_here() {
    let whole = frame(0x81, &vec![b'x'; MAX_FRAME_BYTES]);
    assert_eq!(read(&[&whole]).1, None);
    let larger = frame(0x81, &vec![b'x'; MAX_FRAME_BYTES + 1]);
    assert_eq!(read(&[&larger[..14]]).1, Some(Broken::TooLarge));
    let begun = frame(0x01, &vec![b'x'; MAX_FRAME_BYTES]);
    let parts = [&*begun, &frame(0x00, b""), &frame(0x00, b"x")];
    assert_eq!(read(&parts), (vec![], Some(Broken::TooLarge)));
    let endless = [
        0x81, 0xFF, 255, 255, 255, 255, 255, 255, 255, 255, 1, 2, 3, 4,
    ];
    assert_eq!(read(&[&endless]).1, Some(Broken::TooLarge));
}

#[test]
fn a_letter_may_be_in_two_frames_and_what_is_none_ends_it() {
    let [first, second] = ["ä".as_bytes()[0], "ä".as_bytes()[1]];
    let parts = [frame(0x01, &[first]), frame(0x80, &[second])].concat();
    let whole = Message::Text("ä".to_owned());
    assert_eq!(read(&[&parts]), (vec![whole], None));
    let parts = [frame(0x01, &[first]), frame(0x80, b"a")].concat();
    assert_eq!(read(&[&parts]), (vec![], Some(Broken::NotText)));
}

/// A stream that has given these bytes, and then has no more yet.
struct Given<'a>(&'a [u8]);

impl Read for Given<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.read(buffer)? {
            0 => Err(io::ErrorKind::WouldBlock.into()),
            read => Ok(read),
        }
    }
}

impl Write for Given<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The same by the library.
fn read_by_library(bytes: &[u8]) -> (Vec<Message>, Option<Broken>) {
    let config = WebSocketConfig::default()
        .max_message_size(Some(MAX_FRAME_BYTES))
        .max_frame_size(Some(MAX_FRAME_BYTES));
    let mut socket = WebSocket::from_raw_socket(Given(bytes), Role::Server, Some(config));
    let mut messages = Vec::new();
    loop {
        let message = match socket.read() {
            Ok(tungstenite::Message::Text(text)) => Message::Text(text.as_str().to_owned()),
            Ok(tungstenite::Message::Binary(_)) => Message::Binary,
            Ok(tungstenite::Message::Ping(payload)) => Message::Ping(payload.to_vec()),
            Ok(tungstenite::Message::Pong(_)) => Message::Pong,
            Ok(tungstenite::Message::Close(_)) => {
                messages.push(Message::Close);
                return (messages, None);
            }
            Err(Error::Io(_)) => return (messages, None),
            Err(Error::Utf8(_)) => return (messages, Some(Broken::NotText)),
            Err(Error::Capacity(_)) => return (messages, Some(Broken::TooLarge)),
            Ok(tungstenite::Message::Frame(Frame { .. })) | Err(_) => {
                return (messages, Some(Broken::Rules));
            }
        };
        messages.push(message);
    }
}

/// Frames that clients send, and some that they must not.
fn any_frame() -> impl Strategy<Value = Vec<u8>> {
    let code = prop_oneof![
        6 => Just(0x81_u8), 3 => Just(0x01), 3 => Just(0x00), 3 => Just(0x80), 1 => Just(0x82),
        2 => Just(0x89), 1 => Just(0x8A), 1 => Just(0x88), 1 => any::<u8>(),
    ];
    let payload = prop_oneof![
        8 => ".{0,40}".prop_map(String::into_bytes),
        1 => prop::collection::vec(any::<u8>(), 0..20),
        1 => (120_usize..70_000).prop_map(|length| vec![b'x'; length]),
    ];
    (code, payload, 0_u8..50).prop_map(|(code, mut payload, slip)| {
        if code & 0x80 == 0 && std::str::from_utf8(&payload).is_err() {
            // What is no text is refused here with the last part, and by the library with the first that shows it.
            payload.clear();
        }
        if code & 0x0F == 0x08 {
            // Here nobody looks at the reason.
            payload = [&1000_u16.to_be_bytes()[..], &[b'x'].repeat(payload.len())].concat();
        }
        let mut bytes = frame(code, &payload);
        if slip == 0 {
            // Without the bit that says that there is a mask.
            bytes[1] &= 0x7F;
        }
        bytes
    })
}

proptest! {
    #[test]
    fn it_is_read_as_the_library_reads_it(
        frames in prop::collection::vec(any_frame(), 1..12),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
    ) {
        let bytes = frames.concat();
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len())).collect();
        cuts.sort_unstable();
        let mut pieces = Vec::new();
        let mut rest = &*bytes;
        for cut in cuts.iter().rev() {
            let (before, piece) = rest.split_at(*cut);
            pieces.insert(0, piece);
            rest = before;
        }
        pieces.insert(0, rest);
        let (messages, broken) = read(&pieces);
        let (expected, expected_broken) = read_by_library(&bytes);
        prop_assert_eq!(&messages, &expected);
        prop_assert_eq!(broken.is_some(), expected_broken.is_some());
    }
}
