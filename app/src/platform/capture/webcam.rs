//! The camera that films the person, which ones there are, and the blurred background where a browser can do that.

use js_sys::Array;
use js_sys::futures::JsFuture;
use parley_client::call::sending::Content;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    MediaDeviceInfo, MediaDeviceKind, MediaStream, MediaStreamConstraints, MediaStreamTrack,
};

use super::{CaptureError, LiveTrack, media_devices, problem};
use crate::platform::js;
use crate::platform::microphone::Device;

/// A camera in use.
pub struct Webcam {
    pub track: LiveTrack,
}

impl Webcam {
    /// Asks for a camera: the named one if it is there, else the system's choice. `lost` is called when it is pulled
    /// out or the person takes the permission back.
    pub async fn open(
        device: Option<&str>,
        blur: bool,
        lost: impl Fn() + 'static,
    ) -> Result<Self, CaptureError> {
        let asked = media_devices()?
            .get_user_media_with_constraints(&constraints(device))
            .map_err(|error| problem(&error))?;
        let stream: MediaStream = JsFuture::from(asked)
            .await
            .map_err(|error| problem(&error))?
            .unchecked_into();
        let track = stream
            .get_video_tracks()
            .get(0)
            .dyn_into()
            .map_err(|_| CaptureError::Missing)?;
        let webcam = Self {
            track: LiveTrack::new(track, stream, Content::Motion, lost),
        };
        if blur {
            webcam.set_blur(true).await;
        }
        Ok(webcam)
    }

    /// Whether the background is blurred; `None` where this browser and camera cannot do it.
    pub fn blur(&self) -> Option<bool> {
        blur_of(self.track.track())
    }

    /// Blurs the background, or not any more. Says how it is afterwards.
    pub fn set_blur(&self, blur: bool) -> impl Future<Output = Option<bool>> + use<> {
        let track = self.track.track().clone();
        async move {
            let wanted = js::object(&[("backgroundBlur", &JsValue::from_bool(blur))]);
            js::call_async(&track, "applyConstraints", &[&wanted])
                .await
                .ok();
            blur_of(&track)
        }
    }
}

fn blur_of(track: &MediaStreamTrack) -> Option<bool> {
    let of = |method| js::call(track, method, &[]).unwrap_or(JsValue::UNDEFINED);
    let offered: Array = js::field(&of("getCapabilities"), "backgroundBlur")
        .dyn_into()
        .ok()?;
    // One value alone is what the system has decided.
    (offered.length() > 1).then(|| js::field(&of("getSettings"), "backgroundBlur").is_truthy())
}

/// Lists cameras. Their names are empty until one was allowed once.
pub async fn cameras() -> Result<Vec<Device>, CaptureError> {
    let asked = media_devices()?
        .enumerate_devices()
        .map_err(|error| problem(&error))?;
    let list: Array = JsFuture::from(asked)
        .await
        .map_err(|error| problem(&error))?
        .unchecked_into();
    let cameras = list
        .iter()
        .map(JsCast::unchecked_into::<MediaDeviceInfo>)
        .filter(|info| info.kind() == MediaDeviceKind::Videoinput && !info.device_id().is_empty());
    Ok(cameras
        .map(|info| Device {
            id: info.device_id(),
            label: info.label(),
        })
        .collect())
}

/// As large as a large tile shows it; less is made where it is sent.
fn constraints(device: Option<&str>) -> MediaStreamConstraints {
    let ideal = |value: &JsValue| js::object(&[("ideal", value)]);
    let mut picture = vec![
        ("width", ideal(&JsValue::from(1280))),
        ("height", ideal(&JsValue::from(720))),
        ("frameRate", ideal(&JsValue::from(30))),
    ];
    match device {
        Some(device) => picture.push(("deviceId", ideal(&JsValue::from_str(device)))),
        None => picture.push(("facingMode", ideal(&JsValue::from_str("user")))),
    }
    let fields: Vec<(&str, &JsValue)> =
        picture.iter().map(|(name, value)| (*name, value)).collect();
    js::object(&[("audio", &JsValue::FALSE), ("video", &js::object(&fields))]).unchecked_into()
}
