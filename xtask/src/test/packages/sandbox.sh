# What scripts in namespaces of their own have in common.
fail() {
    echo "$1"
    exit 1
}

# A copy of the system, for what would change it: what is written goes to memory. Prints where it is.
copy_of_the_system() {
    local memory
    memory=$(mktemp -d)
    mount --make-rprivate /
    mount -t tmpfs copy "$memory"
    mkdir "$memory"/{upper,work,root}
    mount -t overlay overlay -o "lowerdir=/,upperdir=$memory/upper,workdir=$memory/work" "$memory/root"
    mount -t proc proc "$memory/root/proc"
    mount --bind /dev "$memory/root/dev"
    # Some containers tell dpkg to leave documents out.
    rm -f "$memory"/root/etc/dpkg/dpkg.cfg.d/*
    echo "$memory/root"
}

# Runs a program in the copy.
in_copy() {
    chroot "$at" env LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
}
