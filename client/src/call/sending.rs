//! What is sent to whom, how large, how often and at how many bits: decided from what each of the others looks at, how
//! large it is there, how many they are, and what the network bears. Nothing that nobody looks at is sent.
//!
//! It does not know how media travels: whoever forwards for many is one viewer more.

use super::control::{TrackKind, Viewed};

/// A picture that this device has to give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source {
    /// Camera or screen.
    pub track: TrackKind,
    /// Its width in pixels; 0 while unknown.
    pub width: u32,
    /// Its height in pixels; 0 while unknown.
    pub height: u32,
    /// What matters more in it.
    pub content: Content,
}

/// What matters more in a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Content {
    /// That it moves evenly: cameras, films, games.
    #[default]
    Motion,
    /// That it can be read: text, drawings.
    Detail,
}

/// Somebody who may look.
#[derive(Debug, Clone, PartialEq)]
pub struct Viewer<K> {
    /// Who it is.
    pub id: K,
    /// What they look at now.
    pub looks_at: Vec<Viewed>,
    /// How the way there is.
    pub uplink: Uplink,
}

/// How the way to a viewer is, as far as the browser says.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Uplink {
    /// What the browser believes fits through, in bits per second. It believes little as long as little was tried.
    pub available: Option<u32>,
    /// The browser makes pictures worse because of that.
    pub is_limited: bool,
    /// The part of the packets that is lost, 0 to 1.
    pub loss: Option<f64>,
}

/// How one picture is sent to one viewer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Encoding {
    /// Whether anything is sent at all.
    pub is_active: bool,
    /// How much smaller each side is than the source's, in percent: 100 as it is, 200 half.
    pub scale_percent: u32,
    /// Frames per second, at most.
    pub frame_rate: u32,
    /// Bits per second, at most.
    pub bits: u32,
}

impl Encoding {
    /// Nothing is sent. The other figures mean nothing then.
    pub const OFF: Self = Self {
        is_active: false,
        scale_percent: 100,
        frame_rate: 1,
        bits: LEAST_BITS,
    };
}

/// One picture for one viewer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sent<K> {
    /// For whom.
    pub to: K,
    /// Which picture.
    pub track: TrackKind,
    /// How.
    pub encoding: Encoding,
}

/// The steps in which a picture is made smaller, in percent of a side. Few, because each change costs a key frame.
const STEPS: [u32; 8] = [100, 150, 200, 250, 300, 400, 600, 800];
/// A tile that is this much larger than the next smaller picture, in percent, still takes it: nobody sees it.
const NEARLY: u64 = 110;
/// Taken for a source whose size is not known yet.
const USUAL: (u32, u32) = (1280, 720);
/// Bits for a pixel that changes, in thousandths. Video encoders of browsers look clean at this.
const MILLIBITS: u64 = 75;
/// Less is no picture.
const LEAST_BITS: u32 = 80_000;
/// More is not seen.
const MOST_CAMERA_BITS: u32 = 2_500_000;
const MOST_SCREEN_BITS: u32 = 5_000_000;
/// What all viewers together may cost the way out of a home.
const MOST_BITS_IN_ALL: u64 = 12_000_000;
/// What is left to voices on each way.
const VOICE_BITS: u32 = 100_000;
/// Pixels in a second that one machine encodes beside everything else: three pictures of 1280 by 720.
const MOST_PIXELS: u64 = 3 * 1280 * 720 * 30;
/// Loss above these thins what is sent, where the browser does not say what fits through.
const SOME_LOSS: f64 = 0.04;
const MUCH_LOSS: f64 = 0.10;

/// Decides about every picture for every viewer.
pub fn plan<K: Clone>(sources: &[Source], viewers: &[Viewer<K>]) -> Vec<Sent<K>> {
    let watching = viewers.iter().map(|viewer| viewer.looks_at.len()).sum();
    let mut wanted: Vec<(Sent<K>, Source)> = Vec::new();
    for viewer in viewers {
        let mut pictures: Vec<(Source, Option<Shape>)> = sources
            .iter()
            .map(|source| (*source, Shape::wanted(source, &viewer.looks_at, watching)))
            .collect();
        fit_to_way(&mut pictures, viewer.uplink);
        for (source, shape) in pictures {
            let sent = Sent {
                to: viewer.id.clone(),
                track: source.track,
                encoding: shape.map_or(Encoding::OFF, |shape| shape.encoding(&source)),
            };
            wanted.push((sent, source));
        }
    }
    spare_machine(&mut wanted);
    share_way_out(&mut wanted);
    wanted.into_iter().map(|(sent, _)| sent).collect()
}

