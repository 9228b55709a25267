//! What happened in the community, as lines between the messages: "Ada joined". Read from the log's entries as they are
//! kept, because only they have the time; whether they were allowed was decided before.

use parley_client::Engine;
use parley_client::direct::GroupNews;
use parley_client::ringing::CallOutcome as Known;
use parley_client::sorted;
use parley_client::store::{Change, Record, Table};
use parley_client::timeline::TimelineItem;
use parley_protocol::Millis;
use parley_protocol::entry::{Action, ChannelKind, Entry};
use parley_protocol::ids::{ChannelId, DeviceId, UserId};
use parley_protocol::json;

use crate::driver::readable::is_shown;
use crate::ids::ItemId;
use crate::timeline::store::{CallOutcome, Event};

/// How the names of lines on the screen begin.
const ITEM: &str = "log/";

/// An entry worth a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// Its number in the log.
    pub seq: u64,
    /// Its author's clock.
    pub at: Millis,
    /// It stands among messages by its place, not by its time.
    pub placed: bool,
    happened: Happened,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Happened {
    Founded {
        by: DeviceId,
    },
    Joined {
        user: UserId,
        name: String,
    },
    Removed {
        user: UserId,
        by: DeviceId,
    },
    Renamed {
        name: String,
        by: DeviceId,
    },
    Channel {
        channel: ChannelId,
        name: String,
        by: DeviceId,
    },
    Device {
        user: UserId,
    },
    /// In a conversation.
    Group {
        by: UserId,
        news: GroupNews,
    },
}

/// The lines of a whole log, in its order.
pub fn read(records: &[Record]) -> Vec<LogLine> {
    sorted::by_number(records.iter().filter_map(line), |line| line.seq)
}

/// The lines of a group: who came and went, and how it was named.
pub fn of_group(engine: &Engine, conversation: &ChannelId) -> Vec<LogLine> {
    let lines = engine.group_lines(conversation).into_iter();
    let lines = lines.map(|line| LogLine {
        seq: line.seq,
        at: line.at,
        placed: true,
        happened: Happened::Group {
            by: line.by,
            news: line.news,
        },
    });
    lines.collect()
}

/// How a line is called on the screen.
pub fn item_of(line: &LogLine) -> ItemId {
    ItemId::from(format!("{ITEM}{}", line.seq))
}

/// The sequence number of a line that stands among the messages of a conversation.
pub fn seq_of(item: &ItemId, engine: &Engine, conversation: &ChannelId) -> Option<u64> {
    let seq = item.as_str().strip_prefix(ITEM)?.parse().ok()?;
    let lines = engine.group_lines(conversation);
    lines.iter().any(|line| line.seq == seq).then_some(seq)
}

/// Adds the lines of entries that are being kept, and takes away those of entries that are not any more.
pub fn note(lines: &mut Vec<LogLine>, changes: &[Change]) {
    for change in changes {
        match change {
            Change::Put(record) => lines.extend(line(record)),
            Change::Delete { table, key } if *table == Table::Log => {
                lines.retain(|line| key.parse() != Ok(line.seq));
            }
            Change::Delete { .. } => {}
        }
    }
}

/// The channel in which the community's own lines stand: the first that carries text.
pub fn home(engine: &Engine) -> Option<ChannelId> {
    let channels = engine.community().channels().iter();
    let text = channels
        .filter(|(id, channel)| channel.kind == ChannelKind::Text && is_shown(engine, id))
        .map(|(id, channel)| (channel.created_at, *id));
    text.min().map(|(_, id)| id)
}

impl LogLine {
    /// Whether it stands in that channel.
    pub fn is_in(&self, channel: ChannelId, home: Option<ChannelId>) -> bool {
        match &self.happened {
            Happened::Channel { channel: made, .. } => *made == channel,
            Happened::Group { .. } => true,
            Happened::Founded { .. }
            | Happened::Joined { .. }
            | Happened::Removed { .. }
            | Happened::Renamed { .. }
            | Happened::Device { .. } => home == Some(channel),
        }
    }

    /// Whether the member was there before, under other keys.
    fn brought_back(&self, engine: &Engine, user: &UserId) -> bool {
        let member = engine.community().members().get(user);
        member.is_some_and(|member| {
            let mut replaced = member.former_identities.iter();
            replaced.any(|(_, seq)| *seq == self.seq)
        })
    }

