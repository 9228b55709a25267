//! The picture itself, and what hands and wheel do with it.

use leptos::html;
use leptos::prelude::*;

use crate::files::asks::Handle;
use crate::files::preview::Preview;
use crate::files::progress::{Progress, gone};
use crate::files::store::Kind;
use crate::files::words;
use crate::files::zoom::{Point, Zoom};
use crate::ui::hooks::element;
use crate::ui::reactive::{dynamic, reactive};

/// How far a finger goes for the next picture, or to close.
const SWIPE: f64 = 70.0;
/// A press that moves less is a tap.
const TAP: f64 = 8.0;
/// Two taps within that many milliseconds are one act.
const TWICE: f64 = 320.0;
/// How much a step of a wheel is.
const WHEEL: f64 = 0.002;

/// Fingers, or the mouse, that are down.
#[derive(Clone, Default)]
struct Hands {
    /// Pointer, and where it is.
    down: Vec<(i32, Point)>,
    /// Where the first one began.
    began: Point,
    /// More than one was down.
    was_pinch: bool,
    /// When the last tap was.
    tapped: f64,
}

#[component]
pub(super) fn Stage(
    handle: Handle,
    zoom: RwSignal<Zoom>,
    room: RwSignal<Point>,
    /// On to the next one, or back.
    on_step: Callback<bool>,
    on_close: Callback<()>,
) -> impl IntoView {
    let place = NodeRef::<html::Div>::new();
    let frame = NodeRef::<html::Div>::new();
    let hands = StoredValue::new(Hands::default());
    // How far a swipe has gone.
    let pulled = RwSignal::new(Point::default());
    let is_broken = RwSignal::new(false);
    let (width, height, preview) = match &handle.file.kind {
        Kind::Image {
            width,
            height,
            preview,
        } => (*width, *height, preview.clone()),
        Kind::Video { .. } | Kind::Audio { .. } | Kind::Voice { .. } | Kind::Other => {
            (1, 1, "".into())
        }
    };
    let name = handle.file.name.to_string();
    let address = handle.address();
    handle.want();
    let measured = move || {
        if let Some(frame) = element::of(frame) {
            let size = Point::new(frame.offset_width().into(), frame.offset_height().into());
            room.set(size);
        }
    };
    // From the middle of the stage.
    let point = move |x: i32, y: i32| {
        let place = place
            .get_untracked()
            .map(|it| it.get_bounding_client_rect());
        let (middle_x, middle_y) = place.map_or((0.0, 0.0), |it| {
            (it.left() + it.width() / 2.0, it.top() + it.height() / 2.0)
        });
        Point::new(f64::from(x) - middle_x, f64::from(y) - middle_y)
    };
    let wheel = move |event: leptos::ev::WheelEvent| {
        event.prevent_default();
        measured();
        let factor = (-event.delta_y() * WHEEL).exp().clamp(0.5, 2.0);
        let under = point(event.client_x(), event.client_y());
        zoom.update(|zoom| *zoom = zoom.by(factor, under, room.get_untracked()));
    };
    let down = move |event: leptos::ev::PointerEvent| {
        if event.button() != 0 {
            return;
        }
        measured();
        let at = point(event.client_x(), event.client_y());
        if let Some(place) = place.get_untracked() {
            place.set_pointer_capture(event.pointer_id()).ok();
        }
        hands.update_value(|hands| {
            if hands.down.is_empty() {
                (hands.began, hands.was_pinch) = (at, false);
            }
            hands.down.push((event.pointer_id(), at));
            hands.was_pinch |= hands.down.len() > 1;
        });
    };
    let moved = move |event: leptos::ev::PointerEvent| {
        let at = point(event.client_x(), event.client_y());
        let mut before = hands.get_value();
        let Some(own) = before
            .down
            .iter()
            .position(|(id, _)| *id == event.pointer_id())
        else {
            return;
        };
        let now = {
            let mut now = before.down.clone();
            if let Some(hand) = now.get_mut(own) {
                hand.1 = at;
            }
            now
        };
        let room = room.get_untracked();
        match (before.down.as_slice(), now.as_slice()) {
            ([(_, a), (_, b), ..], [(_, c), (_, d), ..]) => {
                zoom.update(|zoom| *zoom = zoom.pinched((*a, *b), (*c, *d), room));
                pulled.set(Point::default());
            }
            ([(_, from)], _) if zoom.with_untracked(|zoom| zoom.is_close()) => {
                zoom.update(|zoom| *zoom = zoom.moved(at.minus(*from), room));
            }
            ([_], _) if event.pointer_type() != "mouse" && !before.was_pinch => {
                pulled.set(at.minus(before.began));
            }
            _ => {}
        }
        before.down = now;
        hands.set_value(before);
    };
    let up = move |event: leptos::ev::PointerEvent| {
        let Some(at) = hands.with_value(|hands| {
            let own = hands.down.iter().find(|(id, _)| *id == event.pointer_id());
            own.map(|(_, at)| *at)
        }) else {
            return;
        };
        hands.update_value(|hands| hands.down.retain(|(id, _)| *id != event.pointer_id()));
        let Hands {
            down,
            began,
            was_pinch,
            tapped,
        } = hands.get_value();
        let way = pulled.get_untracked();
        pulled.set(Point::default());
        if !down.is_empty() || was_pinch {
            return;
        }
        if at.minus(began).length() < TAP {
            let now = event.time_stamp();
            if now - tapped < TWICE {
                let room = room.get_untracked();
                zoom.update(|zoom| *zoom = zoom.toggled(at, room));
                hands.update_value(|hands| hands.tapped = 0.0);
            } else {
                hands.update_value(|hands| hands.tapped = now);
                let is_beside = place
                    .get_untracked()
                    .is_some_and(|place| event.target().is_some_and(|it| it == place.into()));
                if is_beside && event.pointer_type() == "mouse" {
                    on_close.run(());
                }
            }
        } else if way.x.abs() > SWIPE && way.x.abs() > way.y.abs() {
            on_step.run(way.x < 0.0);
        } else if way.y > SWIPE {
            on_close.run(());
        }
    };
    let gave_up = move |event: leptos::ev::PointerEvent| {
        hands.update_value(|hands| hands.down.retain(|(id, _)| *id != event.pointer_id()));
        pulled.set(Point::default());
    };
    let picture = move || {
        let name = name.clone();
        address.get().map(|address| {
            view! {
                <img
                    class="lightbox-picture"
                    src=address.to_string()
                    alt=name
                    draggable="false"
                    on:load=move |_| measured()
                    on:error=move |_| is_broken.set(true)
                />
            }
        })
    };
    let style = move || {
        let pulled = pulled.get();
        let zoom = zoom.get();
        if pulled == Point::default() {
            zoom.style()
        } else {
            format!(
                "translate({:.1}px, {:.1}px) {}",
                pulled.x,
                pulled.y.max(0.0),
                zoom.style()
            )
        }
    };
    view! {
        <div
            class="lightbox-stage"
            class:close=reactive(move || zoom.with(|zoom| zoom.is_close()))
            node_ref=place
            on:wheel=wheel
            on:pointerdown=down
            on:pointermove=moved
            on:pointerup=up
            on:pointercancel=gave_up
        >
            <div
                class="lightbox-frame"
                node_ref=frame
                style:--picture-width=format!("{width}px")
                style:--picture-ratio=format!("{width} / {height}")
                style:--picture-proportion=format!("{:.5}", f64::from(width) / f64::from(height.max(1)))
                style:transform=reactive(style)
            >
                <Preview text=preview/>
                {dynamic(picture)}
            </div>
        </div>
        <div class="lightbox-state">
            {dynamic(move || is_broken.get().then(|| gone(words::NO_PICTURE)))}
            <Progress handle=handle/>
        </div>
    }
}
