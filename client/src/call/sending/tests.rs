//! What is sent follows who looks, how large, and what the network bears.

use proptest::prelude::*;

use super::*;

const CAMERA: Source = Source {
    track: TrackKind::Camera,
    width: 1280,
    height: 720,
    content: Content::Motion,
};

const SCREEN: Source = Source {
    track: TrackKind::Screen,
    width: 1920,
    height: 1080,
    content: Content::Detail,
};

fn looks(track: TrackKind, width: u32, height: u32) -> Viewed {
    Viewed {
        track,
        width,
        height,
    }
}

fn viewer(id: usize, looks_at: Vec<Viewed>) -> Viewer<usize> {
    Viewer {
        id,
        looks_at,
        uplink: Uplink::default(),
    }
}

/// A way that bears so many bits per second, and no more.
fn bears(bits: u32) -> Uplink {
    Uplink {
        available: Some(bits),
        is_limited: true,
        loss: None,
    }
}

fn camera_for(width: u32, height: u32) -> Encoding {
    let viewers = [viewer(0, vec![looks(TrackKind::Camera, width, height)])];
    plan(&[CAMERA], &viewers)[0].encoding
}

#[test]
fn what_nobody_looks_at_is_not_sent() {
    let viewers = [
        viewer(0, vec![]),
        viewer(1, vec![looks(TrackKind::Screen, 800, 450)]),
        viewer(2, vec![looks(TrackKind::Camera, 0, 0)]),
    ];
    let sent = plan(&[CAMERA, SCREEN], &viewers);
    let active: Vec<_> = sent
        .iter()
        .filter(|sent| sent.encoding.is_active)
        .map(|sent| (sent.to, sent.track))
        .collect();
    assert_eq!(active, [(1, TrackKind::Screen)]);
    assert_eq!(sent.len(), 6, "each picture is decided for each viewer");
}

#[test]
fn size_and_bits_follow_the_tile() {
    assert_eq!(camera_for(1280, 720).scale_percent, 100);
    assert_eq!(camera_for(2560, 1440).scale_percent, 100);
    assert_eq!(camera_for(640, 360).scale_percent, 200);
    assert_eq!(camera_for(320, 180).scale_percent, 400);
    assert_eq!(camera_for(300, 170).scale_percent, 400);
    assert_eq!(camera_for(80, 45).scale_percent, 800);
    let bits = [1280, 640, 320].map(|width| camera_for(width, width * 9 / 16).bits);
    assert!(bits[0] > bits[1] && bits[1] > bits[2], "{bits:?}");
}

#[test]
fn a_camera_fills_its_tile_and_a_screen_is_seen_whole() {
    let tall = [viewer(0, vec![looks(TrackKind::Camera, 360, 640)])];
    assert_eq!(plan(&[CAMERA], &tall)[0].encoding.scale_percent, 100);
    let tall = [viewer(0, vec![looks(TrackKind::Screen, 480, 1080)])];
    assert_eq!(plan(&[SCREEN], &tall)[0].encoding.scale_percent, 400);
}

#[test]
fn what_is_read_gets_slower_before_it_gets_smaller() {
    let mut viewers = [viewer(0, vec![looks(TrackKind::Screen, 1920, 1080)])];
    let free = plan(&[SCREEN], &viewers)[0].encoding;
    viewers[0].uplink = bears(1_200_000);
    let narrow = plan(&[SCREEN], &viewers)[0].encoding;
    assert_eq!(narrow.scale_percent, free.scale_percent);
    assert!(narrow.frame_rate < free.frame_rate);
    assert!(narrow.bits < free.bits);
    let film = Source {
        content: Content::Motion,
        ..SCREEN
    };
    let narrow = plan(&[film], &viewers)[0].encoding;
    assert_eq!(narrow.frame_rate, 30);
    assert!(narrow.scale_percent > 100);
}

#[test]
fn a_narrow_way_gives_the_screen_most() {
    let looks_at = vec![
        looks(TrackKind::Camera, 640, 360),
        looks(TrackKind::Screen, 1920, 1080),
    ];
    let mut viewers = [viewer(0, looks_at)];
    viewers[0].uplink = bears(900_000);
    let sent = plan(&[CAMERA, SCREEN], &viewers);
    assert!(
        sent[1].encoding.bits > 2 * sent[0].encoding.bits,
        "{sent:?}"
    );
    let total = sent[0].encoding.bits + sent[1].encoding.bits;
    assert!(total <= 2 * 900_000, "{total}");
}

