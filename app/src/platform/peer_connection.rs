//! One `RTCPeerConnection` that carries a microphone and pictures to another browser and brings its own here. It does what the
//! call machine commands and reports what the browser says; it decides nothing. Dropping it closes it.

pub(super) mod configuration;
mod control;
mod feedback;
mod pictures;
mod stats;
mod tuning;
mod uplink;

use std::cell::Cell;
use std::rc::Rc;

use js_sys::futures::JsFuture;
use parley_client::call::control::TrackKind;
use parley_client::call::sending::Uplink;
use parley_client::call::{
    ConnectionState, DescriptionKind, IceCandidate, PeerCommand, PeerEvent, Sdp,
};
use parley_protocol::voice::IceServers;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    MediaStream, RtcIceCandidate, RtcPeerConnection, RtcPeerConnectionIceEvent,
    RtcPeerConnectionState, RtcRtpSender, RtcTrackEvent,
};

pub use control::ControlNews;
pub use pictures::{RemoteTrack, TrackSender};
pub use stats::PeerStats;

use self::control::ControlChannel;
use super::capture::LiveTrack;
use super::listener::Listener;
use super::microphone::Microphone;
use super::speech_watch::{Heard, Watched};
use super::{js, task};

/// Whether this browser can make connections at all.
pub fn is_supported() -> bool {
    js::field(&js_sys::global(), "RTCPeerConnection").is_function()
}

/// The browser makes no connection.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the browser makes no connection: {0}")]
pub struct PeerConnectionError(String);

/// The sound that comes from the other browser.
#[derive(Debug, Clone)]
pub struct RemoteSound {
    pub(super) stream: MediaStream,
}

/// What comes beside the voice.
#[derive(Debug, Clone)]
pub enum PeerNews {
    Control(ControlNews),
    Track(RemoteTrack),
}

/// An open connection.
pub struct PeerConnection {
    connection: RtcPeerConnection,
    sender: RtcRtpSender,
    /// Both channels and more bits are sent, from the next description on.
    music: Cell<bool>,
    /// The other side says that it sends such.
    hears_music: Rc<Cell<bool>>,
    control: ControlChannel,
    _listeners: [Listener; 4],
}

impl PeerConnection {
    /// Makes a connection with the microphone in it. `report` hears what the call machine wants to know, `heard` gets
    /// the other browser's voice, usually once, and `told` whatever comes beside it.
    pub fn new(
        ice: &IceServers,
        relay_only: bool,
        microphone: &Microphone,
        report: impl Fn(PeerEvent) + Clone + 'static,
        heard: impl Fn(RemoteSound) + 'static,
        told: impl Fn(PeerNews) + Clone + 'static,
    ) -> Result<Self, PeerConnectionError> {
        let configuration = configuration::build(ice, relay_only);
        let connection = RtcPeerConnection::new_with_configuration(&configuration)
            .map_err(|error| PeerConnectionError(js::message(&error)))?;
        let listeners = listen(&connection, report, heard, told.clone());
        // addTrack, not addTransceiver: only its transceiver is taken for the answer to an offer.
        let sender = connection.add_track_0(microphone.sent(), microphone.stream());
        let control = ControlChannel::new(&connection, move |news| told(PeerNews::Control(news)));
        tuning::prefer_codecs(&connection);
        let made = Self {
            connection,
            sender,
            music: Cell::new(false),
            hears_music: Rc::default(),
            control,
            _listeners: listeners,
        };
        if !microphone.is_on() {
            made.set_microphone(microphone);
        }
        Ok(made)
    }

    /// Does one command. What takes time is done later, in the order of the calls, and reported. `Create` is
    /// [`PeerConnection::new`], `Close` is dropping; both do nothing here.
    pub fn command(&self, command: PeerCommand, report: impl Fn(PeerEvent) + 'static) {
        match command {
            PeerCommand::Create { .. } | PeerCommand::Close => {}
            PeerCommand::SetLocalDescription { kind } => self.set_local(kind, report),
            PeerCommand::SetRemoteDescription { kind, sdp } => self.set_remote(kind, &sdp, report),
            PeerCommand::AddCandidates { candidates, end } => self.add_candidates(&candidates, end),
            PeerCommand::RestartIce => {
                js::call(&self.connection, "restartIce", &[]).ok();
            }
            PeerCommand::SetConfiguration { ice, relay_only } => {
                let configuration = configuration::build(&ice, relay_only);
                // An older browser that cannot change it goes on with what it has.
                self.connection
                    .set_configuration_with_configuration(&configuration)
                    .ok();
            }
        }
    }

    /// Sends this microphone from now on, and no packet at all while it is off: to encode, carry and decode silence
    /// costs each browser of a call most of what a call costs. Nothing is negotiated.
    pub fn set_microphone(&self, microphone: &Microphone) {
        let track = microphone.is_on().then(|| microphone.sent());
        let replaced = JsFuture::from(self.sender.replace_track(track));
        task::spawn(async move {
            // Fails only when the connection is closed by then.
            replaced.await.ok();
        });
    }

