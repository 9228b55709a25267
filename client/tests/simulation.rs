//! The simulation: many engines and the relay's real library in one virtual time, in bad weather. A seed
//! gives a schedule of what people do and of what goes wrong; when the storm is over, everyone who may read
//! has every message once, in order and readable, and nobody else has any.
//!
//! `PARLEY_SIM_SEEDS=10000` runs more seeds, `PARLEY_SIM_FROM=5000` begins at another one,
//! `PARLEY_SIM_SEED=17` repeats one, and with `PARLEY_SIM_TRACE=0` it shows the frames of machine 0.

#[cfg(test)]
mod simulation {
    mod account;
    mod checks;
    mod deeds;
    mod dice;
    mod direct;
    mod driver;
    mod excuses;
    mod handed;
    mod keyring;
    mod link;
    mod losses;
    mod machine;
    mod people;
    mod ratchets;
    mod relating;
    mod restoring;
    mod schedule;
    mod seen;
    mod storm;
    mod tally;
    mod witness;
    mod world;
}