    /// Whether it stands before a message.
    pub fn is_before(&self, message: &TimelineItem) -> bool {
        if self.placed {
            self.seq < message.seq
        } else {
            self.at <= message.at
        }
    }

    /// The sequence number up to which a channel has been seen when this line is: its own, if it stands among messages by
    /// that. `before`: that of the line before.
    pub fn seen_up_to(&self, before: u64) -> u64 {
        if self.placed {
            before.max(self.seq)
        } else {
            before
        }
    }

    /// What it says, with the names that people have now.
    pub fn event(&self, engine: &Engine) -> Event {
        let by = |device: &DeviceId| {
            let device = engine.community().devices().get(device);
            device.map(|it| name(engine, &it.user)).unwrap_or_default()
        };
        match &self.happened {
            Happened::Founded { by: device } => Event::CommunityCreated { by: by(device) },
            Happened::Joined { user, name } if self.brought_back(engine, user) => {
                Event::CameBack { name: name.clone() }
            }
            Happened::Joined { user, name } if engine.community().guest(user).is_some() => {
                Event::GuestCame { name: name.clone() }
            }
            Happened::Joined { user: _, name } => Event::Joined { name: name.clone() },
            Happened::Removed { user, by: device } => Event::Removed {
                name: name(engine, user),
                by: by(device),
            },
            Happened::Renamed { name, by } => Event::Renamed {
                login: login(engine, by),
                name: name.clone(),
            },
            Happened::Channel {
                channel: _,
                name,
                by: device,
            } => Event::ChannelCreated {
                channel: name.clone(),
                by: by(device),
            },
            Happened::Group { by: user, news } => {
                let by = name(engine, user);
                match news {
                    GroupNews::Added(users) => Event::GroupAdded {
                        by,
                        names: users.iter().map(|user| name(engine, user)).collect(),
                    },
                    GroupNews::Called(outcome) => Event::Called {
                        by: name(engine, user),
                        mine: *user == engine.me().0,
                        outcome: match outcome {
                            Known::Missed => CallOutcome::Missed,
                            Known::Declined => CallOutcome::Declined,
                            Known::Lasted { seconds } => CallOutcome::Lasted(*seconds),
                        },
                    },
                    GroupNews::Left => Event::GroupLeft { name: by },
                    GroupNews::Renamed(to) => Event::GroupRenamed {
                        by,
                        name: to.clone(),
                    },
                }
            }
            Happened::Device { user } => Event::DeviceAdded {
                name: name(engine, user),
            },
        }
    }
}

fn name(engine: &Engine, user: &UserId) -> String {
    engine
        .community()
        .members()
        .get(user)
        .map(|member| member.display_name().to_owned())
        .unwrap_or_default()
}

/// What the member of a device signs in with.
fn login(engine: &Engine, device: &DeviceId) -> String {
    let community = engine.community();
    let device = community.devices().get(device);
    let member = device.and_then(|device| community.members().get(&device.user));
    member.map(|member| member.name.clone()).unwrap_or_default()
}

fn line(record: &Record) -> Option<LogLine> {
    if record.table != Table::Log {
        return None;
    }
    let seq = record.key.parse().ok()?;
    let entry: Entry = json::read(&record.value).ok()?;
    let body = entry.parse_body().ok()?;
    let by = entry.author;
    let happened = match body.action {
        Action::CommunityCreated { .. } => Happened::Founded { by },
        Action::MemberJoined { member, .. } => Happened::Joined {
            user: member.user,
            name: member.name,
        },
        Action::MemberRemoved { user } => Happened::Removed { user, by },
        Action::MemberRenamed { name } => Happened::Renamed { name, by },
        Action::ChannelCreated {
            channel,
            kind: ChannelKind::Text,
            details,
        } => Happened::Channel {
            channel,
            name: details.name,
            by,
        },
        Action::DeviceAdded { user, .. } => Happened::Device { user },
        Action::ChannelCreated { .. }
        | Action::InviteMade { .. }
        | Action::InviteRevoked { .. }
        | Action::DeviceRevoked { .. }
        | Action::VaultKeySet { .. }
        | Action::VaultNoted { .. }
        | Action::RoleDefined { .. }
        | Action::RoleGiven { .. }
        | Action::RoleTaken { .. }
        | Action::ChannelChanged { .. }
        | Action::ChannelArchived { .. }
        | Action::CallsOrdered { .. } => return None,
    };
    Some(LogLine {
        seq,
        at: body.at,
        placed: false,
        happened,
    })
}
