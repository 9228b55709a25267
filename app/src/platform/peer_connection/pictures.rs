//! Tracks of a connection beside the microphone: each is sent by a transceiver of its own, which is made when it is
//! first wanted and used again afterwards. How it is sent is decided elsewhere.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::Array;
use js_sys::futures::JsFuture;
use parley_client::call::control::TrackKind;
use parley_client::call::sending::{Content, Encoding};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MediaStream, MediaStreamTrack, RtcPeerConnection, RtcRtpReceiver, RtcRtpSender};

use crate::platform::capture::LiveTrack;
use crate::platform::peer_connection::RemoteSound;
use crate::platform::{js, task};

/// What is offered of a camera, in this order: the first costs least. Not H.264: all tracks share one transport, in
/// which a number may mean one codec only, and Firefox numbers Opus as Chromium numbers H.264. Chromium refuses a
/// description in which both stand.
const CAMERA_CODECS: [&str; 3] = ["video/vp8", "video/vp9", "video/rtx"];
/// What is offered of a screen: the first keeps letters sharp.
const SCREEN_CODECS: [&str; 3] = ["video/vp9", "video/vp8", "video/rtx"];
/// What is offered of its sound.
const SOUND_CODECS: [&str; 1] = ["audio/opus"];

/// A track that comes from the other side.
#[derive(Debug, Clone)]
pub struct RemoteTrack {
    /// Its media section.
    pub mid: String,
    stream: MediaStream,
}

impl RemoteTrack {
    pub(super) fn new(mid: String, track: &MediaStreamTrack) -> Option<Self> {
        let stream = MediaStream::new().ok()?;
        stream.add_track(track);
        Some(Self { mid, stream })
    }

    /// What a page can show.
    pub fn stream(&self) -> MediaStream {
        self.stream.clone()
    }

    /// What a loudspeaker can play.
    pub fn sound(&self) -> RemoteSound {
        RemoteSound {
            stream: self.stream.clone(),
        }
    }
}

/// How often a browser is asked again that did not take what it was told: a description that comes into force between
/// reading and setting refuses it once. More only for a connection that is closed.
const MOST_REFUSALS: u8 = 8;

/// Sends one track. What is in it may change.
#[derive(Debug)]
pub struct TrackSender {
    transceiver: JsValue,
    sender: RtcRtpSender,
    setting: Rc<Setting>,
}

/// What a sender shall do, one thing after the other: a browser refuses what was read before the last one was done
/// (W3C WebRTC 1.0, section 5.2, `[[LastReturnedParameters]]`).
#[derive(Debug, Default)]
struct Setting {
    wanted: RefCell<Option<(Encoding, Content)>>,
    is_under_way: Cell<bool>,
}

impl TrackSender {
    /// Not sent before [`TrackSender::set`] says so, but for sound.
    pub(super) fn new(
        connection: &RtcPeerConnection,
        kind: TrackKind,
        track: &LiveTrack,
    ) -> Option<Self> {
        let encodings = Array::of1(&js::object(&[("active", &JsValue::FALSE)]));
        let streams = Array::of1(track.stream());
        let mut options = vec![
            ("direction", JsValue::from_str("sendonly")),
            ("streams", streams.into()),
        ];
        if track.is_picture() {
            options.push(("sendEncodings", encodings.into()));
        }
        let options: Vec<(&str, &JsValue)> =
            options.iter().map(|(name, value)| (*name, value)).collect();
        let transceiver = js::call(
            connection,
            "addTransceiver",
            &[track.track(), &js::object(&options)],
        )
        .ok()?;
        match kind {
            TrackKind::Camera => prefer(&transceiver, "video", &CAMERA_CODECS),
            TrackKind::Screen => prefer(&transceiver, "video", &SCREEN_CODECS),
            TrackKind::ScreenSound => prefer(&transceiver, "audio", &SOUND_CODECS),
            TrackKind::Unknown => {}
        }
        let sender = js::field(&transceiver, "sender").dyn_into().ok()?;
        Some(Self {
            transceiver,
            sender,
            setting: Rc::default(),
        })
    }

    /// Sends another track from now on, or none. Nothing is negotiated.
    pub fn replace(&self, track: Option<&LiveTrack>) {
        let replaced = JsFuture::from(self.sender.replace_track(track.map(LiveTrack::track)));
        task::spawn(async move {
            // Fails only when the connection is closed by then.
            replaced.await.ok();
        });
    }

    /// The media section, once descriptions name it.
    pub fn mid(&self) -> Option<String> {
        js::field(&self.transceiver, "mid").as_string()
    }

    /// Sends the picture like this from now on.
    pub fn set(&self, encoding: Encoding, content: Content) {
        self.setting.wanted.replace(Some((encoding, content)));
        if self.setting.is_under_way.replace(true) {
            return;
        }
        let (sender, setting) = (self.sender.clone(), Rc::clone(&self.setting));
        task::spawn(async move {
            let mut refusals = 0;
            while let Some((encoding, content)) = setting.wanted.take() {
                if set_parameters(&sender, encoding, content).await.is_ok() {
                    refusals = 0;
                } else if refusals < MOST_REFUSALS {
                    refusals += 1;
                    let mut wanted = setting.wanted.borrow_mut();
                    wanted.get_or_insert((encoding, content));
                }
            }
            setting.is_under_way.set(false);
        });
    }
}

/// What a browser reads out has to be given back in the same task.
async fn set_parameters(
    sender: &RtcRtpSender,
    encoding: Encoding,
    content: Content,
) -> Result<(), JsValue> {
    let parameters = js::call(sender, "getParameters", &[])?;
    let encodings: Array = js::field(&parameters, "encodings")
        .dyn_into()
        .unwrap_or_default();
    if encodings.length() == 0 {
        encodings.push(&js::object(&[]));
    }
    let first = encodings.get(0);
    let Encoding {
        is_active,
        scale_percent,
        frame_rate,
        bits,
    } = encoding;
    for (name, value) in [
        ("active", JsValue::from_bool(is_active)),
        (
            "scaleResolutionDownBy",
            JsValue::from_f64(f64::from(scale_percent) / 100.0),
        ),
        ("maxFramerate", JsValue::from(frame_rate)),
        ("maxBitrate", JsValue::from(bits)),
    ] {
        js::set(&first, name, &value);
    }
    js::set(&parameters, "encodings", &encodings);
    let kept = match content {
        Content::Motion => "balanced",
        Content::Detail => "maintain-resolution",
    };
    js::set(&parameters, "degradationPreference", &kept.into());
    js::call_async(sender, "setParameters", &[&parameters]).await?;
    Ok(())
}

/// Offers these codecs and no other, where the browser lets a page choose.
fn prefer(transceiver: &JsValue, kind: &str, wanted: &[&str]) {
    let Some(capabilities) = RtcRtpReceiver::get_capabilities(kind) else {
        return;
    };
    let offered: Array = js::field(&capabilities, "codecs")
        .dyn_into()
        .unwrap_or_default();
    let chosen = Array::new();
    for name in wanted {
        let of_that_name = offered
            .iter()
            .filter(|codec| js::text(codec, "mimeType").eq_ignore_ascii_case(name));
        for codec in of_that_name {
            let line = js::text(&codec, "sdpFmtpLine");
            // Of VP9 the plain profile alone: the others are for more colours than a camera has.
            if !line.contains("profile-id=") || line.contains("profile-id=0") {
                chosen.push(&codec);
            }
        }
    }
    if chosen.length() > 0 {
        // Not there in older browsers: they choose themselves.
        js::call(transceiver, "setCodecPreferences", &[&chosen]).ok();
    }
}
