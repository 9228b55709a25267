//! Firefox offers feedback for codecs that it does not offer: those that a page left out by `setCodecPreferences`
//! (seen in Firefox 153). Chromium cannot read a description with such lines, so they are left out.

/// A description without `a=rtcp-fb` lines for formats that their media section does not name (RFC 4585, section 4.2).
pub(super) fn of_named_formats(sdp: &str) -> String {
    let mut formats = "";
    let lines = sdp.split_inclusive('\n').filter(|line| {
        let bare = line.trim_end();
        if let Some(media) = bare.strip_prefix("m=") {
            formats = media;
        }
        let Some(feedback) = bare.strip_prefix("a=rtcp-fb:") else {
            return true;
        };
        let format = feedback.split(' ').next().unwrap_or_default();
        // Before the formats stand kind, port and protocol.
        format == "*" || formats.split(' ').skip(3).any(|named| named == format)
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::of_named_formats;

    const SDP: &str = "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=rtcp-fb:111 transport-cc\r\n\
        m=video 9 UDP/TLS/RTP/SAVPF 120 124\r\na=mid:3\r\na=rtcp-fb:* nack\r\na=rtcp-fb:120 nack pli\r\n";

    #[test]
    fn feedback_for_what_is_not_offered_is_left_out() {
        let firefox =
            format!("{SDP}a=rtcp-fb:99 nack\r\na=rtcp-fb:111 nack\r\na=rtpmap:120 VP8/90000\r\n");
        let expected = format!("{SDP}a=rtpmap:120 VP8/90000\r\n");
        assert_eq!(of_named_formats(&firefox), expected);
    }

    #[test]
    fn everything_else_stays_as_it_is() {
        for text in [SDP, "", "nonsense", "m=\r\n", "a=ice-ufrag:99 nack"] {
            assert_eq!(of_named_formats(text), text);
        }
    }
}
