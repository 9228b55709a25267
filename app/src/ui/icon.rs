//! The drawn signs: one line each on a 24 by 24 grid, in the colour of the text around them.
//! They say nothing to a screen reader; the button they are in has the label.

use leptos::prelude::*;

macro_rules! icons {
    ($($(#[$doc:meta])* $name:ident = $path:literal),+ $(,)?) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum IconName {
            $($(#[$doc])* $name),+
        }

        impl IconName {
            const fn path(self) -> &'static str {
                match self { $(Self::$name => $path),+ }
            }
        }
    };
}

icons! {
    /// A text channel.
    Hash = "M5 9h15M4 15h15M10 4 8 20M16 4l-2 16",
    /// A voice channel.
    Voice = "M4 10v4h3l5 4V6L7 10zM16 9.5a4 4 0 0 1 0 5M18.7 7a7.5 7.5 0 0 1 0 10",
    /// Microphone.
    Mic = "M12 3.5a2.7 2.7 0 0 1 2.7 2.7v5.1a2.7 2.7 0 0 1-5.4 0V6.2A2.7 2.7 0 0 1 12 3.5zM5.8 11a6.2 6.2 0 0 0 12.4 0M12 17.2v3.3M9 20.5h6",
    /// Microphone off.
    MicOff = "M9.3 9.5v1.8a2.7 2.7 0 0 0 4.2 2.2M14.7 10V6.2a2.7 2.7 0 0 0-5.2-1M5.8 11a6.2 6.2 0 0 0 10 4.9M18.2 11a6 6 0 0 1-.6 2.7M12 17.2v3.3M9 20.5h6M4 3.5l16 17",
    /// Headphones.
    Hear = "M4 15v-2.5a8 8 0 0 1 16 0V15M4 15.2c0-1 .8-1.7 1.7-1.7H8v6.5H5.7A1.7 1.7 0 0 1 4 18.3zM20 15.2c0-1-.8-1.7-1.7-1.7H16v6.5h2.3c1 0 1.7-.8 1.7-1.7z",
    /// Headphones off.
    HearOff = "M4 15v-2.5c0-1.7.5-3.2 1.4-4.5M8.5 5.300a8 8 0 0 1 11.5 7.200V15M4 15.2c0-1 .8-1.700 1.700-1.700H8v6.500H5.700A1.700 1.700 0 0 1 4 18.300zM16 15.500v-2h2.300c1 0 1.700.700 1.700 1.700v3M4 3.500l16 17",
    /// Leave a call.
    HangUp = "M3.500 14.500c-.7-1.200-.3-2.600.8-3.500 4.500-3.600 10.900-3.600 15.400 0 1.100.9 1.500 2.300.8 3.500l-.6 1c-.3.600-1 .8-1.600.6l-2.900-1c-.6-.2-1-.8-.9-1.400l.2-1.500a9.500 9.500 0 0 0-5.400 0l.2 1.500c.1.600-.3 1.200-.9 1.400l-2.900 1c-.6.200-1.300 0-1.600-.6z",
    Camera = "M3.500 7h11v10h-11zM14.500 10.500l6-3v9l-6-3",
    CameraOff = "M8.500 7h6v6M14.500 14v3h-11V7h1M14.500 10.500l6-3v9l-4.500-2.300M4 3.500l16 17",
    /// A screen, a window or a tab that is shared.
    Screen = "M3 5h18v11.500H3zM9 20.500h6M12 13.500V8.500M9.500 10.500 12 8l2.500 2.500",
    /// All tiles alike.
    Grid = "M4 4.500h7v6.500H4zM13 4.500h7v6.500h-7zM4 13h7v6.500H4zM13 13h7v6.500h-7z",
    /// One large tile, the others small.
    Speaker = "M4 4.500h16v10H4zM4 17h4.500v2.500H4zM9.800 17h4.400v2.500H9.800zM15.500 17H20v2.500h-4.500z",
    /// Over the whole screen.
    Fill = "M4 9V4.500h5M15 4.500h5V9M20 15v4.500h-5M9 19.500H4V15",
    /// Over other windows.
    Float = "M3.500 5h17v14h-17zM12 12h6v4.500h-6z",
    Settings = "M4 7h9M17 7h3M15 4.500v5M4 17h3M11 17h9M9 14.500v5M4 12h4M12 12h8M10 9.800v4.400",
    People = "M9 11.500a3.300 3.300 0 1 0 0-6.600 3.300 3.300 0 0 0 0 6.600zM2.800 19.500c.5-3 3-5 6.200-5s5.700 2 6.200 5M15.500 5.200a3.200 3.200 0 0 1 0 6.200M17.500 14.800c2 .7 3.300 2.400 3.700 4.700",
    Invite = "M10 11.500a3.300 3.300 0 1 0 0-6.600 3.300 3.300 0 0 0 0 6.600zM3.500 19.500c.5-3 3.200-5 6.500-5 1.700 0 3.300.5 4.500 1.500M18 12.500v6M15 15.500h6",
    Menu = "M4 7h16M4 12h16M4 17h16",
    Close = "M6 6l12 12M18 6 6 18",
    /// Add.
    Plus = "M12 5v14M5 12h14",
    Copy = "M9 9h10.500v10.500H9zM5.500 15H4.500V4.500H15v1",
    /// Done.
    Check = "M4.500 12.500l5 5 10-11",
    /// Waiting.
    Clock = "M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16zM12 7.500V12l3 2",
    /// Danger.
    Alert = "M12 4 2.800 19.500h18.400zM12 10v4.500M12 17v.2",
    /// Encrypted.
    Lock = "M5.500 10.500h13v9.500h-13zM8.500 10.500V8a3.500 3.500 0 0 1 7 0v2.500M12 14v2.500",
    /// Verified, or to be.
    Shield = "M12 3.5 5 6v5.500c0 4.200 2.900 7.600 7 9 4.100-1.400 7-4.800 7-9V6zM9 12l2.200 2.200 4-4.200",
    Search = "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l4.500 4.500",
    Back = "M19 12H5.500M11.500 5.500 5 12l6.500 6.500",
    /// A key that is kept.
    Key = "M15 14a5 5 0 1 0-4.800-3.600L4 16.600V20h3.400v-2.300h2.300v-2.300l2.200-1.700A5 5 0 0 0 15 14zM16 8.500v.1",
    /// Answer.
    Reply = "M9.500 6 4 11.500l5.500 5.500M4 11.500h9a7 7 0 0 1 7 7v.5",
    /// Pass on.
    Forward = "M14.500 6 20 11.500 14.500 17M20 11.500h-9a7 7 0 0 0-7 7v.5",
    /// Save.
    Bookmark = "M6.500 4h11v16L12 16l-5.500 4z",
    /// An emoji to put at something.
    React = "M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16zM8.800 14c.8 1.200 1.900 1.800 3.200 1.800s2.400-.6 3.200-1.800M9.300 9.800v.2M14.700 9.800v.2",
    Edit = "M4.500 19.500l.9-4L16 4.900l3.100 3.100L8.500 18.600zM13.800 7.100l3.100 3.100",
    More = "M6 12v.1M12 12v.1M18 12v.1",
    /// A question with options.
    Poll = "M5 19.500v-6M12 19.500V5M19 19.500v-9",
    /// Messages that hang off one.
    Thread = "M5 4.500v9a3.500 3.500 0 0 0 3.500 3.500H12M12 12.500h8M12 17h8M12 21h5",
    Pin = "M9 4h6l-.8 6 3 3.500H6.800l3-3.500zM12 13.500V20",
    Link = "M10.500 13.500a3.500 3.500 0 0 0 5 0l3-3a3.500 3.500 0 0 0-5-5l-1 1M13.500 10.500a3.500 3.500 0 0 0-5 0l-3 3a3.500 3.500 0 0 0 5 5l1-1",
    Send = "M4 12 3.500 4.500 21 12 3.500 19.500zM4 12h8",
    /// Emoji.
    Smile = "M12 20.500a8.500 8.500 0 1 0 0-17 8.500 8.500 0 0 0 0 17zM9 9.500v.8M15 9.500v.8M8 14c1 1.800 2.400 2.600 4 2.600s3-.8 4-2.600",
    Up = "M12 19V5M6 11l6-6 6 6",
    Down = "M12 5v14M6 13l6 6 6-6",
    /// Shown.
    Eye = "M2.500 12S6 5.500 12 5.500 21.500 12 21.500 12 18 18.500 12 18.500 2.500 12 2.500 12zM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z",
    /// Hidden.
    EyeOff = "M5.500 8A15 15 0 0 0 2.500 12S6 18.500 12 18.500c1.400 0 2.700-.4 3.800-.9M9.500 5.900c.8-.3 1.600-.4 2.500-.4 6 0 9.500 6.500 9.500 6.500s-.8 1.500-2.300 3M4 3.500l16 17",
    Install = "M12 4v11M7.500 11l4.500 4.500 4.500-4.500M4.500 16v4h15v-4",
    Remove = "M5 7h14M9.500 7V4.500h5V7M7 7l.8 12.500h8.400L17 7M10.500 10.500v5.500M13.500 10.500v5.500",
    /// Try again.
    Again = "M19.500 12a7.500 7.500 0 1 1-2.300-5.400M19.500 3.500v4.200h-4.200",
    /// Help.
    Keyboard = "M3 6.500h18v11H3zM6.500 10h.1M10 10h.1M13.500 10h.1M17 10h.1M8 14h8",
    /// Another tab.
    Tabs = "M8 8.500h12v11H8zM4 15.500v-11h12",
    /// Sign out.
    Leave = "M13.500 4.500h-9v15h9M10 12h10.500M17 8.500l3.500 3.500-3.500 3.500",
}

#[component]
pub fn Icon(name: IconName) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d=name.path()></path>
        </svg>
    }
}
