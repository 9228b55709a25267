//! A model of `RTCPeerConnection`: signalling states with rollback, ICE generations, candidates.
//!
//! It panics on anything that a browser would refuse, so a test fails when the machine asks for it.

use parley_client::call::{ConnectionState, DescriptionKind, IceCandidate, Sdp};

/// Candidates that one gathering gives: one of each kind.
const CANDIDATES: usize = 3;
/// What a device that hides its address must never send.
pub(super) const OWN_ADDRESS: &str = "192.168.7.4";
/// The same as the world knows it.
pub(super) const OUTSIDE_ADDRESS: &str = "198.51.100.4";
pub(super) const RELAY_ADDRESS: &str = "203.0.113.9";

/// Host, server reflexive and relayed, in turn.
fn candidate(n: usize, ufrag: &str) -> String {
    let place = match n % CANDIDATES {
        0 => format!("{OWN_ADDRESS} 41000 typ host"),
        1 => format!("{OUTSIDE_ADDRESS} 41000 typ srflx raddr {OWN_ADDRESS} rport 41000"),
        _ => format!("{RELAY_ADDRESS} 50000 typ relay raddr {OUTSIDE_ADDRESS} rport 41000"),
    };
    format!("candidate:{n} 1 udp 1 {place} ufrag {ufrag}")
}

/// `RTCSignalingState`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Signalling {
    Stable,
    HaveLocalOffer,
    HaveRemoteOffer,
}

/// What the text of a description says in this model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Session {
    /// Which `RTCPeerConnection` made it.
    pub(super) maker: u64,
    /// Its ICE generation, unique in the world.
    pub(super) ufrag: String,
    /// For an answer: the ICE generation of the offer.
    pub(super) answers: Option<String>,
}

impl Session {
    /// As a browser does that has gathered already: with an address of the device in it.
    fn write(&self) -> Sdp {
        let answers = self.answers.as_deref().unwrap_or("-");
        let (maker, ufrag) = (self.maker, &self.ufrag);
        Sdp(format!(
            "{maker} {ufrag} {answers}\r\nc=IN IP4 {OWN_ADDRESS}\r\na={}\r\n",
            candidate(0, ufrag)
        ))
    }

    /// Whether a browser can read it.
    pub(super) fn makes_sense(sdp: &Sdp) -> bool {
        sdp.0
            .lines()
            .next()
            .is_some_and(|line| line.split(' ').count() == 3)
    }

    fn read(sdp: &Sdp) -> Self {
        let mut words = sdp.0.lines().next().expect("a line").split(' ');
        let mut word = || words.next().expect("three words");
        Self {
            maker: word().parse().expect("a number"),
            ufrag: word().to_owned(),
            answers: Some(word().to_owned()).filter(|word| word != "-"),
        }
    }
}

/// One browser connection.
#[derive(Debug)]
pub(super) struct FakePeer {
    maker: u64,
    ufrags: u64,
    must_restart: bool,
    pub(super) signalling: Signalling,
    pub(super) local: Option<Session>,
    pub(super) remote: Option<Session>,
    pending_local: Option<Session>,
    pending_remote: Option<Session>,
    heard_of: Vec<String>,
    pub(super) state: ConnectionState,
    pub(super) last_linked: u64,
    pub(super) checking_since: u64,
    pub(super) busy: bool,
    /// Something in it is wrong, so that no path is ever found.
    pub(super) is_damaged: bool,
}

impl FakePeer {
    pub(super) fn new(maker: u64, now: u64) -> Self {
        Self {
            maker,
            ufrags: 0,
            must_restart: false,
            signalling: Signalling::Stable,
            local: None,
            remote: None,
            pending_local: None,
            pending_remote: None,
            heard_of: Vec::new(),
            state: ConnectionState::New,
            last_linked: now,
            checking_since: now,
            busy: false,
            is_damaged: false,
        }
    }

    pub(super) fn restart_ice(&mut self) {
        self.must_restart = true;
    }

    /// `setLocalDescription()`: the text, and the candidates if gathering begins.
    pub(super) fn set_local(&mut self, expected: DescriptionKind) -> (Sdp, Vec<IceCandidate>) {
        match expected {
            DescriptionKind::Offer => self.make_offer(),
            DescriptionKind::Answer => self.make_answer(),
        }
    }

