//! System calls, by seccomp. What a relay never does is refused, and everything else goes on: a list of all that it does
//! would break with the next C library or kernel, in the middle of a night.

use std::collections::BTreeMap;

use nix::libc;
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule,
};

use super::SandboxError;

/// Other programs, other processes, mounts, the kernel itself, the machine's name and time, other accounts.
const REFUSED: &[libc::c_long] = &[
    libc::SYS_execve,
    libc::SYS_execveat,
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_kcmp,
    libc::SYS_pidfd_getfd,
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_pivot_root,
    libc::SYS_chroot,
    libc::SYS_open_tree,
    libc::SYS_move_mount,
    libc::SYS_fsopen,
    libc::SYS_fsconfig,
    libc::SYS_fsmount,
    libc::SYS_fspick,
    libc::SYS_mount_setattr,
    libc::SYS_unshare,
    libc::SYS_setns,
    libc::SYS_swapon,
    libc::SYS_swapoff,
    libc::SYS_reboot,
    libc::SYS_kexec_load,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_delete_module,
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_userfaultfd,
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_keyctl,
    libc::SYS_personality,
    libc::SYS_acct,
    libc::SYS_quotactl,
    libc::SYS_syslog,
    libc::SYS_settimeofday,
    libc::SYS_clock_settime,
    libc::SYS_clock_adjtime,
    libc::SYS_adjtimex,
    libc::SYS_sethostname,
    libc::SYS_setdomainname,
    libc::SYS_name_to_handle_at,
    libc::SYS_open_by_handle_at,
    libc::SYS_fanotify_init,
    libc::SYS_mknodat,
    libc::SYS_setuid,
    libc::SYS_setgid,
    libc::SYS_setreuid,
    libc::SYS_setregid,
    libc::SYS_setresuid,
    libc::SYS_setresgid,
    libc::SYS_setgroups,
    libc::SYS_setfsuid,
    libc::SYS_setfsgid,
    libc::SYS_capset,
];

/// Those that other processors never had. The last two are `execve` and `execveat` of the x32 ABI, for kernels with it.
#[cfg(target_arch = "x86_64")]
const REFUSED_HERE: &[libc::c_long] = &[
    libc::SYS_fork,
    libc::SYS_vfork,
    libc::SYS_mknod,
    libc::SYS_iopl,
    libc::SYS_ioperm,
    libc::SYS_modify_ldt,
    libc::SYS_kexec_file_load,
    0x4000_0000 + 520,
    0x4000_0000 + 545,
];
#[cfg(not(target_arch = "x86_64"))]
const REFUSED_HERE: &[libc::c_long] = &[];

/// Binds this thread. `false` on a processor for which there are no filters, or a kernel without them.
pub(super) fn enter() -> Result<bool, SandboxError> {
    let failed = |error: String| SandboxError::Failed(error);
    let Ok(arch) = std::env::consts::ARCH.try_into() else {
        return Ok(false);
    };
    let refused = (rules()?, libc::EPERM);
    // Its arguments are in memory, where no filter sees them. C libraries then take `clone`.
    let unknown = (
        BTreeMap::from([(libc::SYS_clone3, Vec::new())]),
        libc::ENOSYS,
    );
    for (rules, error) in [refused, unknown] {
        let filter = SeccompFilter::new(
            rules,
            SeccompAction::Allow,
            SeccompAction::Errno(error.cast_unsigned()),
            arch,
        );
        let filter = filter.map_err(|error| failed(error.to_string()))?;
        let program = BpfProgram::try_from(filter).map_err(|error| failed(error.to_string()))?;
        match seccompiler::apply_filter(&program) {
            Ok(()) => {}
            // Not there, or not allowed, as within some containers and services.
            Err(seccompiler::Error::Seccomp(_) | seccompiler::Error::Prctl(_)) => {
                return Ok(false);
            }
            Err(error) => return Err(failed(error.to_string())),
        }
    }
    Ok(true)
}

fn rules() -> Result<BTreeMap<i64, Vec<SeccompRule>>, SandboxError> {
    let all = REFUSED.iter().chain(REFUSED_HERE);
    let mut rules: BTreeMap<_, _> = all.map(|call| (*call, Vec::new())).collect();
    let new = |conditions: Vec<_>| {
        let conditions: Result<Vec<_>, _> = conditions.into_iter().collect();
        conditions
            .and_then(SeccompRule::new)
            .map_err(|error| SandboxError::Failed(error.to_string()))
    };
    let thread = u64::from(libc::CLONE_THREAD.cast_unsigned());
    let process = new(vec![argument(0, SeccompCmpOp::MaskedEq(thread), 0)])?;
    rules.insert(libc::SYS_clone, vec![process]);
    rules.insert(
        libc::SYS_socket,
        vec![
            new(other_family())?,
            new(raw(libc::AF_INET))?,
            new(raw(libc::AF_INET6))?,
        ],
    );
    Ok(rules)
}

/// Neither of the internet nor of this machine. Addresses of interfaces are asked by netlink.
fn other_family() -> Vec<Condition> {
    let ours = [
        libc::AF_UNIX,
        libc::AF_INET,
        libc::AF_INET6,
        libc::AF_NETLINK,
    ];
    ours.map(|family| argument(0, SeccompCmpOp::Ne, number(family)))
        .into()
}

fn raw(family: libc::c_int) -> Vec<Condition> {
    vec![
        argument(0, SeccompCmpOp::Eq, number(family)),
        // The other bits are flags.
        argument(1, SeccompCmpOp::MaskedEq(0xf), number(libc::SOCK_RAW)),
    ]
}

type Condition = Result<SeccompCondition, seccompiler::BackendError>;

fn argument(place: u8, is: SeccompCmpOp, value: u64) -> Condition {
    SeccompCondition::new(place, SeccompCmpArgLen::Dword, is, value)
}

fn number(constant: libc::c_int) -> u64 {
    u64::from(constant.cast_unsigned())
}
