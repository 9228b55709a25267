//! Calls, tried with several machines in one virtual network and browser: one behaviour per file.

#[cfg(test)]
mod call {
    mod address_stays_hidden;
    mod asking;
    mod bad_input;
    mod browser;
    mod bye_closes;
    mod candidates_travel;
    mod coming_and_going;
    mod credentials;
    mod dice;
    mod failure_has_a_way_on;
    mod glare_resolves;
    mod handover;
    mod ice_failure_restarts;
    mod impostor_is_refused;
    mod late_browser_events;
    mod lost_signals_heal;
    mod network_changes;
    mod newcomer_offers;
    mod others_go_on;
    mod peer_vanishes;
    mod relay_restart_keeps_peers;
    mod removed_device_is_cut;
    mod signal_before_roster;
    mod stale_stay_is_ignored;
    mod storm;
    mod world;
}
