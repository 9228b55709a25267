//! Files, connections and signals, by Landlock.

use landlock::{
    ABI, Access as _, AccessFs, AccessNet, BitFlags, CompatLevel, Compatible as _, LandlockStatus,
    NetPort, Ruleset, RulesetAttr as _, RulesetCreatedAttr as _, RulesetError, RulesetStatus,
    Scope, path_beneath_rules,
};

use super::SandboxError;
use super::rights::Rights;

/// Newest version of Landlock whose rights are named here.
const NEWEST: ABI = ABI::V6;

/// Binds this thread. Says whether files, and whether connections, are bound.
pub(super) fn enter(rights: &Rights) -> Result<(bool, bool), SandboxError> {
    let status = restrict(rights).map_err(|error| SandboxError::Failed(error.to_string()))?;
    let abi = match status.landlock {
        LandlockStatus::Available { effective_abi, .. } => effective_abi,
        LandlockStatus::NotEnabled | LandlockStatus::NotImplemented => ABI::Unsupported,
    };
    let is_bound = status.ruleset != RulesetStatus::NotEnforced;
    Ok((is_bound, is_bound && abi >= ABI::V4))
}

fn restrict(rights: &Rights) -> Result<landlock::RestrictionStatus, RulesetError> {
    let read = AccessFs::ReadFile | AccessFs::ReadDir;
    Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(NEWEST))?
        .handle_access(AccessNet::ConnectTcp)?
        .scope(Scope::Signal)?
        .create()?
        // What is not there is left out: a path that comes later stays closed.
        .add_rules(path_beneath_rules(&rights.read, read))?
        .add_rules(path_beneath_rules(&rights.write, write()))?
        .add_rules(
            rights
                .connect
                .iter()
                .map(|port| Ok::<_, RulesetError>(NetPort::new(*port, AccessNet::ConnectTcp))),
        )?
        .restrict_self()
}

/// Everything that files and folders need, and no devices or programs.
fn write() -> BitFlags<AccessFs> {
    AccessFs::ReadFile
        | AccessFs::ReadDir
        | AccessFs::WriteFile
        | AccessFs::Truncate
        | AccessFs::Refer
        | AccessFs::MakeReg
        // For the socket at which a terminal of this machine asks.
        | AccessFs::MakeSock
        | AccessFs::MakeDir
        | AccessFs::RemoveFile
        | AccessFs::RemoveDir
}
