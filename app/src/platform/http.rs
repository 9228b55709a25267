//! Asking the relay over HTTP: JSON to and from the page's own origin, with the session cookie. Never another host.

use js_sys::futures::JsFuture;
use parley_protocol::error::ApiError;
use parley_protocol::json;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    AbortSignal, Headers, Request, RequestCache, RequestCredentials, RequestInit, Response,
};

use super::js;

/// How long to wait for an answer, in milliseconds. Password hashing at a busy relay takes a few seconds.
const PATIENCE: u32 = 20_000;

/// Why there is no answer to use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    /// No answer came. It is not known whether the request arrived.
    #[error("the relay did not answer: {0}")]
    Unreachable(String),
    /// The relay said no.
    #[error("the relay refused: {0}")]
    Refused(#[from] ApiError),
    /// An answer came that is not the relay's.
    #[error("an answer that cannot be read, status {status}: {detail}")]
    Unreadable {
        /// The HTTP status.
        status: u16,
        /// What is wrong with it.
        detail: String,
    },
}

/// `GET` with an optional access token.
pub async fn get<A: DeserializeOwned>(path: &str, token: Option<&str>) -> Result<A, HttpError> {
    let (status, text) = send("GET", path, bearer(token).as_deref(), None).await?;
    read(status, &text)
}

/// `GET` with credentials of another kind than an access token, as `Authorization` carries them.
pub async fn get_with<A: DeserializeOwned>(path: &str, credentials: &str) -> Result<A, HttpError> {
    let (status, text) = send("GET", path, Some(credentials), None).await?;
    read(status, &text)
}

/// `POST` with an optional access token and a body.
pub async fn post<A: DeserializeOwned>(
    path: &str,
    token: Option<&str>,
    body: &impl Serialize,
) -> Result<A, HttpError> {
    let body = json::write(body);
    let (status, text) = send("POST", path, bearer(token).as_deref(), Some(&body)).await?;
    read(status, &text)
}

/// `POST` with credentials of another kind than an access token.
pub async fn post_with<A: DeserializeOwned>(
    path: &str,
    credentials: &str,
    body: &impl Serialize,
) -> Result<A, HttpError> {
    let body = json::write(body);
    let (status, text) = send("POST", path, Some(credentials), Some(&body)).await?;
    read(status, &text)
}

/// `POST` whose answer, if it is a good one, does not matter.
pub async fn post_only(
    path: &str,
    token: Option<&str>,
    body: &impl Serialize,
) -> Result<(), HttpError> {
    let body = json::write(body);
    let (status, text) = send("POST", path, bearer(token).as_deref(), Some(&body)).await?;
    if is_good(status) {
        Ok(())
    } else {
        Err(refusal(status, &text))
    }
}

/// Any method, with an access token or one for files. Gives status and text of whatever answer comes.
pub async fn ask(
    method: &str,
    path: &str,
    token: &str,
    body: Option<&impl Serialize>,
) -> Result<(u16, String), HttpError> {
    let body = body.map(json::write);
    let credentials = bearer(Some(token));
    send(method, path, credentials.as_deref(), body.as_deref()).await
}

/// Whether a good answer comes, whatever is in it.
pub async fn answers(path: &str) -> bool {
    let answer = send("GET", path, None, None).await;
    answer.is_ok_and(|(status, _)| is_good(status))
}

fn bearer(token: Option<&str>) -> Option<String> {
    token.map(|token| format!("Bearer {token}"))
}

fn read<A: DeserializeOwned>(status: u16, text: &str) -> Result<A, HttpError> {
    if !is_good(status) {
        return Err(refusal(status, text));
    }
    json::read(text).map_err(|error| HttpError::Unreadable {
        status,
        detail: error.to_string(),
    })
}

fn is_good(status: u16) -> bool {
    (200..300).contains(&status)
}

/// A gateway in front of a stopped relay answers 502 to 504 with a page of its own.
fn refusal(status: u16, text: &str) -> HttpError {
    match json::read::<ApiError>(text) {
        Ok(error) => HttpError::Refused(error),
        Err(_) if (502..=504).contains(&status) => {
            HttpError::Unreachable(format!("status {status}"))
        }
        Err(error) => HttpError::Unreadable {
            status,
            detail: error.to_string(),
        },
    }
}

async fn send(
    method: &str,
    path: &str,
    credentials: Option<&str>,
    body: Option<&str>,
) -> Result<(u16, String), HttpError> {
    exchange(method, path, credentials, body)
        .await
        .map_err(|error| HttpError::Unreachable(js::message(&error)))
}

async fn exchange(
    method: &str,
    path: &str,
    credentials: Option<&str>,
    body: Option<&str>,
) -> Result<(u16, String), JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let headers = Headers::new()?;
    headers.set("Accept", "application/json")?;
    if body.is_some() {
        headers.set("Content-Type", "application/json")?;
    }
    if let Some(credentials) = credentials {
        headers.set("Authorization", credentials)?;
    }
    let init = RequestInit::new();
    init.set_method(method);
    init.set_headers(&headers);
    init.set_credentials(RequestCredentials::SameOrigin);
    init.set_cache(RequestCache::NoStore);
    init.set_signal(Some(&AbortSignal::timeout_with_u32(PATIENCE)));
    if let Some(body) = body {
        init.set_body(&JsValue::from_str(body));
    }
    let request = Request::new_with_str_and_init(path, &init)?;
    let response: Response = JsFuture::from(window.fetch_with_request(&request))
        .await?
        .unchecked_into();
    let text = JsFuture::from(response.text()?).await?;
    Ok((response.status(), text.as_string().unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use parley_protocol::auth::CommunityInfo;
    use parley_protocol::error::ErrorCode;

    use super::{HttpError, read};

    #[test]
    fn a_refusal_keeps_its_code() {
        let text = r#"{"code":{"rate_limited":{"retry_after":7}},"message":"slow down"}"#;
        let answer = read::<CommunityInfo>(429, text);
        assert!(
            matches!(answer, Err(HttpError::Refused(error)) if error.code == ErrorCode::RateLimited { retry_after: 7 })
        );
    }

    #[test]
    fn a_gateway_that_answers_for_a_stopped_relay_is_no_answer() {
        assert!(matches!(
            read::<CommunityInfo>(502, "<html>"),
            Err(HttpError::Unreachable(_))
        ));
        assert!(matches!(
            read::<CommunityInfo>(404, "<html>"),
            Err(HttpError::Unreadable { status: 404, .. })
        ));
    }
}