    /// Sends no sound to this one, whatever the microphone does.
    pub fn send_nothing(&self) {
        let replaced = JsFuture::from(self.sender.replace_track(None));
        task::spawn(async move {
            replaced.await.ok();
        });
    }

    /// Sends music, or speech. Whether that is new: then it holds from the next negotiation on.
    pub fn set_music(&self, music: bool) -> bool {
        self.music.replace(music) != music
    }

    /// What comes waits at least so many milliseconds before it is played.
    pub fn set_wait(&self, milliseconds: f64) {
        if let Ok(receiver) = self.connection.get_receivers().get(0).dyn_into() {
            tuning::wait(&receiver, milliseconds);
        }
    }

    /// Asks how the sound travels. The answer does not keep the connection; `None` if the browser has nothing to tell.
    pub fn stats(&self) -> impl Future<Output = Option<PeerStats>> + use<> {
        let asked = JsFuture::from(self.connection.get_stats());
        async move { stats::read(&asked.await.ok()?) }
    }

    /// Says something on the control channel, if that is open.
    pub fn say(&self, text: &str) {
        self.control.say(text);
    }

    /// Ends the control channel: the other side does not keep to its bounds.
    pub fn close_control(&self) {
        self.control.close();
    }

    /// Sends one more track, which has to be negotiated.
    pub fn add_track(&self, kind: TrackKind, track: &LiveTrack) -> Option<TrackSender> {
        TrackSender::new(&self.connection, kind, track)
    }

    /// Asks what fits through to the other side.
    pub fn uplink(&self) -> impl Future<Output = Option<Uplink>> + use<> {
        let asked = JsFuture::from(self.connection.get_stats());
        async move { uplink::read(&asked.await.ok()?) }
    }

    /// Tells when the other side begins or ends to speak, or is not heard any more, while the answer is in a
    /// `SpeechWatch`.
    pub fn watch_speech(&self, was_speaking: bool, report: impl Fn(Heard) + 'static) -> Watched {
        Watched::new(self.connection.clone(), was_speaking, report)
    }

    fn set_local(&self, kind: DescriptionKind, report: impl Fn(PeerEvent) + 'static) {
        let connection = self.connection.clone();
        let (music, hears_music) = (self.music.get(), self.hears_music.get());
        task::spawn(async move {
            let set = if hears_music {
                set_decoding_music(&connection, kind).await
            } else {
                js::call_async(&connection, "setLocalDescription", &[]).await
            };
            let made = connection.local_description().filter(|_| set.is_ok());
            report(match made.map(|made| made.sdp()) {
                Some(sdp) => PeerEvent::LocalDescription {
                    kind,
                    sdp: Sdp(if music {
                        tuning::announcing_music(&sdp)
                    } else {
                        sdp
                    }),
                },
                None => PeerEvent::DescriptionFailed,
            });
        });
    }

    fn set_remote(&self, kind: DescriptionKind, sdp: &Sdp, report: impl Fn(PeerEvent) + 'static) {
        let hears_music = tuning::announces_music(&sdp.0);
        let is_new = self.hears_music.replace(hears_music) != hears_music;
        let sdp = tuning::tuned(&feedback::of_named_formats(&sdp.0), self.music.get());
        let description = js::object(&[("type", &name(kind)), ("sdp", &JsValue::from_str(&sdp))]);
        let connection = self.connection.clone();
        task::spawn(async move {
            let set = js::call_async(&connection, "setRemoteDescription", &[&description]).await;
            report(match set {
                Ok(_) => PeerEvent::RemoteDescriptionSet,
                Err(_) => PeerEvent::DescriptionFailed,
            });
            // The own offer did not know it yet.
            if is_new && kind == DescriptionKind::Answer {
                report(PeerEvent::NegotiationNeeded);
            }
        });
    }

    fn add_candidates(&self, candidates: &[IceCandidate], end: bool) {
        let added = candidates.iter().map(candidate_to_js);
        // An empty text says that no more will follow.
        let last = end.then(|| js::object(&[("candidate", &"".into()), ("sdpMid", &"0".into())]));
        for candidate in added.chain(last) {
            let connection = self.connection.clone();
            task::spawn(async move {
                // A candidate of an ICE session that is over is refused, rightly.
                js::call_async(&connection, "addIceCandidate", &[&candidate])
                    .await
                    .ok();
            });
        }
    }
}

impl Drop for PeerConnection {
    fn drop(&mut self) {
        self.connection.close();
    }
}

fn name(kind: DescriptionKind) -> JsValue {
    JsValue::from_str(match kind {
        DescriptionKind::Offer => "offer",
        DescriptionKind::Answer => "answer",
    })
}

