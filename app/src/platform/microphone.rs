//! The microphone: asking for it, switching it off and on, and which ones there are.
//! It is in use as long as its value is held; the browser shows that to the person.

use js_sys::Array;
use js_sys::futures::JsFuture;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    AudioContext, MediaDeviceInfo, MediaDeviceKind, MediaDevices, MediaStream,
    MediaStreamConstraints, MediaStreamTrack,
};

use super::denoiser::Denoiser;
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
    /// The page did not come over HTTPS: browsers give it no microphone (Secure Contexts, W3C).
    #[error("the page is not secure")]
    Insecure,
    /// The page has no access to microphones: an old browser.
    #[error("the browser has no microphone for this page: {0}")]
    Unavailable(String),
}

/// What is to be done to the sound, and by which device.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the browser's"
)]
pub struct Wanted {
    /// `None`: the system's choice.
    pub device: Option<String>,
    /// What the loudspeaker plays is taken out.
    pub echo: bool,
    /// The browser takes out noise.
    pub noise: bool,
    /// The same by a program of its own, see [`Microphone::is_makeshift`].
    pub denoiser: bool,
    /// A quiet voice is made louder.
    pub gain: bool,
    /// Two channels, where the device has them.
    pub stereo: bool,
}

impl Wanted {
    /// Speech: the echo of the loudspeaker taken out, noise reduced, loudness evened.
    pub fn speech() -> Self {
        Self {
            device: None,
            echo: true,
            noise: true,
            denoiser: false,
            gain: true,
            stereo: false,
        }
    }
}

/// A microphone in use. Dropping it lets go of it.
pub struct Microphone {
    /// As it was opened, with what was done to it.
    stream: MediaStream,
    /// What it hears.
    track: MediaStreamTrack,
    /// What others hear of that: the same, and silent while it is closed. It is measured what the microphone hears.
    sent: MediaStreamTrack,
    device: MediaStreamTrack,
    _denoiser: Option<Denoiser>,
    is_makeshift: bool,
    /// What makes the silence, where there is no device.
    silence: Option<AudioContext>,
    _ended: Option<Listener>,
}

/// Opens and closes what others hear of a microphone, at once.
#[derive(Clone)]
pub struct Valve(MediaStreamTrack);

impl Valve {
    pub fn set_open(&self, open: bool) {
        self.0.set_enabled(open);
    }
}

impl Microphone {
    /// Asks for a microphone: the named one if it is there, else the system's choice. `lost` is called when the
    /// device goes away or the person takes the permission back.
    pub async fn open(wanted: &Wanted, lost: impl Fn() + 'static) -> Result<Self, MicrophoneError> {
        let opened = ask(wanted).await?;
        if !wanted.denoiser {
            return Self::of(opened, None, lost);
        }
        if let Ok(denoiser) = Denoiser::new(&opened).await {
            return Self::of(opened, Some(denoiser), lost);
        }
        for track in opened.get_audio_tracks() {
            track.unchecked_into::<MediaStreamTrack>().stop();
        }
        let by_browser = Wanted {
            noise: true,
            denoiser: false,
            ..wanted.clone()
        };
        let mut makeshift = Self::of(ask(&by_browser).await?, None, lost)?;
        makeshift.is_makeshift = true;
        Ok(makeshift)
    }

    fn of(
        opened: MediaStream,
        denoiser: Option<Denoiser>,
        lost: impl Fn() + 'static,
    ) -> Result<Self, MicrophoneError> {
        let device = first_track(&opened)?;
        let stream = match &denoiser {
            Some(denoiser) => Clone::clone(denoiser.output()),
            None => opened,
        };
        let track = first_track(&stream)?;
        let ended = Listener::on(&device, "ended", move |_| lost());
        Ok(Self {
            // The browser's: another track of the same source.
            sent: MediaStreamTrack::clone(&track),
            stream,
            track,
            device,
            _denoiser: denoiser,
            is_makeshift: false,
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
        let track = first_track(&stream)?;
        Ok(Self {
            stream,
            sent: Clone::clone(&track),
            device: Clone::clone(&track),
            track,
            _denoiser: None,
            is_makeshift: false,
            silence: Some(context),
            _ended: None,
        })
    }

    /// Whether this is [`Microphone::silent`].
    pub fn is_silent(&self) -> bool {
        self.silence.is_some()
    }

    /// Whether noise was to be taken out by a program of its own that could not be had, so that the browser does it.
    pub fn is_makeshift(&self) -> bool {
        self.is_makeshift
    }

    /// What opens and closes it while it is on.
    pub fn valve(&self) -> Valve {
        Valve(Clone::clone(&self.sent))
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

    /// What others hear.
    pub(super) fn sent(&self) -> &MediaStreamTrack {
        &self.sent
    }

    /// What it hears, open or not.
    pub(super) fn stream(&self) -> &MediaStream {
        &self.stream
    }
}

impl Drop for Microphone {
    fn drop(&mut self) {
        for track in [&self.device, &self.track, &self.sent] {
            track.stop();
        }
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
        .map_err(|_| MicrophoneError::Insecure)
}

async fn ask(wanted: &Wanted) -> Result<MediaStream, MicrophoneError> {
    let asked = media_devices()?
        .get_user_media_with_constraints(&constraints(wanted))
        .map_err(|error| problem(&error))?;
    let opened = JsFuture::from(asked)
        .await
        .map_err(|error| problem(&error))?;
    Ok(opened.unchecked_into())
}

fn first_track(stream: &MediaStream) -> Result<MediaStreamTrack, MicrophoneError> {
    let track = stream.get_audio_tracks().get(0);
    track.dyn_into().map_err(|_| MicrophoneError::Missing)
}

fn constraints(wanted: &Wanted) -> MediaStreamConstraints {
    let ideal = |value: &JsValue| js::object(&[("ideal", value)]);
    let switch = |on: bool| ideal(&JsValue::from(on));
    let mut audio = vec![
        ("echoCancellation", switch(wanted.echo)),
        ("noiseSuppression", switch(wanted.noise)),
        ("autoGainControl", switch(wanted.gain)),
        (
            "channelCount",
            ideal(&JsValue::from(if wanted.stereo { 2 } else { 1 })),
        ),
    ];
    if let Some(device) = &wanted.device {
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
