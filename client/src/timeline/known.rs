//! What is known of a channel: the stretch without holes, who wrote what in it, and where that breaks.

use parley_protocol::channel::{PreviousSession, SignedAnnouncement};
use parley_protocol::ids::DeviceId;
use parley_protocol::keys::SessionId;
use parley_protocol::map::{IdMap, IdSet};
use serde::{Deserialize, Serialize};

use super::chain::{Chains, Link, Stretch};
use super::{Mark, Timeline, TimelineItem};
use crate::timeline::relations::Relations;

/// Announcements kept of devices that are not in the log here yet. An honest relay gives none.
const UNVERIFIED: usize = 100;

/// A break in what one device wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MarkedPlace {
    /// The number in the channel before which, or at which, it breaks. Nothing need be shown there.
    pub seq: u64,
    /// Who wrote it.
    pub device: DeviceId,
    /// What is wrong.
    pub mark: Mark,
}

/// An item of a channel as it is stored.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum StoredItem {
    Message(Box<TimelineItem>),
    Announcement {
        device: DeviceId,
        session: SessionId,
        first_index: u32,
        previous: Option<PreviousSession>,
    },
    /// An announcement of a device that was not in the log when it came.
    Unverified {
        device: DeviceId,
        announcement: SignedAnnouncement,
    },
    /// A message whose time was over.
    Gone {
        device: DeviceId,
        session: SessionId,
        index: u32,
        /// The head that it named, 0 if that is not known.
        head: u64,
    },
    /// Nothing that counts: an announcement that its device never signed.
    Void,
}

impl StoredItem {
    /// What it is in its device's chain.
    pub(crate) fn as_link(&self) -> Option<(DeviceId, Link)> {
        match self {
            Self::Message(item) => item.as_link(),
            Self::Announcement {
                device,
                session,
                first_index,
                previous,
            } => Some((
                *device,
                Link::Announcement {
                    session: *session,
                    first_index: *first_index,
                    previous: *previous,
                },
            )),
            Self::Gone {
                device,
                session,
                index,
                ..
            } => Some((
                *device,
                Link::Message {
                    session: *session,
                    index: *index,
                },
            )),
            Self::Unverified { .. } | Self::Void => None,
        }
    }
}

impl Known {
    pub(super) fn trim(&mut self, after: u64) {
        self.unverified.retain(|(seq, _, _)| *seq > after);
        self.chains.forget_up_to(after);
    }
}

/// What a timeline knows beside the messages that it shows.
#[derive(Debug, Clone, Default)]
pub(super) struct Known {
    chains: Chains,
    unverified: Vec<(u64, DeviceId, SignedAnnouncement)>,
    /// While items come from the store: the last one of the stretch.
    restored_to: u64,
    /// Breaks of which the author was told.
    told: IdSet<u64>,
    /// Breaks in a conversation whose devices count what they write.
    counted: IdMap<u64, (DeviceId, Mark)>,
    /// Sequence numbers after which a newer head of the log is known to have been known than before: the first and
    /// the last.
    heads_rose: Option<(u64, u64)>,
}

impl Timeline {
    /// Where what somebody wrote does not follow what came before, by number.
    pub fn marks(&self) -> impl DoubleEndedIterator<Item = MarkedPlace> {
        let marks = self.known.chains.marks();
        let counted = self.known.counted.iter();
        marks
            .chain(counted.map(|(seq, (device, mark))| (*seq, *device, *mark)))
            .map(|(seq, device, mark)| MarkedPlace { seq, device, mark })
    }

    /// What is missing where devices count what they write, by the number before which it is.
    pub(crate) fn set_counted(&mut self, counted: IdMap<u64, (DeviceId, Mark)>) {
        self.known.counted = counted;
    }

    /// What is wrong before a message, or with where it stands.
    pub fn mark_before(&self, item: &TimelineItem) -> Option<Mark> {
        let counted = self.known.counted.get(&item.seq);
        let counted = counted.filter(|(device, _)| *device == item.device);
        let counted = counted.map(|(_, mark)| *mark);
        self.known.chains.mark_at(item.seq, item.device).or(counted)
    }

    fn stretch(&self) -> Stretch {
        Stretch {
            after: self.known_after,
            position: self.position,
        }
    }

    /// Puts an item that was signed by its device into the device's chain.
    pub(crate) fn link(&mut self, seq: u64, device: DeviceId, link: Link) {
        self.known.chains.put(seq, device, link);
    }

    /// The relay says that a session was announced at a sequence number, and shows the signed announcement.
    pub(crate) fn claim(&mut self, seq: u64, device: DeviceId, session: SessionId) {
        self.known.chains.claim(device, session, seq);
    }

