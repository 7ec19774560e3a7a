# shellcheck shell=bash
# Sourced by the other scripts: brings .venv and the system packages to what pyproject.toml asks for.
# Everything is said on stderr, because stdout belongs to the program. Bash 3.2 suffices (macOS).

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
venv=$root/.venv
stamp=$venv/.set-up          # what was installed; there only when it was installed completely
unfinished=$venv/.unfinished # there while pip writes; left behind when it was killed

simulator_packages=(ngspice libngspice0)
# What the Qt libraries in the PySide6 wheel link to, for X11 and for Wayland.
qt_packages=(
    libdbus-1-3 libegl1 libfontconfig1 libfreetype6 libgl1 libglib2.0-0 libwayland-client0
    libwayland-cursor0 libwayland-egl1 libx11-xcb1 libxcb-cursor0 libxcb-glx0 libxcb-icccm4
    libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0 libxcb-render0 libxcb-shape0
    libxcb-shm0 libxcb-sync1 libxcb-util1 libxcb-xfixes0 libxcb-xkb1 libxkbcommon-x11-0
    libxkbcommon0 fonts-noto-core
)
test_packages=(xvfb xschem)

say() { printf 'set-up: %s\n' "$*" >&2; }

die() {
    say "$@"
    exit 2
}

is_root() { ((EUID == 0)); }

is_debian() { command -v dpkg-query >/dev/null && command -v apt-get >/dev/null; }

# Runs a command in silence; shows the end of what it printed only when it fails.
quietly() {
    local output
    output=$("$@" 2>&1 </dev/null) && return 0
    tail -n 30 <<<"$output" >&2
    return 1
}

install_packages() {
    local as=(env)
    if ! is_root; then
        if ! sudo -n true 2>/dev/null; then
            say "this user may not install Debian packages. The command is:"
            say "    sudo apt-get install $*"
            return 1
        fi
        as=(sudo -n)
    fi
    say "installing with apt-get: $*"
    # A source that cannot be read need not be the one that has the packages, so this may fail.
    quietly "${as[@]}" apt-get -q -o DPkg::Lock::Timeout=300 update || true
    quietly "${as[@]}" DEBIAN_FRONTEND=noninteractive apt-get -q -y \
        -o DPkg::Lock::Timeout=300 install --no-install-recommends "$@" ||
        {
            say "apt-get could not install them; what it said is above"
            return 1
        }
}

# Tells which of the packages are not in $installed and what they are for; adds them to $missing.
note_missing() {
    local what_for=$1 package names=()
    shift
    for package; do
        case $installed in
            *" installed:$package "* | *" installed:${package}t64 "*) ;;
            *) names+=("$package") ;;
        esac
    done
    ((${#names[@]})) || return 0
    say "missing $what_for: ${names[*]}"
    missing+=("${names[@]}")
}

setup_packages() {
    is_debian || return 0
    local wanted=("${simulator_packages[@]}" "${qt_packages[@]}" "${test_packages[@]}")
    local installed missing=()
    # Newer releases have renamed some libraries NAMEt64; apt-get still takes the old name.
    installed=" $(dpkg-query -W -f '${db:Status-Status}:${Package} ' \
        "${wanted[@]}" "${wanted[@]/%/t64}" 2>/dev/null || true)"
    note_missing "to simulate circuits" "${simulator_packages[@]}"
    note_missing "to show the window" "${qt_packages[@]}"
    if [[ $1 == dev ]]; then note_missing "to run the tests" "${test_packages[@]}"; fi
    ((${#missing[@]})) || return 0
    install_packages "${missing[@]}" || say "going on without them"
}

tell_other_systems() {
    is_debian && return 0
    say "this is no Debian system, so install these yourself:"
    say "    macOS:  brew install ngspice libngspice"
    say "    Fedora: sudo dnf install ngspice libngspice mesa-libEGL mesa-libGL libxkbcommon-x11" \
        "xcb-util-cursor xcb-util-image xcb-util-keysyms xcb-util-renderutil xcb-util-wm" \
        "google-noto-sans-fonts xorg-x11-server-Xvfb"
    say "    others: ngspice, its shared library, and what Qt 6 needs for a window"
}

# The default python3 comes first: it is the one whose venv package a system is likely to have.
find_python() {
    local candidate
    for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return 0
        fi
    done
    return 1
}

create_venv() {
    local python version
    if ! python=$(find_python); then
        if is_debian; then install_packages python3 python3-venv || true; fi
        python=$(find_python) || die "Python 3.11 or newer is needed, and was not found"
    fi
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    # Debian splits this module off, and says so only half-way through making the environment.
    if ! "$python" -c 'import ensurepip' 2>/dev/null; then
        is_debian || die "$python lacks ensurepip, which is needed to make .venv"
        install_packages "python$version-venv" || die ".venv cannot be made without them"
    fi
    say "making .venv with Python $version"
    quietly "$python" -m venv --clear "$venv" || die ".venv could not be made"
}

# False when .venv is half made, was moved here from elsewhere, or has lost its Python.
venv_is_sound() {
    [[ ! -e $unfinished ]] && grep -qsF " $venv" "$venv/pyvenv.cfg" &&
        "$venv/bin/python" -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

# In the checkout, because pip tells an extra from a folder's name only in a relative path. Byte code
# of all 10,000 files would take a minute; Python makes that of the few that are used, once.
pip_install() (
    cd "$root" &&
        "$venv/bin/python" -m pip install --no-input --disable-pip-version-check --no-compile -e "$1"
)

stamp_text() {
    printf '%s\n' "$1" "$root" "$(readlink -f "$venv/bin/python")" "$(<"$root/pyproject.toml")"
}

# The development environment serves to run, too.
venv_is_current() {
    local level
    [[ -r $stamp ]] && read -r level <"$stamp" && [[ $level == dev || $level == "$1" ]] &&
        [[ $(<"$stamp") == "$(stamp_text "$level")" ]]
}

setup_venv() {
    local level=$1 what=.
    venv_is_current "$level" && return 0
    # pyproject.toml is the lock: it outlives a .venv that is made anew.
    exec 9<"$root/pyproject.toml"
    if command -v flock >/dev/null && ! flock -n 9; then
        say "waiting for another set-up to end"
        flock 9
    fi
    if ! venv_is_current "$level"; then
        tell_other_systems
        venv_is_sound || create_venv
        # A set-up for development stays one when scripts/run meets a new pyproject.toml.
        if [[ -r $stamp && $(head -n 1 "$stamp") == dev ]]; then level=dev; fi
        if [[ $level == dev ]]; then what='.[dev]'; fi
        rm -f "$stamp"
        touch "$unfinished"
        # pip exits like after an error when it is interrupted; without this the script would go on.
        trap 'say "interrupted; the next start makes .venv anew"; exit 130' INT TERM
        say "installing Python packages into .venv; the first time this takes some minutes"
        if ! quietly pip_install "$what"; then
            rm -f "$unfinished" # pip ended by itself and has tidied up
            die "pip could not install the Python packages; what it said is above"
        fi
        stamp_text "$level" >"$stamp"
        rm -f "$unfinished"
        trap - INT TERM
    fi
    exec 9<&-
}

# setup run | setup dev
setup() {
    setup_packages "$1"
    setup_venv "$1"
    # pip made no byte code, so Python has to keep what it makes
    unset PYTHONDONTWRITEBYTECODE
}
