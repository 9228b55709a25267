//! What joins the engine to the browser and the screen. Nothing here names a browser binding (that is `platform`) or a
//! component (those read the stores).
//!
//! One task owns everything ([`driver`]) and takes inputs from one queue ([`inbox`]); what takes long, like asking the
//! relay for a token, runs beside it and puts its answer in the queue. Only a form that was sent is waited for.
//!
//! | file | what it does |
//! |---|---|
//! | `boot` | from an opened page to the right screen |
//! | `enrolment` | making a community, joining, signing in |
//! | `password` | stretching, in the worker |
//! | `relay`, `link` | the HTTP endpoints; token and socket |
//! | `keeper` | the engine's records in the encrypted store |
//! | `effects` | carrying out what the engine wants, in order |
//! | `intents`, `appends`, `drafts` | what the person does |
//! | `voice` | the browser's side of a call |
//! | `show` | from the engine's views to the stores |

pub mod appends;
pub mod boot;
pub mod coordinator;
pub mod effects;
pub mod inbox;
pub mod intents;
pub mod screen;

use leptos::prelude::{Effect, Get};

use self::coordinator::Driver;
use self::inbox::{Inbox, Input};
use crate::composer;
use crate::enrolment::driver::password;
use crate::platform::{task, worker};
use crate::stores::Stores;

/// Starts everything behind the page. Called once, while the page is being built.
pub fn start(stores: Stores) {
    let inbox = Inbox::default();
    let intents = inbox.clone();
    stores
        .actions
        .attach(move |intent| intents.put(Input::Intent(intent)));
    composer::driver::follow(stores, inbox.clone());
    let hiding = inbox.clone();
    Effect::new(move || hiding.put(Input::HideAddress(stores.prefs.hide_address.get())));
    let driver = Driver::new(stores, inbox);
    task::spawn(driver.run());
}

/// Whether this program was started in a worker; then it does the worker's jobs, and there is no page to build.
pub fn serve_as_worker() -> bool {
    if !worker::is_worker() {
        return false;
    }
    worker::answer(password::work);
    true
}
