//! What the connection doctor's matters are called.

use super::store::{Matter, Verdict};

pub fn matter(matter: Matter) -> &'static str {
    match matter {
        Matter::Page => "This page",
        Matter::Microphone => "Microphone",
        Matter::Devices => "Devices",
        Matter::Relay => "The relay",
        Matter::Stun => "Own address",
        Matter::TurnUdp => "Calls by UDP",
        Matter::TurnTcp => "Calls by TCP",
        Matter::TurnTls => "Calls by TLS",
        Matter::Way => "Quickness",
        Matter::Addresses => "What others see",
    }
}

/// For screen readers and for the report.
pub fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Good => "Good",
        Verdict::Unknown => "Not known",
        Verdict::Note => "Could be better",
        Verdict::Bad => "Wrong",
    }
}

/// What all of it comes to.
pub fn conclusion(worst: Verdict) -> &'static str {
    match worst {
        Verdict::Good | Verdict::Unknown => "Calls should work here.",
        Verdict::Note => "Calls work here. Something could be better.",
        Verdict::Bad => "Something is in the way of calls. What to do stands below it.",
    }
}
