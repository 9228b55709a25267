//! An access token for the endpoints of one's own account.

use super::super::guarding::{Done, Here, SecurityInput};
use super::problem;
use crate::driver::port::Port;
use crate::driver::relay;
use crate::security::store::Problem;

/// The way to a token.
pub(super) struct Access {
    token: Option<String>,
    port: Port<SecurityInput>,
}

impl Access {
    pub(super) fn new(here: &Here<'_>, port: &Port<SecurityInput>) -> Self {
        Self {
            token: here.token.clone(),
            port: port.clone(),
        }
    }

    /// A token: the one that there is, or a new one, which the connection hears of, too.
    pub(super) async fn token(&self) -> Result<String, Problem> {
        if let Some(token) = &self.token {
            return Ok(token.clone());
        }
        let session = relay::refresh()
            .await
            .map_err(|error| problem::of_http(&error))?;
        let token = session.access_token.clone();
        self.port.put(SecurityInput::Done(Done::Session(session)));
        Ok(token)
    }
}
