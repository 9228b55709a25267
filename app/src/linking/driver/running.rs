//! What the door asks of the chunk behind it: one side of a linking.

use std::future::Future;
use std::pin::Pin;

use parley_client::Engine;
use parley_protocol::auth::{LinkJoined, LinkOpened, LinkToken, SessionResponse};

use crate::chunk::LoadError;
use crate::driver::keeper::Keeper;
use crate::driver::port::Port;
use crate::driver::wish::Wishes;
use crate::linking::store::{LinkFailure, LinkingIntent};
use crate::platform::http::HttpError;
use crate::stores::Stores;

pub(super) type Pending<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;
pub type Begin =
    fn(LinkingIntent, Stores, Port<LinkingInput>, LinkingHere<'_>) -> Option<Box<dyn Running>>;

/// What surrounds one input.
pub struct LinkingHere<'a> {
    pub keeper: &'a mut Keeper,
    /// A device is here already.
    pub engine: Option<&'a mut Engine>,
    /// The access token, if it is good for a while.
    pub token: Option<String>,
}

/// Something that reaches linking from its own tasks.
pub enum LinkingInput {
    /// The chunk is here, or could not be loaded.
    Loaded(Result<Begin, LoadError>),
    /// Of the linking with this number.
    Done(u64, Done),
}

/// What a task has done.
pub enum Done {
    Session(SessionResponse),
    Opened(Result<LinkOpened, HttpError>),
    Joined(Result<LinkJoined, HttpError>),
    Token(Result<LinkToken, HttpError>),
    Received(Result<Vec<String>, HttpError>),
    Sent(Result<(), HttpError>),
    /// A pause is over.
    Again,
}

/// One side of a linking.
pub trait Running {
    /// Tells this linking from others.
    fn number(&self) -> u64;

    /// The person says whether the digits are the same.
    fn decide(&mut self, is_same: bool, here: LinkingHere<'_>);

    fn handle<'a>(&'a mut self, done: Done, here: LinkingHere<'a>) -> Pending<'a, Wishes>;

    /// The person closes it. Says whether nothing goes on in the background.
    fn close(&mut self) -> bool;
}

/// What a refusal of the relay means to the person.
pub(super) fn failure_of(error: &HttpError) -> LinkFailure {
    use parley_protocol::error::ErrorCode;
    let HttpError::Refused(error) = error else {
        return LinkFailure::Unreachable;
    };
    if let ErrorCode::RateLimited { .. } = error.code {
        return LinkFailure::TooMany;
    }
    if error.code == ErrorCode::LinkTaken {
        return LinkFailure::Taken;
    }
    if error.code == ErrorCode::LinkOver || error.code == ErrorCode::TicketExpired {
        return LinkFailure::Over;
    }
    LinkFailure::Refused
}

/// What the core's error means to the person.
pub(super) fn failure_of_core(error: parley_client::linking::LinkError) -> LinkFailure {
    use parley_client::linking::LinkError;
    match error {
        LinkError::WrongKey => LinkFailure::WrongKey,
        LinkError::Damaged => LinkFailure::Damaged,
        LinkError::Mismatch => LinkFailure::Mismatch,
        LinkError::Ended => LinkFailure::Ended,
    }
}
