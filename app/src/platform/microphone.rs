//! The microphone: asking for it, switching it off and on, and which ones there are.
//! It is in use as long as its value is held; the browser shows that to the person.

use js_sys::Array;
use js_sys::futures::JsFuture;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    AudioContext, MediaDeviceInfo, MediaDeviceKind, MediaDevices, MediaStream,
    MediaStreamConstraints, MediaStreamTrack,
};

use super::js;
use super::listener::Listener;

/// Why there is no microphone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MicrophoneError {
    /// The person or the browser said no.
    #[error("the microphone was not allowed")]
    Refused,
    /// There is none.
    #[error("there is no microphone")]
    Missing,
    /// Another program holds it, or it is broken.
    #[error("the microphone cannot be used now")]
    Busy,
    /// The page has no access to microphones: plain HTTP, or an old browser.
    #[error("the browser has no microphone for this page: {0}")]
    Unavailable(String),
}

/// A microphone in use. Dropping it lets go of it.
pub struct Microphone {
    stream: MediaStream,
    track: MediaStreamTrack,
    /// What makes the silence, where there is no device.
    silence: Option<AudioContext>,
    _ended: Option<Listener>,
}

impl Microphone {
    /// Asks for a microphone: the named one if it is there, else the system's choice. `lost` is called when the
    /// device goes away or the person takes the permission back.
    pub async fn open(
        device: Option<&str>,
        lost: impl Fn() + 'static,
    ) -> Result<Self, MicrophoneError> {
        let constraints = constraints(device);
        let asked = media_devices()?
            .get_user_media_with_constraints(&constraints)
            .map_err(|error| problem(&error))?;
        let stream: MediaStream = JsFuture::from(asked)
            .await
            .map_err(|error| problem(&error))?
            .unchecked_into();
        let track: MediaStreamTrack = stream
            .get_audio_tracks()
            .get(0)
            .dyn_into()
            .map_err(|_| MicrophoneError::Missing)?;
        let ended = Listener::on(&track, "ended", move |_| lost());
        Ok(Self {
            stream,
            track,
            silence: None,
            _ended: Some(ended),
        })
    }

    /// No device at all, but a track like any other: who only listens can get a real one later, and nothing has to be
    /// negotiated for it.
    pub fn silent() -> Result<Self, MicrophoneError> {
        let unavailable = |error: JsValue| MicrophoneError::Unavailable(js::message(&error));
        let context = AudioContext::new().map_err(unavailable)?;
        let node = context
            .create_media_stream_destination()
            .map_err(unavailable)?;
        let stream = node.stream();
        let track = stream
            .get_audio_tracks()
            .get(0)
            .dyn_into()
            .map_err(|_| MicrophoneError::Missing)?;
        Ok(Self {
            stream,
            track,
            silence: Some(context),
            _ended: None,
        })
    }

    /// Whether this is [`Microphone::silent`].
    pub fn is_silent(&self) -> bool {
        self.silence.is_some()
    }

    /// Whether there is anything to send.
    pub fn is_on(&self) -> bool {
        !self.is_silent() && self.track.enabled()
    }

    /// Whether the device or the system keeps the sound back.
    pub fn is_muted(&self) -> bool {
        self.track.muted()
    }

    /// Off: the others get silence, and the device stays open, so that on is at once.
    pub fn set_enabled(&self, enabled: bool) {
        self.track.set_enabled(enabled);
    }

    pub(super) fn track(&self) -> &MediaStreamTrack {
        &self.track
    }

    pub(super) fn stream(&self) -> &MediaStream {
        &self.stream
    }
}

impl Drop for Microphone {
    fn drop(&mut self) {
        self.track.stop();
        if let Some(context) = &self.silence {
            // Fails only for one that is closed already.
            context.close().ok();
        }
    }
}

/// A microphone or loudspeaker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// The browser's id.
    pub id: String,
    /// Its name. Empty until a microphone was allowed once.
    pub label: String,
}

/// What there is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Devices {
    /// Microphones.
    pub inputs: Vec<Device>,
    /// Loudspeakers; empty where the browser does not let a page choose.
    pub outputs: Vec<Device>,
}

/// Lists microphones and loudspeakers.
pub async fn devices() -> Result<Devices, MicrophoneError> {
    let asked = media_devices()?
        .enumerate_devices()
        .map_err(|error| problem(&error))?;
    let list: Array = JsFuture::from(asked)
        .await
        .map_err(|error| problem(&error))?
        .unchecked_into();
    let mut devices = Devices::default();
    for info in list.iter().map(JsCast::unchecked_into::<MediaDeviceInfo>) {
        let device = Device {
            id: info.device_id(),
            label: info.label(),
        };
        // Without a permission a browser lists devices that cannot be chosen.
        if device.id.is_empty() {
            continue;
        }
        let kind = info.kind();
        if kind == MediaDeviceKind::Audioinput {
            devices.inputs.push(device);
        } else if kind == MediaDeviceKind::Audiooutput {
            devices.outputs.push(device);
        }
    }
    Ok(devices)
}

/// Calls back as long as it is held.
pub struct DeviceWatch {
    _listener: Listener,
}

/// Calls `changed` whenever a device comes or goes.
pub fn watch_devices(changed: impl Fn() + 'static) -> Option<DeviceWatch> {
    let devices = media_devices().ok()?;
    let listener = Listener::on(&devices, "devicechange", move |_| changed());
    Some(DeviceWatch {
        _listener: listener,
    })
}

fn media_devices() -> Result<MediaDevices, MicrophoneError> {
    let none = |text: &str| MicrophoneError::Unavailable(text.to_owned());
    let navigator = web_sys::window()
        .ok_or_else(|| none("no window"))?
        .navigator();
    // Missing on a page that did not come over HTTPS, whatever the bindings say.
    js::field(&navigator, "mediaDevices")
        .dyn_into()
        .map_err(|_| none("the page is not secure"))
}

/// Speech for a call: the echo of the loudspeaker taken out, noise reduced, loudness evened.
fn constraints(device: Option<&str>) -> MediaStreamConstraints {
    let ideal = |value: &JsValue| js::object(&[("ideal", value)]);
    let yes = JsValue::TRUE;
    let mut audio = vec![
        ("echoCancellation", ideal(&yes)),
        ("noiseSuppression", ideal(&yes)),
        ("autoGainControl", ideal(&yes)),
        ("channelCount", ideal(&JsValue::from(1))),
    ];
    if let Some(device) = device {
        audio.push(("deviceId", ideal(&JsValue::from_str(device))));
    }
    let fields: Vec<(&str, &JsValue)> = audio.iter().map(|(name, value)| (*name, value)).collect();
    js::object(&[("audio", &js::object(&fields)), ("video", &JsValue::FALSE)]).unchecked_into()
}

fn problem(error: &JsValue) -> MicrophoneError {
    match js::name_of(error).as_str() {
        "NotAllowedError" | "SecurityError" => MicrophoneError::Refused,
        "NotFoundError" | "OverconstrainedError" => MicrophoneError::Missing,
        "NotReadableError" | "AbortError" | "InvalidStateError" => MicrophoneError::Busy,
        _ => MicrophoneError::Unavailable(js::message(error)),
    }
}
