//! `parley-load`: many clients in one process, for measuring a server that
//! runs in another. It takes commands by lines and answers each with one line
//! of JSON. Nothing is measured about the server from here: whoever runs both
//! reads the server's memory and processor time from the operating system.
//!
//! | started as | talks to | commands |
//! |---|---|---|
//! | `parley-load relay <url> <setup link>` | a fresh relay | `seed <members> <devices each>`, `connect <n>`, `post <senders> <seconds>`, `converse <senders> <seconds>`, `post-paced <senders> <seconds> <messages a second>`, `post-beside-vault <senders> <seconds> <vaults>`, `fan-out <messages>`, `blobs <count> <folder>`, `upload`, `download`, `upload-together <members>` |
//! | `parley-load plain <ws url>` | any server that sends each message to all | `connect <n>`, `fan-out <messages>` |
//! | `parley-load history <url> <setup link> <messages> <sessions> <channels>` | a fresh relay | first it writes a member's past and prints how to sign in; then `talk <items a second> <seconds>` |
//! | `parley-load matrix <url>` | a Matrix server that lets anybody register | `seed <members>`, `post <senders> <seconds>` |

mod chain;
mod crowd;
mod files;
mod founder;
mod history;
mod http;
mod matrix;
mod member;
mod plain;
mod posting;
mod relay;
mod socket;
mod stream;
mod writer;

use anyhow::{Result, bail};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["relay", url, setup_link] => relay::run(url, setup_link).await,
        ["history", url, setup_link, messages, sessions, channels] => {
            let (messages, sessions) = (messages.parse()?, sessions.parse()?);
            history::run(url, setup_link, messages, sessions, channels.parse()?).await
        }
        ["plain", url] => plain::run(url).await,
        ["matrix", url] => matrix::run(url).await,
        _ => bail!(
            "usage: parley-load relay <url> <setup link> | history <url> <setup link> <messages> <sessions> <channels> | plain <ws url> | matrix <url>"
        ),
    }
}
