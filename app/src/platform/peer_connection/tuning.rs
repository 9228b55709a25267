//! What makes speech robust and quick: redundant Opus first, in short packets, and a short wait before it is played.

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{RtcPeerConnection, RtcRtpReceiver, RtcRtpTransceiver};

use crate::platform::js;

/// In this order. RED (RFC 2198) repeats each Opus frame in the next packet, so that single losses are not heard.
/// Opus itself has its in-band FEC on in every browser. Nothing else is offered.
const CODECS: [&str; 2] = ["audio/red", "audio/opus"];

/// Puts the wanted codecs first, where the browser lets a page choose.
pub(super) fn prefer_codecs(connection: &RtcPeerConnection) {
    let Some(capabilities) = RtcRtpReceiver::get_capabilities("audio") else {
        return;
    };
    let offered: Array = js::field(&capabilities, "codecs")
        .dyn_into()
        .unwrap_or_default();
    let wanted = Array::new();
    for name in CODECS {
        for codec in offered
            .iter()
            .filter(|codec| js::text(codec, "mimeType").eq_ignore_ascii_case(name))
        {
            wanted.push(&codec);
        }
    }
    if wanted.length() == 0 {
        return;
    }
    for transceiver in connection.get_transceivers() {
        let transceiver: RtcRtpTransceiver = transceiver.unchecked_into();
        // Not there in older browsers: they choose themselves.
        js::call(&transceiver, "setCodecPreferences", &[&wanted]).ok();
    }
}

/// Milliseconds of sound in a packet (RFC 7587, section 6.1). Half of what browsers take is heard that much earlier and
/// costs twice as many packets.
const PACKET: u8 = 10;
/// Bits a second: music has all of its detail there, speech in one channel at its own.
const MUSIC: u32 = 192_000;

/// What is sent beside speech in one channel.
const STEREO: [&str; 3] = ["stereo", "sprop-stereo", "maxaveragebitrate"];
/// By this a description says that music comes in two channels (RFC 7587, section 7.1).
const ANNOUNCED: &str = "sprop-stereo=1";

/// The other side's description, as if it had asked for what is good here: short packets, and both channels for music
/// alone. Nothing else is changed in it.
pub(super) fn tuned(sdp: &str, music: bool) -> String {
    let bits = format!("maxaveragebitrate={MUSIC}");
    let more: &[&str] = if music { &["stereo=1", &bits] } else { &[] };
    rewritten(sdp, Some(PACKET), more)
}

/// An own description that says: music comes.
pub(super) fn announcing_music(sdp: &str) -> String {
    rewritten(sdp, None, &[ANNOUNCED])
}

/// An own description that has music decoded in both channels: browsers make one of them otherwise.
pub(super) fn decoding_music(sdp: &str) -> String {
    rewritten(sdp, None, &["stereo=1"])
}

/// Whether the other side says that music comes.
pub(super) fn announces_music(sdp: &str) -> bool {
    sdp.contains(ANNOUNCED)
}

/// With other parameters for Opus, and another length of packets where one is given.
fn rewritten(sdp: &str, packet: Option<u8>, more: &[&str]) -> String {
    let mut text = String::with_capacity(sdp.len() + 96);
    let (mut in_audio, mut opus) = (false, String::new());
    for line in sdp.split_inclusive('\n') {
        let bare = line.trim_end();
        if let Some(media) = bare.strip_prefix("m=") {
            in_audio = media.starts_with("audio ");
            opus.clear();
        }
        if in_audio && packet.is_some() && bare.starts_with("a=ptime:") {
            continue;
        }
        let given = bare
            .strip_prefix(opus.as_str())
            .filter(|_| !opus.is_empty());
        if let Some(given) = given {
            text.push_str(&opus);
            text.push_str(&parameters(given, more));
            text.push_str("\r\n");
            continue;
        }
        text.push_str(line);
        if let Some(number) = opus_number(bare).filter(|_| in_audio) {
            opus = format!("a=fmtp:{number} ");
            if let Some(packet) = packet {
                text.push_str("a=ptime:");
                text.push_str(&packet.to_string());
                text.push_str("\r\n");
            }
        }
    }
    text
}

fn parameters(given: &str, more: &[&str]) -> String {
    let is_kept = |one: &&str| {
        let name = one.split('=').next().unwrap_or_default().trim();
        !STEREO.contains(&name)
    };
    let kept = given.split(';').filter(is_kept);
    kept.chain(more.iter().copied())
        .collect::<Vec<_>>()
        .join(";")
}

/// Of `a=rtpmap:111 opus/48000/2`.
fn opus_number(line: &str) -> Option<String> {
    let (number, codec) = line.strip_prefix("a=rtpmap:")?.split_once(' ')?;
    let is_opus = codec.to_ascii_lowercase().starts_with("opus/");
    is_opus.then(|| number.to_owned())
}

/// Asks for the shortest wait in the receiver's buffer. The browser lengthens it when the network needs that.
pub(super) fn play_soon(receiver: &RtcRtpReceiver) {
    wait(receiver, 0.0);
}

/// Asks for a wait of so many milliseconds at least.
pub(super) fn wait(receiver: &RtcRtpReceiver, milliseconds: f64) {
    // The older name counts seconds.
    let (name, value) = if js::field(receiver, "jitterBufferTarget").is_undefined() {
        ("playoutDelayHint", milliseconds / 1_000.0)
    } else {
        ("jitterBufferTarget", milliseconds)
    };
    js_sys::Reflect::set(receiver, &name.into(), &JsValue::from_f64(value)).ok();
}

#[cfg(test)]
mod tests {
    use super::{announces_music, announcing_music, decoding_music, tuned};

    const SDP: &str = "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 63 111\r\na=mid:0\r\na=ptime:20\r\n\
        a=rtpmap:63 red/48000/2\r\na=fmtp:63 111/111\r\na=rtpmap:111 opus/48000/2\r\n\
        a=fmtp:111 minptime=10;useinbandfec=1\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=rtpmap:96 VP8/90000\r\n";

    #[test]
    fn speech_comes_in_short_packets_and_nothing_else_changes() {
        let expected = SDP
            .replace("a=ptime:20\r\n", "")
            .replace("opus/48000/2\r\n", "opus/48000/2\r\na=ptime:10\r\n");
        assert_eq!(tuned(SDP, false), expected);
    }

    #[test]
    fn music_has_both_channels_and_more_bits() {
        let music = tuned(SDP, true);
        assert!(music.contains("useinbandfec=1;stereo=1;maxaveragebitrate=192000\r\n"));
        assert!(music.contains("a=fmtp:63 111/111\r\n"));
    }

    #[test]
    fn speech_is_not_sent_in_two_channels_because_the_other_side_could_take_them() {
        let firefox = SDP.replace("minptime=10;", "maxplaybackrate=48000;stereo=1;");
        let speech = tuned(&firefox, false);
        assert!(speech.contains("a=fmtp:111 maxplaybackrate=48000;useinbandfec=1\r\n"));
    }

    #[test]
    fn music_is_announced_and_decoded() {
        let announced = announcing_music(SDP);
        assert!(announces_music(&announced) && !announces_music(SDP));
        assert!(announced.contains("a=ptime:20\r\n"));
        let decoding = decoding_music(&announced);
        assert!(decoding.contains(";stereo=1\r\n") && !announces_music(&decoding));
    }

    #[test]
    fn what_is_no_description_stays_as_it_is() {
        for text in [
            "",
            "nonsense",
            "m=audio",
            "a=rtpmap:",
            "m=audio 9\r\na=fmtp:111",
        ] {
            assert_eq!(tuned(text, true), text);
        }
    }
}