    /// Judges the chains that changed.
    pub(crate) fn reconcile(&mut self) {
        let stretch = self.stretch();
        self.known.chains.reconcile(stretch);
    }

    /// The known stretch begins earlier than it did.
    pub(crate) fn grow_back(&mut self, after: u64) {
        self.known.chains.grew_back(after, self.known_after);
        self.known_after = after;
    }

    /// The relay went back to a sequence number.
    pub(crate) fn go_back(&mut self, last: u64) {
        self.position = last;
        self.known_after = self.known_after.min(last);
        self.kept_after = self.kept_after.min(last);
        self.read_up_to = self.read_up_to.min(last);
        self.known.unverified.retain(|(seq, _, _)| *seq <= last);
        self.known.told.retain(|seq| *seq <= last);
        self.known.chains.forget_after(last);
        self.reconcile();
    }

    /// How far a device's chain goes here.
    pub(crate) fn end_of(&self, device: DeviceId) -> Option<PreviousSession> {
        self.known.chains.end_of(device)
    }

    /// Announcements after which their author has to be told that the relay gave out more than it said, each
    /// once: the author's device and the session.
    pub(crate) fn take_untold(&mut self) -> Vec<(DeviceId, SessionId)> {
        let Known { chains, told, .. } = &mut self.known;
        let mut untold = Vec::new();
        for (seq, device, mark) in chains.marks() {
            if mark == Mark::MoreThanAuthor
                && let Some(session) = chains.announced_at(seq, device)
                && told.insert(seq)
            {
                untold.push((device, session));
            }
        }
        untold
    }

    /// Takes an item from the store, in their order.
    pub(crate) fn restore(&mut self, seq: u64, item: StoredItem) {
        let is_stretch = self.known_after < seq && seq <= self.position;
        if is_stretch && seq > self.known.restored_to.saturating_add(1) {
            self.forget_up_to(seq - 1);
        }
        if is_stretch {
            self.known.restored_to = seq;
        }
        let link = item.as_link();
        if let Some((device, link)) = link.filter(|_| is_stretch) {
            self.link(seq, device, link);
        }
        match item {
            StoredItem::Message(item) if seq > self.known_after => self.put(*item),
            StoredItem::Unverified {
                device,
                announcement,
            } if is_stretch => {
                self.keep_unverified(seq, device, announcement);
            }
            StoredItem::Gone { head, .. } if is_stretch => {
                self.index.note_head(seq, head);
            }
            StoredItem::Message(_)
            | StoredItem::Gone { .. }
            | StoredItem::Announcement { .. }
            | StoredItem::Unverified { .. }
            | StoredItem::Void => {}
        }
    }

    /// Everything is back from the store.
    pub(crate) fn finish_restore(&mut self) {
        // What is lost at the end comes again with what is new.
        self.position = self.known.restored_to.max(self.known_after);
        self.reconcile();
        // What is marked now was told before.
        let _ = self.take_untold();
        let _ = self.take_heads_rose();
    }

    /// Something up to a sequence number was lost, and with it the order of what comes before: it is fetched again.
    fn forget_up_to(&mut self, seq: u64) {
        self.known_after = seq;
        self.items_by_seq = IdMap::new();
        self.index = super::Index::default();
        self.expiring = super::gone::Expiring::default();
        self.relations = Relations::default();
        self.known = Known::default();
    }

    /// What stands at a sequence number names a head of the log.
    pub(crate) fn note_head(&mut self, seq: u64, head: u64) -> Option<(u64, u64)> {
        self.index.note_head(seq, head)
    }

    /// Keeps an announcement until its device is in the log. Says whether there is room.
    pub(crate) fn keep_unverified(
        &mut self,
        seq: u64,
        device: DeviceId,
        announcement: SignedAnnouncement,
    ) -> bool {
        let unverified = &mut self.known.unverified;
        let fits = unverified.len() < UNVERIFIED;
        if fits {
            unverified.push((seq, device, announcement));
        }
        fits
    }

    pub(crate) fn take_unverified(&mut self) -> Vec<(u64, DeviceId, SignedAnnouncement)> {
        std::mem::take(&mut self.known.unverified)
    }

    /// From after the first sequence number up to the second, something is known to name a newer head than was known.
    pub(crate) fn note_heads_rose(&mut self, rose: Option<(u64, u64)>) {
        let Some((first, last)) = rose else {
            return;
        };
        let known = self.known.heads_rose.unwrap_or((first, last));
        self.known.heads_rose = Some((known.0.min(first), known.1.max(last)));
    }

    pub(crate) fn take_heads_rose(&mut self) -> Option<(u64, u64)> {
        self.known.heads_rose.take()
    }
}