    fn make_offer(&mut self) -> (Sdp, Vec<IceCandidate>) {
        assert_eq!(
            self.signalling,
            Signalling::Stable,
            "an offer is made in stable only"
        );
        let kept = self
            .local
            .as_ref()
            .filter(|_| !self.must_restart)
            .map(|local| local.ufrag.clone());
        let (ufrag, candidates) = self.generation(kept);
        let session = Session {
            maker: self.maker,
            ufrag,
            answers: None,
        };
        let sdp = session.write();
        self.pending_local = Some(session);
        self.signalling = Signalling::HaveLocalOffer;
        (sdp, candidates)
    }

    fn make_answer(&mut self) -> (Sdp, Vec<IceCandidate>) {
        assert_eq!(
            self.signalling,
            Signalling::HaveRemoteOffer,
            "an answer needs an offer"
        );
        let offer = self.pending_remote.take().expect("the offer");
        let same = self
            .remote
            .as_ref()
            .is_some_and(|remote| remote.ufrag == offer.ufrag);
        let kept = self
            .local
            .as_ref()
            .filter(|_| same)
            .map(|local| local.ufrag.clone());
        let (ufrag, candidates) = self.generation(kept);
        let session = Session {
            maker: self.maker,
            ufrag,
            answers: Some(offer.ufrag.clone()),
        };
        let sdp = session.write();
        self.local = Some(session);
        self.remote = Some(offer);
        self.signalling = Signalling::Stable;
        self.must_restart = false;
        (sdp, candidates)
    }

    fn generation(&mut self, kept: Option<String>) -> (String, Vec<IceCandidate>) {
        if let Some(ufrag) = kept {
            return (ufrag, Vec::new());
        }
        self.ufrags += 1;
        let ufrag = format!("u{}.{}", self.maker, self.ufrags);
        let candidates = (0..CANDIDATES)
            .map(|n| IceCandidate {
                candidate: candidate(n, &ufrag),
                sdp_mid: Some("0".into()),
                sdp_m_line_index: Some(0),
                username_fragment: Some(ufrag.clone()),
            })
            .collect();
        (ufrag, candidates)
    }

    /// `setRemoteDescription()`
    pub(super) fn set_remote(&mut self, kind: DescriptionKind, sdp: &Sdp) {
        let session = Session::read(sdp);
        let known = self.remote.as_ref();
        assert!(
            known.is_none_or(|remote| remote.maker == session.maker),
            "the other end changed without a new connection"
        );
        match kind {
            DescriptionKind::Offer => {
                assert_ne!(
                    self.signalling,
                    Signalling::HaveRemoteOffer,
                    "an offer upon an offer"
                );
                assert_eq!(session.answers, None, "an offer");
                self.pending_local = None;
                self.pending_remote = Some(session);
                self.signalling = Signalling::HaveRemoteOffer;
            }
            DescriptionKind::Answer => {
                assert_eq!(
                    self.signalling,
                    Signalling::HaveLocalOffer,
                    "an answer without an offer"
                );
                let offer = self.pending_local.take().expect("the offer");
                assert_eq!(
                    session.answers.as_ref(),
                    Some(&offer.ufrag),
                    "an answer to another offer"
                );
                self.local = Some(offer);
                self.remote = Some(session);
                self.signalling = Signalling::Stable;
                self.must_restart = false;
            }
        }
    }

    /// `addIceCandidate()`
    pub(super) fn add(&mut self, candidates: &[IceCandidate]) {
        assert!(
            self.remote.is_some() || self.pending_remote.is_some(),
            "candidates before the remote description"
        );
        let known = |ufrag: &str| {
            [&self.remote, &self.pending_remote]
                .into_iter()
                .flatten()
                .any(|remote| remote.ufrag == ufrag)
        };
        let fresh: Vec<String> = candidates
            .iter()
            .filter_map(|candidate| candidate.username_fragment.clone())
            .filter(|ufrag| known(ufrag))
            .collect();
        self.heard_of.extend(fresh);
    }

    /// Whether ICE between the two finds a path, if the network has one.
    pub(super) fn matches(&self, other: &Self) -> bool {
        let (Some(local), Some(remote)) = (&self.local, &self.remote) else {
            return false;
        };
        let (Some(their_local), Some(their_remote)) = (&other.local, &other.remote) else {
            return false;
        };
        let agreed = !self.is_damaged
            && !other.is_damaged
            && local.ufrag == their_remote.ufrag
            && remote.ufrag == their_local.ufrag;
        agreed
            && (self.heard_of.contains(&remote.ufrag)
                || other.heard_of.contains(&their_remote.ufrag))
    }
}