/// The browser's own description, but for one word. Only while music comes: made in two steps it may be too late when
/// both sides describe themselves at once, and then has to be made again.
async fn set_decoding_music(
    connection: &RtcPeerConnection,
    kind: DescriptionKind,
) -> Result<JsValue, JsValue> {
    let method = match kind {
        DescriptionKind::Offer => "createOffer",
        DescriptionKind::Answer => "createAnswer",
    };
    let made = js::call_async(connection, method, &[]).await?;
    let sdp = tuning::decoding_music(&js::text(&made, "sdp"));
    let description = js::object(&[("type", &name(kind)), ("sdp", &JsValue::from_str(&sdp))]);
    js::call_async(connection, "setLocalDescription", &[&description]).await
}

fn listen(
    connection: &RtcPeerConnection,
    report: impl Fn(PeerEvent) + Clone + 'static,
    heard: impl Fn(RemoteSound) + 'static,
    told: impl Fn(PeerNews) + 'static,
) -> [Listener; 4] {
    let (needed, candidate, state) = (report.clone(), report.clone(), report);
    let (stateful, receiving) = (connection.clone(), connection.clone());
    [
        Listener::on(connection, "negotiationneeded", move |_| {
            needed(PeerEvent::NegotiationNeeded);
        }),
        Listener::on(connection, "icecandidate", move |event| {
            let event: &RtcPeerConnectionIceEvent = event.unchecked_ref();
            if let Some(event) = candidate_event(event.candidate()) {
                candidate(event);
            }
        }),
        Listener::on(
            connection,
            "connectionstatechange",
            move |_| match connection_state(stateful.connection_state()) {
                Some(ConnectionState::Failed) if is_impostor(&stateful) => {
                    state(PeerEvent::Impostor);
                }
                Some(now) => state(PeerEvent::ConnectionState(now)),
                None => {}
            },
        ),
        Listener::on(connection, "track", move |event| {
            let event: &RtcTrackEvent = event.unchecked_ref();
            // The voice is always the first one.
            let first = receiving.get_transceivers().get(0);
            if !js_sys::Object::is(&first, &event.transceiver()) {
                let mid = js::text(&event.transceiver(), "mid");
                if let Some(track) = RemoteTrack::new(mid, &event.track()) {
                    told(PeerNews::Track(track));
                }
                return;
            }
            tuning::play_soon(&event.receiver());
            let stream = event.streams().get(0).dyn_into::<MediaStream>();
            let own = || {
                let stream = MediaStream::new()?;
                stream.add_track(&event.track());
                Ok::<_, JsValue>(stream)
            };
            if let Ok(stream) = stream.or_else(|_| own()) {
                heard(RemoteSound { stream });
            }
        }),
    ]
}

/// `None` for the mark that one media section is done: the others may go on.
fn candidate_event(candidate: Option<RtcIceCandidate>) -> Option<PeerEvent> {
    let Some(candidate) = candidate else {
        return Some(PeerEvent::GatheringComplete);
    };
    let text = candidate.candidate();
    if text.is_empty() {
        return None;
    }
    Some(PeerEvent::Candidate(IceCandidate {
        candidate: text,
        sdp_mid: candidate.sdp_mid(),
        sdp_m_line_index: candidate.sdp_m_line_index(),
        username_fragment: js::field(&candidate, "usernameFragment").as_string(),
    }))
}

fn candidate_to_js(candidate: &IceCandidate) -> JsValue {
    let IceCandidate {
        candidate,
        sdp_mid,
        sdp_m_line_index,
        username_fragment,
    } = candidate;
    let text = |text: &Option<String>| text.as_deref().map_or(JsValue::NULL, JsValue::from_str);
    js::object(&[
        ("candidate", &JsValue::from_str(candidate)),
        ("sdpMid", &text(sdp_mid)),
        (
            "sdpMLineIndex",
            &sdp_m_line_index.map_or(JsValue::NULL, JsValue::from),
        ),
        ("usernameFragment", &text(username_fragment)),
    ])
}

/// Whether a path was found, and whoever is at its end could not prove to be who the description names (RFC 8827,
/// section 6.5).
fn is_impostor(connection: &RtcPeerConnection) -> bool {
    let transport = js::field(&connection.get_receivers().get(0), "transport");
    js::text(&transport, "state") == "failed"
}

/// `None` for a state that this program does not know.
fn connection_state(state: RtcPeerConnectionState) -> Option<ConnectionState> {
    match state {
        RtcPeerConnectionState::New => Some(ConnectionState::New),
        RtcPeerConnectionState::Connecting => Some(ConnectionState::Connecting),
        RtcPeerConnectionState::Connected => Some(ConnectionState::Connected),
        RtcPeerConnectionState::Disconnected => Some(ConnectionState::Disconnected),
        RtcPeerConnectionState::Failed => Some(ConnectionState::Failed),
        RtcPeerConnectionState::Closed => Some(ConnectionState::Closed),
        _ => None,
    }
}