#[test]
fn loss_thins_where_the_browser_says_no_more() {
    let mut viewers = [viewer(0, vec![looks(TrackKind::Camera, 1280, 720)])];
    let at = |viewers: &[Viewer<usize>]| plan(&[CAMERA], viewers)[0].encoding.bits;
    let free = at(&viewers);
    viewers[0].uplink.loss = Some(0.01);
    assert_eq!(at(&viewers), free);
    viewers[0].uplink.loss = Some(0.06);
    let some = at(&viewers);
    viewers[0].uplink.loss = Some(0.2);
    let much = at(&viewers);
    assert!(free > some && some > much, "{free} {some} {much}");
}

#[test]
fn a_browser_that_has_tried_little_is_let_try_more() {
    let mut viewers = [viewer(0, vec![looks(TrackKind::Camera, 1280, 720)])];
    let free = plan(&[CAMERA], &viewers);
    viewers[0].uplink.available = Some(300_000);
    assert_eq!(plan(&[CAMERA], &viewers), free);
    viewers[0].uplink.is_limited = true;
    let limited = plan(&[CAMERA], &viewers)[0].encoding;
    assert!(limited.scale_percent > free[0].encoding.scale_percent);
    assert!(limited.bits > 200_000, "more than is believed can be tried");
}

#[test]
fn a_bad_way_to_one_does_not_thin_what_others_get() {
    let tile = vec![looks(TrackKind::Camera, 640, 360)];
    let mut viewers = [viewer(0, tile.clone()), viewer(1, tile)];
    let before = plan(&[CAMERA], &viewers);
    viewers[1].uplink = bears(200_000);
    let after = plan(&[CAMERA], &viewers);
    assert_eq!(before[0], after[0]);
    assert!(after[1].encoding.bits <= 2 * 200_000);
}

#[test]
fn eleven_large_tiles_do_not_drown_the_machine() {
    let viewers: Vec<_> = (0..11)
        .map(|id| viewer(id, vec![looks(TrackKind::Camera, 1280, 720)]))
        .collect();
    let sent = plan(&[CAMERA], &viewers);
    let pixels: u64 = sent
        .iter()
        .map(|sent| {
            pixels(&CAMERA, sent.encoding.scale_percent) * u64::from(sent.encoding.frame_rate)
        })
        .sum();
    assert!(pixels <= MOST_PIXELS);
    assert!(sent.iter().all(|sent| sent.encoding.is_active));
}

proptest! {
    #[test]
    fn whatever_is_asked_for_stays_within_bounds(
        tiles in proptest::collection::vec((any::<u32>(), any::<u32>()), 1..12),
        side in (0_u32..10_000, 0_u32..10_000),
        available in proptest::option::of(any::<u32>()),
        is_limited in any::<bool>(),
        loss in proptest::option::of(0.0..1.0_f64),
        reads in any::<bool>(),
    ) {
        let content = if reads { Content::Detail } else { Content::Motion };
        let sources = [CAMERA, Source { width: side.0, height: side.1, content, ..SCREEN }];
        let viewers: Vec<_> = tiles
            .iter()
            .enumerate()
            .map(|(id, (width, height))| Viewer {
                id,
                looks_at: vec![looks(TrackKind::Camera, *width, *height), looks(TrackKind::Screen, *height, *width)],
                uplink: Uplink { available, is_limited, loss },
            })
            .collect();
        let sent = plan(&sources, &viewers);
        prop_assert_eq!(sent.len(), 2 * tiles.len());
        let active = || sent.iter().map(|sent| sent.encoding).filter(|it| it.is_active);
        prop_assert!(active().all(|it| (100..=800).contains(&it.scale_percent)));
        prop_assert!(active().all(|it| (1..=30).contains(&it.frame_rate)));
        prop_assert!(active().all(|it| it.bits >= LEAST_BITS && it.bits <= MOST_SCREEN_BITS));
        let floor = u64::from(LEAST_BITS) * 2 * tiles.len() as u64;
        let total: u64 = active().map(|it| u64::from(it.bits)).sum();
        prop_assert!(total <= MOST_BITS_IN_ALL.max(floor) + floor);
    }
}