/// Size and pace of a picture, before it is an encoding.
#[derive(Debug, Clone, Copy)]
struct Shape {
    step: usize,
    frame_rate: u32,
    /// What the way bears, if that is less than the picture wants.
    bits: Option<u32>,
}

impl Shape {
    /// What a viewer would get if nothing else mattered. `None`: they do not look.
    fn wanted(source: &Source, looks_at: &[Viewed], watching: usize) -> Option<Self> {
        let tile = looks_at
            .iter()
            .find(|it| it.track == source.track && it.width > 0 && it.height > 0)?;
        Some(Self {
            step: step_for(source, tile),
            frame_rate: pace(source, tile, watching),
            bits: None,
        })
    }

    fn scale(self) -> u32 {
        STEPS.get(self.step).copied().unwrap_or(100)
    }

    fn bits(self, source: &Source) -> u32 {
        let most = match source.track {
            TrackKind::Camera => MOST_CAMERA_BITS,
            TrackKind::Screen | TrackKind::ScreenSound | TrackKind::Unknown => MOST_SCREEN_BITS,
        };
        let bits = pixels(source, self.scale()) * u64::from(self.frame_rate) * MILLIBITS / 1_000;
        let bits = u32::try_from(bits).unwrap_or(most).clamp(LEAST_BITS, most);
        self.bits
            .map_or(bits, |limit| bits.min(limit))
            .max(LEAST_BITS)
    }

    /// Costs less: what moves gets smaller, what is read gets slower first. `false` if it cannot.
    fn shrink(&mut self, source: &Source) -> bool {
        if source.content == Content::Detail && self.frame_rate > 5 {
            self.frame_rate = (self.frame_rate * 2 / 3).max(5);
            return true;
        }
        let can = self.step + 1 < STEPS.len() && pixels(source, self.scale()) > 160 * 90;
        self.step += usize::from(can);
        can
    }

    fn encoding(self, source: &Source) -> Encoding {
        Encoding {
            is_active: true,
            scale_percent: self.scale(),
            frame_rate: self.frame_rate,
            bits: self.bits(source),
        }
    }
}

fn size(source: &Source) -> (u32, u32) {
    if source.width == 0 || source.height == 0 {
        return USUAL;
    }
    (source.width, source.height)
}

/// The pixels of a picture that was made smaller.
fn pixels(source: &Source, scale_percent: u32) -> u64 {
    let (width, height) = size(source);
    let side = |length: u32| u64::from(length) * 100 / u64::from(scale_percent.max(1));
    side(width) * side(height)
}

/// The smallest picture that still fills the tile. A camera fills it, and what sticks out is cut off; of a screen
/// everything is shown.
fn step_for(source: &Source, tile: &Viewed) -> usize {
    let (width, height) = size(source);
    let ratio = |side: u32, of: u32| u64::from(side) * NEARLY / u64::from(of.max(1));
    let (across, down) = (ratio(width, tile.width), ratio(height, tile.height));
    let percent = match source.track {
        TrackKind::Camera => across.min(down),
        TrackKind::Screen | TrackKind::ScreenSound | TrackKind::Unknown => across.max(down),
    };
    STEPS
        .iter()
        .rposition(|step| u64::from(*step) <= percent)
        .unwrap_or(0)
}

/// Frames per second. Small and many pictures need not move as evenly.
fn pace(source: &Source, tile: &Viewed, watching: usize) -> u32 {
    if source.content == Content::Detail {
        return 15;
    }
    match (source.track, tile.height, watching) {
        (TrackKind::Camera, 0..=120, _) => 15,
        (TrackKind::Camera, _, 6..) => 20,
        (TrackKind::Camera, _, 4..) => 24,
        _ => 30,
    }
}

