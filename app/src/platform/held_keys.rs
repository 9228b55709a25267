//! Keys and mouse buttons that are held, wherever the focus is in the page, and whether the page can hear them.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, EventTarget, KeyboardEvent};

use super::focus;
use super::js;
use super::listener::Listener;

/// A key or mouse button was pressed or let go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Press {
    /// Where the key is on the keyboard; empty for a mouse button.
    pub code: String,
    /// Of the mouse; `None` for a key.
    pub button: Option<u8>,
    /// Pressed, or let go.
    pub is_down: bool,
    /// The focus is where text is typed.
    pub in_text: bool,
    /// It is Escape.
    pub is_escape: bool,
}

/// Listens as long as it is held.
pub struct HeldKeys {
    _listeners: Vec<Listener>,
}

impl HeldKeys {
    /// `press` hears keys and buttons before the page does, and says whether one was for it: then it does nothing else.
    /// `hears` is told whether the page hears keys at all: one in the background does not.
    pub fn listen(
        press: impl Fn(Press) -> bool + Clone + 'static,
        hears: impl Fn(bool) + Clone + 'static,
    ) -> Option<Self> {
        let window = web_sys::window()?;
        let document: EventTarget = window.document()?.into();
        let window: EventTarget = window.into();
        let mut listeners = Vec::new();
        for name in ["keydown", "keyup", "mousedown", "mouseup", "auxclick"] {
            let press = press.clone();
            listeners.push(Listener::first(&window, name, move |event| {
                let Some(found) = read(&event, name) else {
                    return;
                };
                if press(found) {
                    event.prevent_default();
                    event.stop_propagation();
                }
            }));
        }
        for (target, name) in [
            (&window, "blur"),
            (&window, "focus"),
            (&document, "visibilitychange"),
        ] {
            let hears = hears.clone();
            listeners.push(Listener::on(target, name, move |event| {
                hears(event.type_() != "blur" && is_in_front());
            }));
        }
        Some(Self {
            _listeners: listeners,
        })
    }
}

/// Whether the page has the keyboard.
pub fn is_in_front() -> bool {
    let document = web_sys::window().and_then(|window| window.document());
    document.is_some_and(|it| !it.hidden() && it.has_focus().unwrap_or(false))
}

fn read(event: &Event, name: &str) -> Option<Press> {
    let button = match name {
        "keydown" | "keyup" => None,
        _ => Some(number(event)?),
    };
    let key: &KeyboardEvent = event.unchecked_ref();
    if button.is_none() && js::field(event, "isComposing").is_truthy() {
        return None;
    }
    Some(Press {
        code: if button.is_none() {
            key.code()
        } else {
            String::new()
        },
        button,
        is_down: matches!(name, "keydown" | "mousedown"),
        in_text: focus::is_in_text(),
        is_escape: button.is_none() && key.key() == "Escape",
    })
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a browser counts a handful of buttons"
)]
fn number(event: &JsValue) -> Option<u8> {
    let number = js::field(event, "button").as_f64()?;
    (0.0..=255.0).contains(&number).then_some(number as u8)
}
