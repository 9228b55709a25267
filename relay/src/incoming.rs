//! WebSocket messages out of the bytes that a client sends (RFC 6455 section 5). Between two messages nothing is held:
//! thousands of connections are silent most of the time. No sockets.

use std::io::Cursor;

use parley_protocol::limits::MAX_FRAME_BYTES;
use tungstenite::protocol::frame::FrameHeader;
use tungstenite::protocol::frame::coding::{Control, Data, OpCode};

/// Maximum payload of a control frame (RFC 6455 section 5.5).
const MAX_CONTROL_BYTES: usize = 125;

/// What a client sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Message {
    Text(String),
    Binary,
    Ping(Vec<u8>),
    Pong,
    Close,
}

/// Why a client is not listened to any longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Broken {
    #[error("larger than {MAX_FRAME_BYTES} bytes")]
    TooLarge,
    #[error("text that is no UTF-8")]
    NotText,
    #[error("against the rules of RFC 6455")]
    Rules,
}

/// What was received and is no whole message yet.
#[derive(Debug, Default)]
pub(crate) struct Incoming {
    bytes: Vec<u8>,
    /// How many of `bytes` were taken.
    taken: usize,
    begun: Option<Begun>,
}

/// A message in several frames, without the last one.
#[derive(Debug)]
struct Begun {
    is_text: bool,
    payload: Vec<u8>,
}

/// A whole frame at the beginning of what is there.
struct Frame {
    is_final: bool,
    code: OpCode,
    payload: Vec<u8>,
}

impl Incoming {
    /// Adds what arrived. All messages that were there before have been taken.
    pub(crate) fn add(&mut self, bytes: &[u8]) {
        self.bytes.drain(..self.taken);
        self.taken = 0;
        self.bytes.extend_from_slice(bytes);
    }

    /// The next whole message. `None`: more has to arrive.
    pub(crate) fn next(&mut self) -> Result<Option<Message>, Broken> {
        while let Some(frame) = self.frame()? {
            let message = match frame.code {
                OpCode::Data(code) => self.data(code, frame.is_final, frame.payload)?,
                OpCode::Control(Control::Ping) => Some(Message::Ping(frame.payload)),
                OpCode::Control(Control::Pong) => Some(Message::Pong),
                OpCode::Control(Control::Close) => Some(Message::Close),
                OpCode::Control(Control::Reserved(_)) => return Err(Broken::Rules),
            };
            if message.is_some() {
                return Ok(message);
            }
        }
        Ok(None)
    }

    fn data(
        &mut self,
        code: Data,
        is_final: bool,
        payload: Vec<u8>,
    ) -> Result<Option<Message>, Broken> {
        let whole = match (code, self.begun.take()) {
            (Data::Text, None) => Begun::new(true, payload),
            (Data::Binary, None) => Begun::new(false, payload),
            (Data::Continue, Some(begun)) => begun.with(&payload)?,
            (Data::Text | Data::Binary | Data::Continue | Data::Reserved(_), _) => {
                return Err(Broken::Rules);
            }
        };
        if is_final {
            return whole.into_message().map(Some);
        }
        self.begun = Some(whole);
        Ok(None)
    }

    /// Takes a frame, if all of it is there.
    fn frame(&mut self) -> Result<Option<Frame>, Broken> {
        let rest = self.bytes.get(self.taken..).unwrap_or_default();
        let mut cursor = Cursor::new(rest);
        let header = FrameHeader::parse(&mut cursor).map_err(|_| Broken::Rules)?;
        let Some((header, length)) = header else {
            return Ok(None);
        };
        let begin = usize::try_from(cursor.position()).map_err(|_| Broken::TooLarge)?;
        let length = usize::try_from(length).map_err(|_| Broken::TooLarge)?;
        let mask = checked(&header, length)?;
        if rest.len() - begin < length {
            return Ok(None);
        }
        let mut payload = self.take(begin, length);
        unmask(&mut payload, mask);
        Ok(Some(Frame {
            is_final: header.is_final,
            code: header.opcode,
            payload,
        }))
    }

    /// Takes a frame's bytes. If they are all that is there, as nearly always, they are not copied.
    fn take(&mut self, header: usize, length: usize) -> Vec<u8> {
        let end = self.taken + header + length;
        if end < self.bytes.len() {
            let payload = self.bytes.get(self.taken + header..end);
            self.taken = end;
            return payload.unwrap_or_default().to_vec();
        }
        let mut payload = std::mem::take(&mut self.bytes);
        payload.drain(..std::mem::take(&mut self.taken) + header);
        payload
    }
}

impl Begun {
    fn new(is_text: bool, payload: Vec<u8>) -> Self {
        Self { is_text, payload }
    }

    fn with(mut self, payload: &[u8]) -> Result<Self, Broken> {
        if self.payload.len() + payload.len() > MAX_FRAME_BYTES {
            return Err(Broken::TooLarge);
        }
        self.payload.extend_from_slice(payload);
        Ok(self)
    }

    fn into_message(self) -> Result<Message, Broken> {
        if !self.is_text {
            return Ok(Message::Binary);
        }
        let text = String::from_utf8(self.payload);
        text.map(Message::Text).map_err(|_| Broken::NotText)
    }
}

/// The mask of a frame that a client may send.
fn checked(header: &FrameHeader, length: usize) -> Result<[u8; 4], Broken> {
    let is_control = matches!(header.opcode, OpCode::Control(_));
    if is_control && (!header.is_final || length > MAX_CONTROL_BYTES) {
        return Err(Broken::Rules);
    }
    if length > MAX_FRAME_BYTES {
        return Err(Broken::TooLarge);
    }
    // No extension was agreed upon, and clients mask (RFC 6455 sections 5.1 and 5.2).
    let is_extended = header.rsv1 || header.rsv2 || header.rsv3;
    header.mask.filter(|_| !is_extended).ok_or(Broken::Rules)
}

/// RFC 6455 section 5.3.
fn unmask(payload: &mut [u8], mask: [u8; 4]) {
    let (words, rest) = payload.as_chunks_mut::<4>();
    for word in words {
        *word = (u32::from_ne_bytes(*word) ^ u32::from_ne_bytes(mask)).to_ne_bytes();
    }
    for (byte, mask) in rest.iter_mut().zip(mask) {
        *byte ^= mask;
    }
}

#[cfg(test)]
mod tests;
