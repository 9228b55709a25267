//! Who did what when, read from the log that this browser has checked itself.

/// What an entry is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DeedKind {
    Members,
    Devices,
    Invites,
    Roles,
    Channels,
    /// Keys of vaults, which devices write by themselves.
    Vaults,
}

impl DeedKind {
    pub const ALL: [Self; 6] = [
        Self::Members,
        Self::Devices,
        Self::Invites,
        Self::Roles,
        Self::Channels,
        Self::Vaults,
    ];

    /// As it is written in the page's choice.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Members => "members",
            Self::Devices => "devices",
            Self::Invites => "invites",
            Self::Roles => "roles",
            Self::Channels => "channels",
            Self::Vaults => "vaults",
        }
    }
}

/// One entry of the log.
#[derive(Clone, Debug, PartialEq)]
pub struct Deed {
    /// Its number in the log.
    pub entry: u64,
    /// By its author's clock, in milliseconds since 1970.
    pub at: f64,
    pub who: String,
    /// What they did: "made an invite".
    pub what: String,
    pub kind: DeedKind,
}
