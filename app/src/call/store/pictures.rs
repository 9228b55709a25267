//! Pictures of the call: whose cameras and screens there are, one's own, and how they are laid out. Made when a call
//! first needs it, since a page may never see one.

use leptos::prelude::*;

use crate::ids::{CameraId, DeviceId};

/// What a picture shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PictureKind {
    Camera,
    /// A screen, a window or a tab.
    Screen,
}

/// Whose picture, and which.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PictureId {
    pub device: DeviceId,
    pub kind: PictureKind,
}

/// A picture that somebody gives.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Picture {
    pub id: PictureId,
    /// The number by which the page can show it; `None` while it is on its way.
    pub stream: Option<u64>,
}

/// How far one's own camera or screen is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Giving {
    Off,
    /// The browser asks the person.
    Asking,
    /// Only the person themselves sees it.
    Preview,
    On,
}

/// Why there is no picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PictureProblem {
    CameraRefused,
    CameraMissing,
    /// Another program holds it.
    CameraBusy,
    /// It was pulled out, or the permission was taken back.
    CameraGone,
    ScreenRefused,
    ScreenUnavailable,
}

/// What matters more in a shared screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScreenContent {
    /// That it can be read.
    Detail,
    /// That it moves evenly.
    Motion,
}

/// How the pictures stand on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// All alike.
    Grid,
    /// One large, the others small.
    Speaker,
}

/// A camera that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Camera {
    pub id: CameraId,
    /// Its name; empty until a camera was allowed once.
    pub label: String,
}

/// A tile of the call: somebody, with their camera or without, or what they share.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TileId {
    Person(DeviceId),
    Screen(DeviceId),
}

/// The pictures. Drivers write what is not said to be the view's.
#[derive(Clone, Copy)]
pub struct PictureStore {
    /// All that there are, one's own with them.
    pub all: RwSignal<Vec<Picture>>,
    pub camera: RwSignal<Giving>,
    pub screen: RwSignal<Giving>,
    /// Why one's own camera is not on.
    pub problem: RwSignal<Option<PictureProblem>>,
    /// The number of one's own camera, also before others see it.
    pub own: RwSignal<Option<u64>>,
    pub cameras: RwSignal<Vec<Camera>>,
    /// The camera in use; `None` is the system's choice.
    pub chosen: RwSignal<Option<CameraId>>,
    /// Whether the background is blurred; `None` where the browser cannot do it.
    pub blur: RwSignal<Option<bool>>,
    /// One sees oneself as in a mirror. Others never do.
    pub mirrored: RwSignal<bool>,
    pub content: RwSignal<ScreenContent>,
    /// This browser can share a screen.
    pub can_share: RwSignal<bool>,
    /// The dialog with the preview. The view's.
    pub preview: RwSignal<bool>,
    /// `None`: large where somebody shares, else all alike. The view's.
    pub layout: RwSignal<Option<Layout>>,
    /// The tile that stays large. The view's.
    pub pinned: RwSignal<Option<TileId>>,
    /// Who spoke last, of the others. The view's.
    pub spoke: RwSignal<Option<DeviceId>>,
}

thread_local! {
    /// Belongs to no part of the page: whichever asks first, it outlives it.
    static PICTURES: (Owner, PictureStore) = {
        let asking = Owner::current();
        if let Some(asking) = asking.clone() {
            asking.unset();
        }
        let owner = Owner::new();
        if let Some(asking) = asking {
            asking.set();
        }
        let store = owner.with(PictureStore::new);
        (owner, store)
    };
}

/// The pictures of the call.
pub fn pictures() -> PictureStore {
    PICTURES.with(|(_, store)| *store)
}

impl PictureStore {
    fn new() -> Self {
        Self {
            all: RwSignal::new(Vec::new()),
            camera: RwSignal::new(Giving::Off),
            screen: RwSignal::new(Giving::Off),
            problem: RwSignal::new(None),
            own: RwSignal::new(None),
            cameras: RwSignal::new(Vec::new()),
            chosen: RwSignal::new(None),
            blur: RwSignal::new(None),
            mirrored: RwSignal::new(true),
            content: RwSignal::new(ScreenContent::Detail),
            can_share: RwSignal::new(false),
            preview: RwSignal::new(false),
            layout: RwSignal::new(None),
            pinned: RwSignal::new(None),
            spoke: RwSignal::new(None),
        }
    }

    /// That picture's stream, if it is here.
    pub fn stream(&self, id: &PictureId) -> Option<u64> {
        self.all
            .with(|all| all.iter().find(|it| it.id == *id).and_then(|it| it.stream))
    }
}

/// What a person does about pictures.
#[derive(Clone, Debug, PartialEq)]
pub enum PictureIntent {
    /// See oneself before the others do: choose a camera.
    OpenPreview,
    /// Close that. A camera that is not on goes off.
    ClosePreview,
    TurnCameraOn,
    TurnCameraOff,
    /// `None` is the system's choice.
    ChooseCamera(Option<CameraId>),
    SetBlur(bool),
    SetMirrored(bool),
    ShareScreen,
    StopSharing,
    SetContent(ScreenContent),
    /// A tile is that large on the screen, in its own pixels; 0 while it cannot be seen.
    Looked {
        picture: PictureId,
        width: u32,
        height: u32,
    },
}
