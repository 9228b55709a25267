//! Direct calls, tried with several devices of several people in virtual time: one behaviour per file.

#[cfg(test)]
mod ringing {
    mod answered_by_one;
    mod both_call_at_once;
    mod bounds;
    mod ends;
    mod groups;
    mod late_rings;
    mod not_answered;
    mod reload;
    mod storm;
    mod world;
}
