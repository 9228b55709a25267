//! Authentication and limits: passwords, access and refresh tokens, hello signatures, rate limits and quotas. No
//! HTTP, no database.

pub(crate) mod account;
pub(crate) mod backoff;
pub(crate) mod hello;
pub(crate) mod invite;
pub(crate) mod known_addresses;
pub(crate) mod known_browser;
pub(crate) mod once;
pub(crate) mod pace;
pub(crate) mod passkeys;
pub(crate) mod password;
pub(crate) mod quota;
pub(crate) mod rate_limit;
pub(crate) mod recovery;
pub(crate) mod refresh;
pub(crate) mod secret_gate;
pub(crate) mod ticket;
pub(crate) mod token;
pub(crate) mod totp;
pub(crate) mod way;
