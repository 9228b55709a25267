//! An access token for the endpoints of the administration.

use super::super::administering::{AdminInput, Done};
use crate::driver::port::Port;
use crate::driver::relay;
use crate::platform::http::HttpError;

/// The way to a token.
#[derive(Clone)]
pub(super) struct Access {
    token: Option<String>,
    port: Port<AdminInput>,
}

impl Access {
    pub(super) fn new(token: Option<String>, port: &Port<AdminInput>) -> Self {
        Self {
            token,
            port: port.clone(),
        }
    }

    /// A token: the one that there is, or a new one, which the connection hears of, too.
    pub(super) async fn token(&self) -> Result<String, HttpError> {
        if let Some(token) = &self.token {
            return Ok(token.clone());
        }
        let session = relay::refresh().await?;
        let token = session.access_token.clone();
        self.port.put(AdminInput::Done(Done::Session(session)));
        Ok(token)
    }
}
