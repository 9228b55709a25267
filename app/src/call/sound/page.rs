//! The page of the settings about voice: devices and a test of them, when the microphone is open, what is done to the
//! sound, and what one hears.

use leptos::prelude::*;

use super::hearing::Hearing;
use super::processing::Processing;
use super::talking::Talking;
use super::trial::MicrophoneTrial;
use crate::call::devices::AudioDevices;
use crate::call::meter::LevelMeter;

/// All of it, each part under a heading.
#[component]
pub fn VoicePage() -> impl IntoView {
    view! {
        <section class="matter voice-part">
            <h4>"Microphone and loudspeaker"</h4>
            <AudioDevices/>
            <LevelMeter/>
            <MicrophoneTrial/>
        </section>
        <Talking/>
        <Processing/>
        <Hearing/>
    }
}
