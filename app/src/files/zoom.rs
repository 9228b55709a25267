//! Where a picture stands in the room there is, and how large: zoomed at a point, moved, and never lost out of sight.
//! Pure; places are counted from the middle of the room.

const LEAST: f64 = 1.0;
const MOST: f64 = 8.0;
/// What a key or a button does.
pub const STEP: f64 = 1.5;
/// What two taps do.
const CLOSE: f64 = 2.5;

/// A place, or how far something moved.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    pub x: f64,
    pub y: f64,
}

impl Point {
    pub fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }

    pub fn minus(self, other: Self) -> Self {
        Self::new(self.x - other.x, self.y - other.y)
    }

    fn plus(self, other: Self) -> Self {
        Self::new(self.x + other.x, self.y + other.y)
    }

    fn times(self, factor: f64) -> Self {
        Self::new(self.x * factor, self.y * factor)
    }

    pub fn between(self, other: Self) -> Self {
        self.plus(other).times(0.5)
    }

    pub fn length(self) -> f64 {
        self.x.hypot(self.y)
    }
}

/// How a picture is seen. At first, all of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Zoom {
    /// 1: as large as fits.
    pub scale: f64,
    /// Where its middle is.
    pub at: Point,
}

impl Default for Zoom {
    fn default() -> Self {
        Self {
            scale: LEAST,
            at: Point::default(),
        }
    }
}

impl Zoom {
    pub fn is_close(self) -> bool {
        self.scale > LEAST + 0.01
    }

    /// Larger or smaller, with the same point of the picture under `under`. `room`: its width and height as it fits.
    pub fn by(self, factor: f64, under: Point, room: Point) -> Self {
        let scale = (self.scale * factor).clamp(LEAST, MOST);
        let from = under.minus(self.at).times(scale / self.scale);
        Self {
            scale,
            at: under.minus(from),
        }
        .within(room)
    }

    pub fn moved(self, by: Point, room: Point) -> Self {
        Self {
            at: self.at.plus(by),
            ..self
        }
        .within(room)
    }

    /// What two taps or clicks do: close to a point, or all of it again.
    pub fn toggled(self, under: Point, room: Point) -> Self {
        if self.is_close() {
            Self::default()
        } else {
            self.by(CLOSE, under, room)
        }
    }

    /// Two fingers that were at `before` are at `now`.
    pub fn pinched(self, before: (Point, Point), now: (Point, Point), room: Point) -> Self {
        let spread = |(one, other): (Point, Point)| one.minus(other).length().max(1.0);
        let middle = |(one, other): (Point, Point)| one.between(other);
        self.moved(middle(now).minus(middle(before)), room).by(
            spread(now) / spread(before),
            middle(now),
            room,
        )
    }

    /// Its edges do not come further in than the picture has room beyond them.
    fn within(self, room: Point) -> Self {
        let most = room.times((self.scale - LEAST) / 2.0);
        let at = Point::new(
            self.at.x.clamp(-most.x.max(0.0), most.x.max(0.0)),
            self.at.y.clamp(-most.y.max(0.0), most.y.max(0.0)),
        );
        Self { at, ..self }
    }

    /// For the style of the picture.
    pub fn style(self) -> String {
        let Self { scale, at } = self;
        format!("translate({:.1}px, {:.1}px) scale({scale:.3})", at.x, at.y)
    }
}

#[cfg(test)]
mod tests {
    use super::{MOST, Point, Zoom};

    const ROOM: Point = Point { x: 800.0, y: 600.0 };

    fn close(one: Point, other: Point) -> bool {
        one.minus(other).length() < 0.001
    }

    #[test]
    fn what_is_under_the_pointer_stays_there() {
        let under = Point::new(120.0, -80.0);
        let on_picture = |zoom: Zoom| under.minus(zoom.at).times(1.0 / zoom.scale);
        let zoom = Zoom::default().by(2.0, under, ROOM);
        assert!(close(on_picture(zoom), under));
        let again = zoom.by(1.5, under, ROOM);
        assert!(close(on_picture(again), on_picture(zoom)));
    }

    #[test]
    fn it_is_never_lost_out_of_sight() {
        let far = Point::new(9_000.0, -9_000.0);
        let zoom = Zoom::default()
            .by(3.0, Point::default(), ROOM)
            .moved(far, ROOM);
        assert!(close(zoom.at, Point::new(800.0, -600.0)));
        assert_eq!(Zoom::default().moved(far, ROOM), Zoom::default());
        let out = zoom.by(0.001, Point::default(), ROOM);
        assert_eq!(out, Zoom::default());
        let most = Zoom::default().by(1_000.0, Point::default(), ROOM);
        assert!((most.scale - MOST).abs() < f64::EPSILON);
    }

    #[test]
    fn two_taps_go_close_and_back() {
        let zoom = Zoom::default().toggled(Point::new(10.0, 10.0), ROOM);
        assert!(zoom.is_close());
        assert_eq!(zoom.toggled(Point::default(), ROOM), Zoom::default());
    }

    #[test]
    fn two_fingers_hold_what_is_between_them() {
        let before = (Point::new(-50.0, 0.0), Point::new(50.0, 0.0));
        let now = (Point::new(-80.0, 20.0), Point::new(120.0, 20.0));
        let zoom = Zoom::default()
            .by(2.0, Point::default(), ROOM)
            .pinched(before, now, ROOM);
        assert!((zoom.scale - 4.0).abs() < 0.001);
        // The middle of the picture was between the fingers, and is now.
        assert!(close(zoom.at, Point::new(20.0, 20.0)));
        let same = zoom.pinched(now, now, ROOM);
        assert!(close(same.at, zoom.at));
        // Fingers on one spot do not divide by nothing.
        let spot = (Point::default(), Point::default());
        assert!(zoom.pinched(spot, now, ROOM).scale.is_finite());
    }
}
