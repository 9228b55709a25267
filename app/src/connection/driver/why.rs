//! Asks why the socket does not open. A browser does not say, so the same relay is asked without one.

use parley_protocol::error::ErrorCode;
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::connection::store::Obstacle;
use crate::platform::http::{HttpError, get};
use crate::platform::location;

/// What the relay says of how a request arrived (`GET /diagnosis`).
#[derive(Deserialize)]
struct Arrival {
    /// `Host` as it arrived.
    host: Option<String>,
    /// Whether the relay takes a page for its own by it.
    host_matters: bool,
}

/// What is in the way. `None`: the relay is away, or nothing is wrong with the way to it.
pub(super) async fn ask() -> Option<Obstacle> {
    let arrival = get::<Arrival>("/diagnosis", None).await;
    let socket = get::<IgnoredAny>("/socket", None).await;
    judge(&socket.err()?, arrival, &location::host())
}

/// From both answers, and the host that the page has.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "only these are about the way to the relay"
)]
fn judge(socket: &HttpError, arrival: Result<Arrival, HttpError>, page: &str) -> Option<Obstacle> {
    match socket {
        HttpError::Unreachable(why) if why.starts_with("status ") => Some(Obstacle::NobodyBehind),
        HttpError::Unreachable(_) => None,
        HttpError::Unreadable { .. } => Some(Obstacle::SomebodyElse),
        HttpError::Refused(error) => match error.code {
            ErrorCode::ForeignOrigin => Some(Obstacle::OtherHost),
            ErrorCode::UpgradeMissing => Some(match arrival {
                Ok(Arrival {
                    host: Some(host),
                    host_matters: true,
                }) if !is_same(&host, page) => Obstacle::OtherHost,
                Ok(_) | Err(_) => Obstacle::NoSockets,
            }),
            _ => None,
        },
    }
}

/// Whether the host that arrived is the page's. Proxies leave the port out, or put it in.
fn is_same(arrived: &str, page: &str) -> bool {
    let name = match arrived.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        Some(_) | None => arrived,
    };
    name.eq_ignore_ascii_case(page)
}

#[cfg(test)]
mod tests {
    use parley_protocol::error::ApiError;

    use super::*;

    fn refused(code: ErrorCode) -> HttpError {
        ApiError::new(code, "").into()
    }

    fn arrived(host: &str, host_matters: bool) -> Result<Arrival, HttpError> {
        Ok(Arrival {
            host: Some(host.to_owned()),
            host_matters,
        })
    }

    #[test]
    fn each_fault_of_a_proxy_is_told_from_the_others() {
        let judge = |socket, arrival| judge(&socket, arrival, "chat.example.org");
        let stripped = || refused(ErrorCode::UpgradeMissing);
        assert_eq!(
            judge(stripped(), arrived("chat.example.org:443", true)),
            Some(Obstacle::NoSockets)
        );
        assert_eq!(
            judge(stripped(), arrived("127.0.0.1:8080", false)),
            Some(Obstacle::NoSockets)
        );
        assert_eq!(
            judge(stripped(), arrived("127.0.0.1:8080", true)),
            Some(Obstacle::OtherHost)
        );
        assert_eq!(
            judge(refused(ErrorCode::ForeignOrigin), arrived("relay", true)),
            Some(Obstacle::OtherHost)
        );
        let gateway = || HttpError::Unreachable("status 502".to_owned());
        assert_eq!(
            judge(gateway(), Err(gateway())),
            Some(Obstacle::NobodyBehind)
        );
    }

    #[test]
    fn a_relay_that_is_away_or_busy_is_no_fault_of_a_proxy() {
        let away = || HttpError::Unreachable("network error".to_owned());
        assert_eq!(judge(&away(), Err(away()), "chat.example.org"), None);
        let busy = refused(ErrorCode::RateLimited { retry_after: 3 });
        assert_eq!(
            judge(&busy, arrived("chat.example.org", true), "chat.example.org"),
            None
        );
    }
}
