//! What each device wrote in a channel, checked for breaks. A device signs its announcements, each with how
//! far the session before went, and its session signs the number of every message: so the items of one device
//! make one chain, whatever order the relay gives them to whom. Pure: signatures were checked before.
//!
//! Only the known stretch of the channel is judged. Its first item of a device has no expectation, unless the
//! stretch begins where the channel does.

mod walk;

#[cfg(test)]
mod property;
#[cfg(test)]
mod tests;

use litemap::LiteMap;
use parley_protocol::channel::PreviousSession;
use parley_protocol::ids::DeviceId;
use parley_protocol::keys::SessionId;
use parley_protocol::map::IdSet;

use super::Mark;
use walk::Walk;

/// An item of a device, by its sequence number in the channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Link {
    /// A new session, signed by the device.
    Announcement {
        session: SessionId,
        first_index: u32,
        previous: Option<PreviousSession>,
    },
    /// A message with the number that its session signed.
    Message { session: SessionId, index: u32 },
}

impl Link {
    fn session(&self) -> SessionId {
        match self {
            Self::Announcement { session, .. } | Self::Message { session, .. } => *session,
        }
    }
}

/// The stretch of a channel that is known without holes: everything after `after`, up to `position`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stretch {
    pub(crate) after: u64,
    pub(crate) position: u64,
}

#[derive(Debug, Clone, Default)]
struct Chain {
    /// By number in the channel, ascending.
    links: Vec<(u64, Link)>,
    /// Where each session was announced: as seen in the channel, or as the relay says.
    announced: LiteMap<SessionId, u64>,
    /// How far the last link goes. `None` before the first.
    end: Option<Walk>,
}

/// The chains of all devices in one channel, and where they break.
#[derive(Debug, Clone, Default)]
pub(crate) struct Chains {
    by_device: LiteMap<DeviceId, Chain>,
    /// Devices whose chain changed elsewhere than at its end.
    changed: IdSet<DeviceId>,
    marks: LiteMap<(u64, DeviceId), Mark>,
}

impl Chains {
    /// Where chains break, by number in the channel.
    pub(super) fn marks(&self) -> impl DoubleEndedIterator<Item = (u64, DeviceId, Mark)> {
        self.marks
            .iter()
            .map(|((seq, device), mark)| (*seq, *device, *mark))
    }

    pub(super) fn mark_at(&self, seq: u64, device: DeviceId) -> Option<Mark> {
        self.marks.get(&(seq, device)).copied()
    }

    /// Puts a link in by its sequence number. What it changes is seen after [`Chains::reconcile`], unless it is the last one.
    pub(super) fn put(&mut self, seq: u64, device: DeviceId, link: Link) {
        let chain = self.by_device.entry(device).or_default();
        if let Link::Announcement { session, .. } = link {
            chain.announced.entry(session).or_insert(seq);
        }
        let index = chain.links.partition_point(|(other, _)| *other < seq);
        match chain.links.get_mut(index) {
            Some((other, known)) if *other == seq => {
                if *known != link {
                    *known = link;
                    self.changed.insert(device);
                }
            }
            Some(_) => {
                chain.links.insert(index, (seq, link));
                self.changed.insert(device);
            }
            None => {
                chain.links.push((seq, link));
                if chain.end.is_none() || self.changed.contains(&device) {
                    self.changed.insert(device);
                } else if let Some(mark) = chain.go_on(index) {
                    self.marks.insert((seq, device), mark);
                }
            }
        }
    }

    fn at(&self, seq: u64, device: DeviceId) -> Option<Link> {
        let chain = self.by_device.get(&device)?;
        let index = chain.links.partition_point(|(other, _)| *other < seq);
        let (other, link) = chain.links.get(index)?;
        (*other == seq).then_some(*link)
    }

    /// The session that a device announced at a sequence number.
    pub(super) fn announced_at(&self, seq: u64, device: DeviceId) -> Option<SessionId> {
        match self.at(seq, device)? {
            Link::Announcement { session, .. } => Some(session),
            Link::Message { .. } => None,
        }
    }

    /// The relay says where a session was announced, and shows the signed announcement. The first word counts.
    pub(super) fn claim(&mut self, device: DeviceId, session: SessionId, seq: u64) {
        let chain = self.by_device.entry(device).or_default();
        if !chain.announced.contains_key(&session) {
            chain.announced.insert(session, seq);
            self.changed.insert(device);
        }
    }

