//! The one queue through which everything reaches the driver: what the person asks, what the relay sends, what the
//! browser tells. One task takes from it, one after the other, so nothing in the driver runs twice at a time.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

use super::later::LaterInput;
use super::page::PageInput;
use crate::admin::driver::AdminInput;
use crate::call::driver::CallInput;
use crate::composer::driver::Paused;
use crate::connection::driver::LinkInput;
use crate::doctor::driver::DoctorInput;
use crate::driver::port::Port;
use crate::enrolment::driver::TryAgain;
use crate::files::driver::FilesInput;
use crate::linking::driver::LinkingInput;
use crate::people::driver::IdleInput;
use crate::platform::network::NetworkNews;
use crate::platform::socket::SocketEvent;
use crate::search::driver::SearchInput;
use crate::security::driver::SecurityInput;
use crate::settings::driver::{OutOfPatience, SettingsChanged};
use crate::stores::Intent;
use crate::timeline::driver::{Measured, TimelineInput};
use crate::vault::driver::VaultInput;
use crate::verification::driver::VerificationInput;

/// Frames that may wait. A page that lay asleep with more than this connects anew, and goes on from its positions.
const MAX_FRAMES: usize = 2_000;

/// Something that happened, to the part that it concerns.
pub enum Input {
    /// Somebody did something on the page.
    Intent(Intent),
    Link(LinkInput),
    Call(CallInput),
    Page(PageInput),
    Enrolment(TryAgain),
    Drafts(Paused),
    SignOut(OutOfPatience),
    Settings(SettingsChanged),
    Security(SecurityInput),
    Verification(VerificationInput),
    Linking(LinkingInput),
    Files(FilesInput),
    Later(LaterInput),
    Timelines(TimelineInput),
    Idle(IdleInput),
    Room(Measured),
    Search(SearchInput),
    Admin(AdminInput),
    Doctor(DoctorInput),
    Vault(VaultInput),
    /// Frames were left out because too many waited.
    Overflow,
    /// The engine's time has come.
    Timeout,
    Network(NetworkNews),
    /// Another tab took the device over.
    LockLost,
    /// What came in the meantime is to be seen.
    Show,
}

/// The queue's handle.
#[derive(Clone, Default)]
pub struct Inbox(Rc<RefCell<Queue>>);

#[derive(Default)]
struct Queue {
    inputs: VecDeque<Input>,
    frames: usize,
    overflowing: bool,
    waiting: Option<Waker>,
}

impl Inbox {
    /// Puts something in. Frames above the bound are left out, and those after them.
    pub fn put(&self, input: Input) {
        let mut queue = self.0.borrow_mut();
        if is_frame(&input) {
            queue.overflowing |= queue.frames >= MAX_FRAMES;
            if queue.overflowing {
                return;
            }
            queue.frames += 1;
        }
        queue.inputs.push_back(input);
        let waiting = queue.waiting.take();
        drop(queue);
        if let Some(waker) = waiting {
            waker.wake();
        }
    }

    /// The way in for one kind of input.
    pub fn port<T: 'static>(&self, input: impl Fn(T) -> Input + 'static) -> Port<T> {
        let inbox = self.clone();
        Port::new(move |it| inbox.put(input(it)))
    }

    /// The next one, if one is there.
    pub fn try_next(&self) -> Option<Input> {
        let mut queue = self.0.borrow_mut();
        let Some(input) = queue.inputs.pop_front() else {
            return std::mem::take(&mut queue.overflowing).then_some(Input::Overflow);
        };
        if is_frame(&input) {
            queue.frames -= 1;
        }
        Some(input)
    }

    /// Waits for the next one.
    pub async fn next(&self) -> Input {
        poll_fn(|context| {
            if let Some(input) = self.try_next() {
                return Poll::Ready(input);
            }
            self.0.borrow_mut().waiting = Some(context.waker().clone());
            Poll::Pending
        })
        .await
    }
}

fn is_frame(input: &Input) -> bool {
    matches!(
        input,
        Input::Link(LinkInput::Socket {
            event: SocketEvent::Frame(_),
            ..
        })
    )
}

#[cfg(test)]
mod tests {
    use super::{Inbox, Input, MAX_FRAMES};
    use crate::call::store::CallIntent;
    use crate::connection::driver::LinkInput;
    use crate::platform::socket::SocketEvent;

    fn frame() -> Input {
        Input::Link(LinkInput::Socket {
            connection: 1,
            event: SocketEvent::Frame(String::new()),
        })
    }

    #[test]
    fn too_many_frames_end_the_connection_after_those_that_fit() {
        let inbox = Inbox::default();
        for _ in 0..MAX_FRAMES + 3 {
            inbox.put(frame());
        }
        for _ in 0..MAX_FRAMES {
            assert!(matches!(
                inbox.try_next(),
                Some(Input::Link(LinkInput::Socket { .. }))
            ));
        }
        inbox.put(frame());
        assert!(matches!(inbox.try_next(), Some(Input::Overflow)));
        assert!(inbox.try_next().is_none());
        inbox.put(frame());
        assert!(inbox.try_next().is_some());
    }

    #[test]
    fn what_a_person_asks_is_never_left_out() {
        let inbox = Inbox::default();
        for _ in 0..MAX_FRAMES + 1 {
            inbox.put(frame());
        }
        inbox.put(Input::Intent(CallIntent::LeaveVoice.into()));
        let kept =
            std::iter::from_fn(|| inbox.try_next()).any(|input| matches!(input, Input::Intent(_)));
        assert!(kept);
    }
}
