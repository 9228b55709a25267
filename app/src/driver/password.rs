//! Stretching a password in the worker, so that the page stays alive meanwhile. What crosses: the password one way, its
//! keys the other way; both only ever in this browser's memory.

use parley_client::password::{Cost, PasswordKeys, stretch};
use parley_protocol::ids::CommunityId;
use parley_protocol::json;
use serde::{Deserialize, Serialize};

use crate::platform::worker;

#[derive(Serialize, Deserialize)]
struct Job {
    password: String,
    name: String,
    community: CommunityId,
}

/// No keys came of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the password was not stretched: {0}")]
pub struct PasswordError(String);

/// In the page: the keys of a password.
pub async fn keys(
    password: String,
    name: &str,
    community: CommunityId,
) -> Result<PasswordKeys, PasswordError> {
    let wrong = |error: String| PasswordError(error);
    let job = Job {
        password,
        name: name.to_owned(),
        community,
    };
    let job = json::write(&job);
    let answer = worker::run(job)
        .await
        .map_err(|error| wrong(error.to_string()))?;
    let answer: Result<PasswordKeys, String> =
        json::read(&answer).map_err(|error| wrong(error.to_string()))?;
    answer.map_err(wrong)
}

/// In the worker: does one job.
pub fn work(job: &str) -> String {
    let answer: Result<PasswordKeys, String> =
        json::read(job).map_err(|error| error.to_string()).and_then(
            |Job {
                 password,
                 name,
                 community,
             }| {
                stretch(&password, &name, &community, Cost::STANDARD)
                    .map_err(|error| error.to_string())
            },
        );
    json::write(&answer)
}