    /// The relay went back to a sequence number: what came after it may come again under another.
    pub(super) fn forget_after(&mut self, last: u64) {
        for (device, chain) in &mut self.by_device {
            chain.links.retain(|(seq, _)| *seq <= last);
            chain.announced.retain(|_, seq| *seq <= last);
            self.changed.insert(*device);
        }
    }

    /// What stands up to a sequence number is not known any more.
    pub(super) fn forget_up_to(&mut self, after: u64) {
        for (device, chain) in &mut self.by_device {
            let before = chain.links.len();
            chain.links.retain(|(seq, _)| *seq > after);
            if chain.links.len() < before {
                self.changed.insert(*device);
            }
        }
    }

    /// The stretch begins at `after` now, and began at `before`. Sessions that are said to be announced between
    /// are judged, and every chain if this is the channel's beginning.
    pub(super) fn grew_back(&mut self, after: u64, before: u64) {
        for (device, chain) in self.by_device.iter() {
            let mut announced = chain.announced.values();
            if after == 0 || announced.any(|seq| after < *seq && *seq <= before) {
                self.changed.insert(*device);
            }
        }
    }

    /// Judges anew what changed.
    pub(super) fn reconcile(&mut self, stretch: Stretch) {
        for device in &std::mem::take(&mut self.changed) {
            let Some(chain) = self.by_device.get_mut(&device) else {
                continue;
            };
            self.marks.retain(|(_, other), _| *other != device);
            for (seq, mark) in chain.judge(stretch) {
                self.marks.insert((seq, device), mark);
            }
        }
    }

    /// The device's newest announced session in the stretch and the number that its next message has.
    pub(super) fn end_of(&self, device: DeviceId) -> Option<PreviousSession> {
        let end = self.by_device.get(&device)?.end?;
        Some(end.as_previous())
    }
}

impl Chain {
    /// Goes on from the end over the link at `index`, which is the last one and not the first.
    fn go_on(&mut self, index: usize) -> Option<Mark> {
        let (earlier, rest) = self.links.split_at_checked(index)?;
        let (seq, link) = rest.first()?;
        let announced_at = self.announced_before(link, *seq)?;
        let (end, mark) = walk::step(earlier, self.end, *link, false);
        self.end = Some(end);
        mark.or_else(|| moved(link, *seq, announced_at))
    }

    /// Walks over the whole chain.
    fn judge(&mut self, stretch: Stretch) -> Vec<(u64, Mark)> {
        let mut marks = Vec::new();
        let mut end = None;
        for (index, (seq, link)) in self.links.iter().enumerate() {
            let within = stretch.after < *seq && *seq <= stretch.position;
            let Some(announced_at) = self.announced_before(link, *seq).filter(|_| within) else {
                continue;
            };
            let earlier = self.links.get(..index).unwrap_or_default();
            let (after, mark) = walk::step(earlier, end, *link, stretch.after == 0);
            end = Some(after);
            marks.extend(
                mark.or_else(|| moved(link, *seq, announced_at))
                    .map(|mark| (*seq, mark)),
            );
        }
        self.end = end;
        for (session, seq) in self.announced.iter() {
            let within = stretch.after < *seq && *seq <= stretch.position;
            if within && !self.is_announced_at(*session, *seq) {
                marks.push((*seq, Mark::OutOfOrder));
            }
        }
        marks
    }

    /// Where a link's session was announced. A message of a session that was not, or only later, says so itself
    /// where it stands, and is no part of the chain.
    fn announced_before(&self, link: &Link, seq: u64) -> Option<u64> {
        let announced_at = self.announced.get(&link.session()).copied()?;
        let counts = matches!(link, Link::Announcement { .. }) || announced_at < seq;
        counts.then_some(announced_at)
    }

    fn is_announced_at(&self, session: SessionId, seq: u64) -> bool {
        let index = self.links.partition_point(|(other, _)| *other < seq);
        self.links.get(index).is_some_and(|(other, link)| {
            let announces =
                matches!(link, Link::Announcement { session: of, .. } if *of == session);
            *other == seq && announces
        })
    }
}

/// An announcement that stands elsewhere than the relay said before.
fn moved(link: &Link, seq: u64, announced_at: u64) -> Option<Mark> {
    let announces = matches!(link, Link::Announcement { .. });
    (announces && announced_at != seq).then_some(Mark::OutOfOrder)
}
