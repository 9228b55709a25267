//! Web Locks: of all tabs of this browser, one at a time holds a name.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures_channel::oneshot;
use js_sys::futures::JsFuture;
use js_sys::{Function, Promise};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

use super::{js, task};

/// How to ask for a lock that another tab may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Only if nobody has it.
    IfFree,
    /// Take it away from whoever has it; they are told.
    Steal,
}

/// A lock that is held. Dropping it gives it back.
pub struct Held(Function);

impl Drop for Held {
    fn drop(&mut self) {
        self.0.call0(&JsValue::UNDEFINED).ok();
    }
}

/// The browser gives no locks, as on a plain-HTTP address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the browser gives no locks: {0}")]
pub struct LockError(String);

/// Asks for a lock. `None`: another tab has it. `lost` is called if another tab takes it away later.
pub async fn request(
    name: &str,
    ask: Ask,
    lost: impl FnOnce() + 'static,
) -> Result<Option<Held>, LockError> {
    let option = match ask {
        Ask::IfFree => "ifAvailable",
        Ask::Steal => "steal",
    };
    let (tell, told) = oneshot::channel();
    let tell = Rc::new(RefCell::new(Some(tell)));
    let granted = Rc::new(Cell::new(false));
    let outcome = call_browser(name, option, answer(Rc::clone(&tell), Rc::clone(&granted)))?;
    // The outcome comes when the lock was given back or taken away, or at once if it was never granted.
    task::spawn(async move {
        let ended = JsFuture::from(outcome).await;
        tell.borrow_mut().take();
        if ended.is_err() && granted.get() {
            lost();
        }
    });
    told.await
        .map_err(|_| LockError("the request was refused".to_owned()))
}

/// What the browser calls with the lock or `null`. It holds the lock until the promise that it is given is kept.
fn answer(
    tell: Rc<RefCell<Option<oneshot::Sender<Option<Held>>>>>,
    granted: Rc<Cell<bool>>,
) -> JsValue {
    Closure::once_into_js(move |lock: JsValue| -> JsValue {
        let Some(tell) = tell.borrow_mut().take() else {
            return JsValue::UNDEFINED;
        };
        if lock.is_null() || lock.is_undefined() {
            tell.send(None).ok();
            return JsValue::UNDEFINED;
        }
        let mut held = None;
        let until_dropped = Promise::new(&mut |resolve, _| held = Some(Held(resolve)));
        granted.set(true);
        tell.send(held).ok();
        until_dropped.into()
    })
}

fn call_browser(name: &str, option: &str, answer: JsValue) -> Result<Promise, LockError> {
    let window = web_sys::window().ok_or_else(|| LockError("no window".to_owned()))?;
    let locks = js::field(&window.navigator(), "locks");
    let options = js::object(&[(option, &JsValue::TRUE)]);
    js::call(&locks, "request", &[&name.into(), &options, &answer])
        .and_then(JsCast::dyn_into)
        .map_err(|error| LockError(js::message(&error)))
}
