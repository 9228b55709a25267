//! Where the STUN and TURN server for calls listens.

use std::net::SocketAddr;

/// The TURN listen address is neither a socket address nor `off`.
#[derive(Debug, thiserror::Error)]
#[error(
    "invalid TURN listen address `{0}`: expected an address with a port, such as 0.0.0.0:3478, or `off`"
)]
pub struct BadTurnListen(String);

/// As given.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(super) struct Given {
    /// Address and port (UDP and TCP) of the STUN and TURN server for calls, or `off`. Browsers connect to it
    /// directly, not through the proxy, so limits apply to the peer address.
    #[arg(long, value_name = "ADDRESS", default_value = "0.0.0.0:3478")]
    turn_listen: String,
    /// Host name or IP address, with a port if it differs from --turn-listen, at which browsers reach the TURN
    /// server. [default: host of the public URL]
    #[arg(long, value_name = "HOST")]
    pub(super) turn_public_address: Option<String>,
}

impl Given {
    /// `None` if it is off.
    pub(super) fn listen(&self) -> Result<Option<SocketAddr>, BadTurnListen> {
        match self.turn_listen.as_str() {
            "off" => Ok(None),
            text => match text.parse() {
                Ok(address) => Ok(Some(address)),
                Err(_) => Err(BadTurnListen(text.to_owned())),
            },
        }
    }
}
