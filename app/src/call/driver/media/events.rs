//! What connections, microphone, loudspeakers and the others' sound report, and what is done about it.

use leptos::prelude::Set;
use parley_client::Engine;
use parley_client::call::{ConnectionState, PeerEvent};
use parley_protocol::ids::DeviceId;

use super::{Media, MediaEvent};
use crate::call::driver::input::Talking;
use crate::call::store::sound::sound;
use crate::driver::wish::{Matter, Wish, Wishes};
use crate::platform::speech_watch::{Heard, Silence};

impl Media {
    pub(super) async fn take(
        &mut self,
        event: MediaEvent,
        engine: Option<&mut Engine>,
        now: u64,
    ) -> Wishes {
        match event {
            MediaEvent::Peer { peer, event } => {
                if event == PeerEvent::ConnectionState(ConnectionState::Connected) {
                    self.ask_for_figures_of(peer);
                }
                if let Some(engine) = engine {
                    engine.handle_peer(peer, event, now);
                }
                self.name_tracks(peer);
            }
            MediaEvent::Picture(event) => return self.take_picture(event, engine, now),
            MediaEvent::Microphone { stay, opened } => {
                self.handle_microphone(stay, opened, engine, now);
            }
            MediaEvent::MicrophoneLost { stay } if stay == self.stay => {
                return self.lose_microphone();
            }
            MediaEvent::MicrophoneLost { .. } => {}
            MediaEvent::RightsChanged => {
                self.tell_state(engine, now);
                return vec![Wish::Show(Matter::Voice)];
            }
            MediaEvent::Joined => return vec![Wish::Show(Matter::Voice)],
            MediaEvent::Own(talking) => return self.handle_own_sound(talking, engine, now),
            MediaEvent::HearsKeys => self.listen_to_keys(),
            MediaEvent::Learned { key, learned } => return self.handle_learned(key, learned),
            MediaEvent::Trial { number, event } => self.handle_trial(number, event),
            MediaEvent::Heard { peer, sound } => {
                self.play(peer, &sound);
                return vec![Wish::Show(Matter::Voice)];
            }
            MediaEvent::Theirs { device, heard } => {
                return self.handle_their_sound(device, heard, engine, now);
            }
            MediaEvent::PlaybackChanged => {
                // Where sound is held back nothing is measured either.
                self.talk.forget_what_was_heard();
                self.show_blocked();
            }
            MediaEvent::PlaybackStarted => {
                self.starting = None;
                self.show_blocked();
            }
            MediaEvent::ApplyOutput => self.apply_output().await,
            MediaEvent::DevicesChanged => self.list_devices(),
            MediaEvent::Devices(devices) => return self.show_devices(devices).await,
            MediaEvent::FiguresDue => self.ask_for_figures(),
            MediaEvent::Figures { peer, stats } => {
                if let Some(is_relayed) = stats.is_relayed
                    && let Some(engine) = engine
                {
                    engine.handle_peer(peer, PeerEvent::Path { is_relayed }, now);
                }
                self.show_figures(peer, &stats);
            }
        }
        Wishes::new()
    }

    fn handle_own_sound(
        &mut self,
        talking: Talking,
        engine: Option<&mut Engine>,
        now: u64,
    ) -> Wishes {
        if self.meter.is_none() {
            return Wishes::new();
        }
        self.store.level.set(f64::from(talking.level));
        sound().threshold.set(f64::from(talking.threshold));
        if talking.is_speaking == self.is_speaking {
            return Wishes::new();
        }
        self.is_speaking = talking.is_speaking;
        self.tell_state(engine, now);
        vec![Wish::Show(Matter::Voice)]
    }

    fn handle_their_sound(
        &mut self,
        device: DeviceId,
        heard: Heard,
        engine: Option<&mut Engine>,
        now: u64,
    ) -> Wishes {
        match heard {
            Heard::Speaks(is_speaking) => {
                self.speaking_by_device.insert(device, is_speaking);
                vec![Wish::Show(Matter::Voice)]
            }
            Heard::Loudness { decibels, seconds } => {
                self.handle_loudness(device, decibels, seconds);
                Wishes::new()
            }
            Heard::Silence(silence) => {
                if let Some(engine) = engine {
                    self.handle_silence(device, silence, engine, now);
                }
                Wishes::new()
            }
        }
    }

    /// The network may be another one. Whether the relay is still there is found out first, because nothing can be
    /// mended without it.
    fn handle_silence(&self, device: DeviceId, silence: Silence, engine: &mut Engine, now: u64) {
        match silence {
            Silence::Brief => engine.check_connection(now),
            Silence::Lasting => {
                if let Some(peer) = self.peers.keys().find(|peer| peer.device == device) {
                    engine.handle_peer(*peer, PeerEvent::Silence, now);
                }
            }
        }
    }
}
