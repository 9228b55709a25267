//! What runs behind the page. Nothing here names a browser binding (that is `platform`) or a component (those read the
//! stores).
//!
//! One task owns everything ([`coordinator`]) and takes inputs from one queue ([`inbox`]); what takes long, like asking the
//! relay for a token, runs beside it and puts its answer in the queue. Only a form that was sent is waited for.
//!
//! | file | what it does |
//! |---|---|
//! | `coordinator` | owns the features' drivers, gives each its inputs and intents, grants their wishes |
//! | `life` | from an opened page to the right screen, and the ends: handed over, signed out, damaged |
//! | `device` | the lock, the store and the engine |
//! | `screen` | from the engine's views to the stores |
//! | `pace` | how often the screen follows |
//! | `page` | newer versions, installing, the clipboard |

mod coordinator;
mod device;
mod inbox;
mod later;
mod life;
mod pace;
mod page;
mod screen;

use leptos::prelude::Set;

use self::coordinator::Driver;
use self::inbox::{Inbox, Input};
use crate::chunk::{LoadError, chunk};
use crate::driver::password;
use crate::enrolment::store::{Phase, WayOn};
use crate::platform::{search_worker, task, worker};
use crate::stores::Stores;
use crate::{call, composer, search};

chunk!(engine: fn load() -> fn(Stores) = starter);
chunk!(password: fn load_password() -> fn(&str) -> String = password_work);
chunk!(search_worker: fn load_search() -> fn() = search_work);

fn starter() -> fn(Stores) {
    start_now
}

fn search_work() -> fn() {
    search::driver::work
}

fn password_work() -> fn(&str) -> String {
    password::work
}

/// Starts everything behind the page, once the program for it is loaded.
pub fn start(stores: Stores) {
    task::spawn(async move {
        match load().await {
            Ok(start) => start(stores),
            Err(LoadError) => stores.session.phase.set(Phase::Fatal {
                text: "The rest of Parley could not be loaded. Check your connection, then start again.".to_owned(),
                detail: "the chunk engine".to_owned(),
                way_on: WayOn::Reload,
            }),
        }
    });
}

fn start_now(stores: Stores) {
    let inbox = Inbox::default();
    let intents = inbox.port(Input::Intent);
    stores.actions.attach(move |intent| intents.put(intent));
    composer::driver::follow(stores, inbox.port(Input::Drafts));
    call::driver::follow(stores, inbox.port(Input::Call));
    let driver = Driver::new(stores, inbox);
    task::spawn(driver.run());
}

/// Whether this program was started in a worker; then it does the worker's jobs, and there is no page to build.
pub fn serve_as_worker() -> bool {
    if !worker::is_worker() {
        return false;
    }
    if worker::name() == search_worker::NAME {
        task::spawn(async {
            if let Ok(work) = load_search().await {
                work();
            }
        });
    } else {
        worker::answer(async || load_password().await.ok());
    }
    true
}
