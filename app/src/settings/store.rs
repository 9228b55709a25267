//! How Parley looks and behaves here: theme, contrast, text size, and whether calls hide the address. The view owns these, and keeps them in this browser.
//! Never: anything that others can see.

use leptos::prelude::*;

/// A page of the settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    Appearance,
    /// What others see of me.
    Privacy,
    /// Microphone, loudspeaker, how one talks and sounds, and what others in a call learn.
    Sound,
    /// Password, a copy of one's own data, and leaving for good.
    Account,
    /// Recovery key, second factor, passkeys.
    Security,
    Devices,
    /// What could not be read, and the state of what keeps keys.
    Health,
}

impl Section {
    /// In the order in which they are offered.
    pub const ALL: [Self; 7] = [
        Self::Appearance,
        Self::Privacy,
        Self::Sound,
        Self::Account,
        Self::Security,
        Self::Devices,
        Self::Health,
    ];
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Polar night.
    Dark,
    /// Snow.
    Light,
}

/// How far colours stand apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Contrast {
    /// As the system says.
    #[default]
    System,
    /// Always high.
    High,
}

/// How large text is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TextSize {
    /// 15 px.
    #[default]
    Normal,
    /// 17 px.
    Large,
    /// 20 px.
    Larger,
}

macro_rules! written {
    ($name:ident { $($variant:ident = $text:literal),+ $(,)? }) => {
        impl $name {
            /// Every value, in the order it is offered.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// As it stands in the document's `data-` attribute and in storage.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// The value written so; the default when it was never written.
            pub fn parse(text: &str) -> Self {
                match text { $($text => Self::$variant,)+ _ => Self::default() }
            }
        }
    };
}

written!(Theme { System = "system", Dark = "dark", Light = "light" });
written!(Contrast { System = "system", High = "high" });
written!(TextSize { Normal = "normal", Large = "large", Larger = "larger" });

/// The preferences of this browser.
#[derive(Clone, Copy)]
pub struct PrefsStore {
    pub theme: RwSignal<Theme>,
    pub contrast: RwSignal<Contrast>,
    pub text_size: RwSignal<TextSize>,
    /// In calls my sound goes only through the relay, so that members do not see my address.
    pub hide_address: RwSignal<bool>,
}

impl PrefsStore {
    /// As the system says.
    pub fn new() -> Self {
        Self {
            theme: RwSignal::new(Theme::default()),
            contrast: RwSignal::new(Contrast::default()),
            text_size: RwSignal::new(TextSize::default()),
            hide_address: RwSignal::new(false),
        }
    }
}

/// What the settings ask of the driver.
#[derive(Clone, Debug, PartialEq)]
pub enum SettingsIntent {
    /// Settings, asked once: sign out and forget everything on this device.
    SignOut,
}

#[cfg(test)]
mod tests {
    use super::{Contrast, TextSize, Theme};

    #[test]
    fn what_is_written_is_read_back() {
        for theme in Theme::ALL {
            assert_eq!(Theme::parse(theme.as_str()), *theme);
        }
        for contrast in Contrast::ALL {
            assert_eq!(Contrast::parse(contrast.as_str()), *contrast);
        }
        for size in TextSize::ALL {
            assert_eq!(TextSize::parse(size.as_str()), *size);
        }
    }

    #[test]
    fn what_nobody_wrote_is_the_default() {
        assert_eq!(Theme::parse("purple"), Theme::System);
        assert_eq!(TextSize::parse(""), TextSize::Normal);
    }
}
