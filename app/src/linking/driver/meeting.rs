//! One's seat at a meeting: says things one after the other, and listens all the time. What did not get through is tried
//! again for a while; the numbers make that harmless.

use std::cell::Cell;
use std::collections::VecDeque;
use std::rc::Rc;

use parley_protocol::auth::{EndLinkRequest, LinkSeat, ReceiveLinkRequest, SendLinkRequest};
use parley_protocol::error::ErrorCode;
use parley_protocol::link::LinkNumber;

use super::running::{Done, LinkingInput};
use crate::driver::port::Port;
use crate::driver::relay;
use crate::platform::http::HttpError;
use crate::platform::{clock, task};

/// Tries before it is given up, each a second after the last.
const TRIES: usize = 20;
const PAUSE: u64 = 1_000;

pub(super) struct Meeting {
    linking: u64,
    port: Port<LinkingInput>,
    number: LinkNumber,
    seat: LinkSeat,
    sent: u64,
    received: u64,
    waiting: VecDeque<String>,
    is_sending: bool,
    is_over: Rc<Cell<bool>>,
}

impl Meeting {
    pub(super) fn new(
        linking: u64,
        port: Port<LinkingInput>,
        number: LinkNumber,
        seat: LinkSeat,
    ) -> Self {
        let meeting = Self {
            linking,
            port,
            number,
            seat,
            sent: 0,
            received: 0,
            waiting: VecDeque::new(),
            is_sending: false,
            is_over: Rc::default(),
        };
        meeting.listen();
        meeting
    }

    /// Says something once all before it was said.
    pub(super) fn send(&mut self, text: String) {
        self.waiting.push_back(text);
        self.send_next();
    }

    /// Whether everything was said.
    pub(super) fn is_quiet(&self) -> bool {
        !self.is_sending && self.waiting.is_empty()
    }

    /// The relay took the last text.
    pub(super) fn handle_sent(&mut self) {
        self.is_sending = false;
        self.send_next();
    }

    fn send_next(&mut self) {
        if self.is_sending {
            return;
        }
        let Some(text) = self.waiting.pop_front() else {
            return;
        };
        self.is_sending = true;
        self.sent += 1;
        let request = SendLinkRequest {
            number: self.number,
            seat: self.seat,
            index: self.sent,
            text,
        };
        let (port, linking) = (self.port.clone(), self.linking);
        task::spawn(async move {
            let mut sent = relay::link::send(&request).await;
            for _ in 1..TRIES {
                if !may_try_again(&sent) {
                    break;
                }
                clock::sleep(PAUSE).await;
                sent = relay::link::send(&request).await;
            }
            port.put(LinkingInput::Done(linking, Done::Sent(sent)));
        });
    }

    /// So many texts came: the next are waited for.
    pub(super) fn handle_received(&mut self, count: usize) {
        self.received += count as u64;
        self.listen();
    }

    fn listen(&self) {
        let request = ReceiveLinkRequest {
            number: self.number,
            seat: self.seat,
            after: self.received,
        };
        let (port, linking) = (self.port.clone(), self.linking);
        let is_over = Rc::clone(&self.is_over);
        task::spawn(async move {
            let mut failed = 0;
            let received = loop {
                if is_over.get() {
                    return;
                }
                match relay::link::receive(&request).await {
                    Ok(said) if said.messages.is_empty() => failed = 0,
                    Ok(said) => break Ok(said.messages),
                    Err(error) if failed < TRIES && may_try_again(&Err::<(), _>(error.clone())) => {
                        failed += 1;
                        clock::sleep(PAUSE).await;
                    }
                    Err(error) => break Err(error),
                }
            };
            port.put(LinkingInput::Done(linking, Done::Received(received)));
        });
    }

    /// Nothing is left to be said on either side.
    pub(super) fn end(&self) {
        let request = EndLinkRequest {
            number: self.number,
            seat: self.seat,
        };
        task::spawn(async move {
            // It is over after a few minutes anyway.
            relay::link::end(&request).await.ok();
        });
    }
}

impl Drop for Meeting {
    fn drop(&mut self) {
        self.is_over.set(true);
    }
}

fn may_try_again<T>(outcome: &Result<T, HttpError>) -> bool {
    match outcome {
        Err(HttpError::Unreachable(_)) => true,
        Err(HttpError::Refused(error)) => matches!(error.code, ErrorCode::RateLimited { .. }),
        Err(HttpError::Unreadable { .. }) | Ok(_) => false,
    }
}
