//! How large something is on the screen, in the screen's own pixels, and whether it can be seen at all: it is scrolled
//! out, lies behind something that hides it, or the tab is in the background. What floats over other windows is seen.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Function, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlMediaElement;

use super::js;
use super::listener::Listener;

/// Watches a picture as long as it is held.
pub struct OnScreen {
    observers: Vec<JsValue>,
    _closures: Vec<Closure<dyn FnMut(Array)>>,
    _listeners: Vec<Listener>,
}

#[derive(Default)]
struct Look {
    width: f64,
    height: f64,
    is_in_view: bool,
    /// The window that floats over others, while the picture is in it.
    floating: Option<JsValue>,
}

impl OnScreen {
    /// `changed` hears width and height, both 0 while it cannot be seen; `floats` whether it floats over other windows
    /// from now on.
    pub fn watch(
        video: &HtmlMediaElement,
        changed: impl Fn(u32, u32) + 'static,
        floats: impl Fn(bool) + Clone + 'static,
    ) -> Option<Self> {
        let document = web_sys::window()?.document()?;
        let look = Rc::new(RefCell::new(Look::default()));
        let said = RefCell::new((u32::MAX, u32::MAX));
        let tell = Rc::new({
            let look = Rc::clone(&look);
            let document = document.clone();
            move || {
                let size = look.borrow().size(!document.hidden());
                if *said.borrow() != size {
                    *said.borrow_mut() = size;
                    changed(size.0, size.1);
                }
            }
        });
        let seen = {
            let (look, tell) = (Rc::clone(&look), Rc::clone(&tell));
            Closure::<dyn FnMut(Array)>::new(move |entries: Array| {
                let last = entries.get(entries.length().saturating_sub(1));
                look.borrow_mut().is_in_view = js::field(&last, "isIntersecting").is_truthy();
                tell();
            })
        };
        let sized = {
            let (look, tell) = (Rc::clone(&look), Rc::clone(&tell));
            Closure::<dyn FnMut(Array)>::new(move |entries: Array| {
                let last = entries.get(entries.length().saturating_sub(1));
                let rect = js::field(&last, "contentRect");
                let side = |name| js::field(&rect, name).as_f64().unwrap_or(0.0);
                {
                    let mut look = look.borrow_mut();
                    (look.width, look.height) = (side("width"), side("height"));
                }
                tell();
            })
        };
        let observers = [("IntersectionObserver", &seen), ("ResizeObserver", &sized)]
            .into_iter()
            .filter_map(|(name, closure)| observe(name, closure, video))
            .collect();
        let on = |name, begins: bool| {
            let (look, tell, floats) = (Rc::clone(&look), Rc::clone(&tell), floats.clone());
            Listener::on(video, name, move |event| {
                look.borrow_mut().floating =
                    begins.then(|| js::field(&event, "pictureInPictureWindow"));
                floats(begins);
                tell();
            })
        };
        let listeners = vec![
            Listener::on(&document, "visibilitychange", {
                let tell = Rc::clone(&tell);
                move |_| tell()
            }),
            on("enterpictureinpicture", true),
            on("leavepictureinpicture", false),
        ];
        Some(Self {
            observers,
            _closures: vec![seen, sized],
            _listeners: listeners,
        })
    }
}

impl Drop for OnScreen {
    fn drop(&mut self) {
        for observer in &self.observers {
            js::call(observer, "disconnect", &[]).ok();
        }
    }
}

impl Look {
    fn size(&self, page_is_seen: bool) -> (u32, u32) {
        let ratio = web_sys::window().map_or(1.0, |window| window.device_pixel_ratio());
        let pixels = |side: f64| whole((side * ratio).ceil());
        if let Some(window) = &self.floating {
            let side = |name| js::field(window, name).as_f64().filter(|side| *side > 0.0);
            let width = side("width").unwrap_or(480.0);
            return (pixels(width), pixels(side("height").unwrap_or(270.0)));
        }
        if !page_is_seen || !self.is_in_view {
            return (0, 0);
        }
        (pixels(self.width), pixels(self.height))
    }
}

fn observe(
    name: &str,
    closure: &Closure<dyn FnMut(Array)>,
    video: &HtmlMediaElement,
) -> Option<JsValue> {
    let window = web_sys::window()?;
    let constructor: Function = js::field(&window, name).dyn_into().ok()?;
    let observer = Reflect::construct(&constructor, &Array::of1(closure.as_ref())).ok()?;
    js::call(&observer, "observe", &[video]).ok()?;
    Some(observer)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "bounded before it is cut"
)]
fn whole(side: f64) -> u32 {
    side.clamp(0.0, 8_192.0) as u32
}