/// Makes a viewer's pictures fit through the way to them, cameras before screens.
fn fit_to_way(pictures: &mut [(Source, Option<Shape>)], uplink: Uplink) {
    let wants: u64 = pictures
        .iter()
        .filter_map(|(source, shape)| Some(u64::from(shape.as_ref()?.bits(source))))
        .sum();
    let Some(Room { bits: room, slack }) = room(wants, uplink) else {
        return;
    };
    let others = if pictures.iter().filter(|(_, shape)| shape.is_some()).count() > 1 {
        // The screen is what they came for.
        [
            (TrackKind::Camera, room / 4),
            (TrackKind::Screen, room - room / 4),
        ]
    } else {
        [(TrackKind::Camera, room), (TrackKind::Screen, room)]
    };
    for (source, shape) in pictures {
        let given = others.iter().find(|(track, _)| *track == source.track);
        let (Some(shape), Some((_, given))) = (shape, given) else {
            continue;
        };
        // At half of what it wants a picture is still clean enough; below that it gets smaller or slower.
        while shape.bits(source) > given.saturating_mul(2) && shape.shrink(source) {}
        shape.bits = Some(given.saturating_mul(slack).max(LEAST_BITS));
    }
}

/// What is left for pictures on a way where they do not all fit.
struct Room {
    /// Bits per second.
    bits: u32,
    /// How many times that may be tried: a browser that watches the way itself finds out what fits only by trying more.
    slack: u32,
}

fn room(wants: u64, uplink: Uplink) -> Option<Room> {
    let wants = u32::try_from(wants).unwrap_or(u32::MAX);
    let (bits, slack) = match (uplink.available, uplink.loss) {
        (Some(available), _) if uplink.is_limited => (available.saturating_sub(VOICE_BITS), 2),
        (None, Some(loss)) if loss > MUCH_LOSS => (wants / 2, 1),
        (None, Some(loss)) if loss > SOME_LOSS => (wants / 4 * 3, 1),
        (_, _) => return None,
    };
    (bits < wants).then_some(Room { bits, slack })
}

/// Takes steps back until the machine can encode it all: cameras first, then everything.
fn spare_machine<K>(wanted: &mut [(Sent<K>, Source)]) {
    for only_cameras in [true, false] {
        for _ in 0..STEPS.len() {
            let cost: u64 = wanted.iter().map(cost).sum();
            if cost <= MOST_PIXELS {
                return;
            }
            for (sent, source) in &mut *wanted {
                if sent.encoding.is_active && (source.track == TrackKind::Camera || !only_cameras) {
                    step_back(&mut sent.encoding, source);
                }
            }
        }
    }
}

fn cost<K>((sent, source): &(Sent<K>, Source)) -> u64 {
    if !sent.encoding.is_active {
        return 0;
    }
    pixels(source, sent.encoding.scale_percent) * u64::from(sent.encoding.frame_rate)
}

fn step_back(encoding: &mut Encoding, source: &Source) {
    let step = STEPS
        .iter()
        .position(|step| *step == encoding.scale_percent)
        .unwrap_or(0);
    let mut shape = Shape {
        step,
        frame_rate: encoding.frame_rate,
        bits: Some(encoding.bits),
    };
    if shape.shrink(source) {
        *encoding = shape.encoding(source);
    }
}

/// What leaves a home is bounded: everybody gets the same part of what they wanted.
fn share_way_out<K>(wanted: &mut [(Sent<K>, Source)]) {
    let total: u64 = wanted
        .iter()
        .filter(|(sent, _)| sent.encoding.is_active)
        .map(|(sent, _)| u64::from(sent.encoding.bits))
        .sum();
    if total <= MOST_BITS_IN_ALL {
        return;
    }
    for (sent, _) in wanted {
        let bits = u64::from(sent.encoding.bits) * MOST_BITS_IN_ALL / total;
        sent.encoding.bits = u32::try_from(bits).unwrap_or(LEAST_BITS).max(LEAST_BITS);
    }
}

#[cfg(test)]
mod tests;
