//! What the views of files say.

pub const BROKEN: &str = "The relay changed what belongs to this file, so it is not fetched.";
pub const NO_PICTURE: &str = "This picture cannot be shown here. You can still save it.";
pub const NO_VIDEO: &str = "This browser cannot play this video. You can still save it.";
pub const NO_SOUND: &str = "This browser cannot play this. You can still save it.";
pub const TOO_SHORT: &str =
    "That was too short. Click to record, or hold the button as long as you speak.";
pub const NOTHING_HEARD: &str = "Nothing was recorded. Please try again.";
pub const MICROPHONE_REFUSED: &str =
    "Parley may not use the microphone. Allow it in the browser's settings for this page.";
pub const NO_MICROPHONE: &str = "There is no microphone. Connect one, then try again.";
pub const MICROPHONE_BUSY: &str =
    "The microphone cannot be used now. Close other programs that use it, then try again.";
pub const NO_RECORDING: &str = "This browser cannot record sound for this page.";
