//! Raises the limit of open files. Many systems start at 1,024 for the sake of programs that use `select`, fewer
//! than the connections of a relay.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Raises the soft limit of open files to the hard limit.
///
/// # Errors
/// The system's error. The relay then works within the present limit.
pub fn raise() -> std::io::Result<()> {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    let all = Rlimit {
        current: maximum,
        maximum,
    };
    Ok(setrlimit(Resource::Nofile, all)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_goes_up_to_what_the_system_lets() {
        let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
        let few = Rlimit {
            current: Some(64),
            maximum,
        };
        setrlimit(Resource::Nofile, few).unwrap();
        raise().unwrap();
        assert_eq!(getrlimit(Resource::Nofile).current, maximum);
    }
}
