//! What happens to cameras, screens and the tracks between two devices.

use parley_client::call::PeerId;
use parley_client::call::sending::Uplink;

use crate::platform::capture::CaptureError;
use crate::platform::capture::screen::ScreenCapture;
use crate::platform::capture::webcam::Webcam;
use crate::platform::microphone::Device;
use crate::platform::peer_connection::PeerNews;

/// Something about cameras and screens. `number` says which question or capture it belongs to: one that was given up
/// meanwhile is let go.
pub enum PictureEvent {
    /// The browser's answer about the camera.
    Camera {
        number: u64,
        opened: Result<Webcam, CaptureError>,
    },
    /// The camera was pulled out, or the permission taken back.
    CameraLost {
        number: u64,
    },
    Cameras(Vec<Device>),
    /// Whether the background is blurred now.
    Blurred(Option<bool>),
    /// The browser's answer about the screen.
    Screen {
        number: u64,
        opened: Result<ScreenCapture, CaptureError>,
    },
    /// The window was closed, or the person ended it in the browser's own bar.
    ScreenEnded {
        number: u64,
    },
    /// Another device said or sent something.
    News {
        peer: PeerId,
        news: PeerNews,
    },
    /// What is looked at has been the same for a moment: the others are told.
    LooksSettled,
    /// It is time to ask what fits through.
    UplinksDue,
    Uplink {
        peer: PeerId,
        uplink: Uplink,
    },
}
