//! `…/auth/passkey…`: making, using and removing passkeys, and what these share.

pub(in crate::http) mod list;
pub(in crate::http) mod login;
pub(in crate::http) mod register;
pub(in crate::http) mod remove;

use std::net::IpAddr;

use parley_protocol::auth::PasskeyOptions;
use parley_protocol::error::ErrorCode;

use crate::auth::passkeys::{Asking, Passkeys};
use crate::http::app::App;

fn begin(
    app: &App,
    from: IpAddr,
    start: impl FnOnce(&Passkeys, Asking<'_>) -> Result<PasskeyOptions, ErrorCode>,
) -> Result<PasskeyOptions, ErrorCode> {
    let mut entropy = app.entropy();
    let asking = Asking {
        from,
        entropy: &mut **entropy,
        now: app.now(),
    };
    start(&app.passkeys, asking)
}
